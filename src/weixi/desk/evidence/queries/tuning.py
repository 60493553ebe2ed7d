"""每月调优: by month of entry how well the list was chosen and what contact kept, and which version was tuned when."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.desk.evidence.models import ProposalAnswer
from weixi.desk.evidence.rules.answer import Decision
from weixi.desk.planning.queries.versions import VersionName, versions_of
from weixi.flow.assessment import Tuned, Turn, read_tuning, turns
from weixi.flow.learning import read_asked
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class TunedLine:
    """One month of entry. `version` is the one that its plan was made by, named where it is the first of it.

    `accepted` are the proposals that became that version.
    """

    told: Tuned
    version: VersionName | None
    accepted: tuple[Text, ...]


@dataclass(frozen=True)
class Tuning:
    """The course as a month knew it, and what each change of the playbook brought."""

    lines: tuple[TunedLine, ...]
    turns: tuple[Turn, ...]

    @property
    def is_told(self) -> bool:
        """Whether any month has a figure."""
        return any(line.told.effect is not None or line.told.targeting is not None for line in self.lines)


def tuning(month: Month) -> Tuning:
    """The course of the months of entry up to `month`; no lines where the month's run did not make it."""
    course = read_tuning(store(), month)
    changed = {each.playbook for each in course if each.is_turn}
    versions = versions_of(changed) if changed else {}
    accepted = _accepted([each.version_id for each in versions.values()]) if versions else {}
    lines = []
    for each in course:
        version = versions.get(each.playbook) if each.is_turn else None
        lines.append(
            TunedLine(each, version, accepted.get(version.version_id, ()) if version is not None else ())
        )
    return Tuning(tuple(lines), turns(course))


def _accepted(version_ids: list[int]) -> dict[int, tuple[Text, ...]]:
    """Version → the proposals that became it: a statement for each month that proposed any."""
    found: dict[int, tuple[Text, ...]] = {}
    texts: dict[int, dict[str, Text]] = {}
    rows = ProposalAnswer.objects.filter(decision=Decision.ACCEPTED.value, version_id__in=version_ids)
    for month, code, version_id in rows.order_by("month", "code").values_list("month", "code", "version_id"):
        if month not in texts:
            texts[month] = {each.code: each.text for each in read_asked(store(), Month.from_number(month))}
        found[version_id] = (*found.get(version_id, ()), texts[month].get(code, Text(code, code)))
    return found
