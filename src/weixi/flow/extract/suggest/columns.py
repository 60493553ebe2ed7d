"""Which of the operator's columns fill which of ours: names and values together, each column and each target once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weixi.flow.extract.feeds import SUBSCRIBER
from weixi.flow.extract.suggest.churn import leak_of
from weixi.flow.extract.suggest.fit import Fit, fit, months_ago, says_yuan
from weixi.flow.extract.suggest.profile import Profile
from weixi.flow.extract.suggest.suggestion import Finding, LabelChoice, Role
from weixi.flow.extract.suggest.words import EXACT, NEAR, similarity, targets, words
from weixi.kernel.language import Text

_BY_NAME = {column.name: column for column in SUBSCRIBER.columns}
_PERSONAL = ("party_document", "msisdn", "name", "address")


@dataclass(frozen=True)
class Matched:
    """A finding for every column, and what the planner must decide."""

    findings: tuple[Finding, ...]
    undecided: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    profile: Profile
    target: str
    likeness: float
    fit: Fit

    @property
    def score(self) -> float:
        return round(self.likeness * self.fit.score, 2)


def match_columns(
    profiles: Sequence[Profile], taken: Sequence[str], label: LabelChoice | None, anchor: str
) -> Matched:
    """What each column is, those of `taken` apart (key, month, label); tenure counts back from the month `anchor`."""
    found: dict[str, Finding] = {}
    candidates: list[_Candidate] = []
    undecided: list[Text] = []
    is_in_yuan = any(
        says_yuan(profile, _BY_NAME[target]) for profile in profiles for target, _ in targets(profile.header)
    )
    for profile in profiles:
        if profile.name in taken:
            continue
        leak = leak_of(profile, label)
        if leak is not None:
            found[profile.name] = Finding(profile.name, Role.LEFT_OUT, 0.95, (leak.text,), left_out=leak)
        elif profile.header.is_other_time:
            found[profile.name] = _unused(
                profile, Text("不是当月数（上月、累计或变化率）", "not of the month itself")
            )
        else:
            candidates += _candidates(profile, anchor, is_in_yuan=is_in_yuan)
    used: set[str] = {"subscriber_key"}
    for one in sorted(candidates, key=lambda one: (-one.score, -one.likeness)):
        if one.profile.name in found or one.target in used or not one.fit.spec:
            continue
        used.add(one.target)
        found[one.profile.name] = Finding(
            one.profile.name,
            Role.MAPPED,
            one.score,
            (_likeness(one), *one.fit.evidence),
            one.target,
            one.fit.spec,
        )
        undecided += one.fit.open
    for profile in profiles:
        if profile.name in found or profile.name in taken:
            continue
        rivals = [one for one in candidates if one.profile is profile]
        best = max(rivals, key=lambda one: one.likeness, default=None)
        if best is None:
            found[profile.name] = _unused(
                profile, Text("账册没有对应的列", "no column of the book says the same")
            )
        elif best.fit.spec:
            why = Text(f"{best.target} 已由别的列填写", f"{best.target} is filled by another column")
            found[profile.name] = _unused(profile, why, best.target)
        else:
            why = Text(f"像 {best.target}，但", f"like {best.target}, but")
            said = best.fit.evidence[0] if best.fit.evidence else Text("值不符", "the values do not fit")
            found[profile.name] = _unused(profile, Text(why.zh + said.zh, f"{why.en} {said.en}"), best.target)
            undecided += best.fit.open
    return Matched(
        tuple(found[profile.name] for profile in profiles if profile.name in found), tuple(undecided)
    )


def _candidates(profile: Profile, anchor: str, *, is_in_yuan: bool) -> Iterator[_Candidate]:
    for target, likeness in targets(profile.header):
        if target != "subscriber_key":
            yield _Candidate(profile, target, likeness, fit(profile, _BY_NAME[target], is_in_yuan=is_in_yuan))
    tenure = similarity(profile.header, words()["tenure"])
    if tenure:
        yield _Candidate(profile, "open_date", tenure, months_ago(profile, anchor))


def _likeness(one: _Candidate) -> Text:
    meaning = _BY_NAME[one.target].meaning
    if one.likeness == EXACT:
        return Text("列名就是这个意思", f"the name says so: {meaning}")
    if one.likeness == NEAR:
        return Text("列名可能是这个意思", f"the name may mean it: {meaning}")
    return Text("列名里有这个词", f"the name holds the word: {meaning}")


def _unused(profile: Profile, why: Text, target: str | None = None) -> Finding:
    return Finding(profile.name, Role.UNMAPPED, 0.0, (why,), target)


def is_personal(target: str) -> bool:
    """Whether the column's values are personal data, which no report repeats."""
    return target in _PERSONAL
