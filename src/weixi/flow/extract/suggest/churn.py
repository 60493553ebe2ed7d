"""Which column says who left, which of its values means it; and the columns that would give it away."""

from collections.abc import Iterable, Sequence

from weixi.flow.extract.suggest.profile import Profile
from weixi.flow.extract.suggest.suggestion import LabelChoice
from weixi.flow.extract.suggest.words import EXACT, header_of, listed, meaning_of, similarity, words
from weixi.flow.extract.tables import LeftOut
from weixi.kernel.language import Text

_WORDY = 0.02


def choose_label(profiles: Sequence[Profile]) -> LabelChoice | None:
    """The column of the label; None where no column of two values is named like one."""
    found = [choice for profile in profiles if (choice := _label(profile)) is not None]
    return max(found, key=lambda choice: choice.score, default=None)


def _label(profile: Profile) -> LabelChoice | None:
    entry = words()["label"]
    likeness = similarity(profile.header, entry)
    inverse = listed(profile.header, entry["inverse"])
    if not likeness and not inverse:
        return None
    empty = [word for word in profile.empty_words if meaning_of(word, {"no": entry["stays"]}) is None]
    values = [value for value in profile.counts if value not in empty]
    if len(values) != 2:
        return None
    meanings = {
        value: meaning_of(value, {"gone": entry["gone"], "stays": entry["stays"]}) for value in values
    }
    if set(meanings.values()) != {"gone", "stays"}:
        return None
    if inverse and not likeness:
        meanings = {value: "stays" if said == "gone" else "gone" for value, said in meanings.items()}
    gone = tuple(value for value, said in meanings.items() if said == "gone")
    count, rows = sum(profile.counts[value] for value in gone), sum(profile.counts.values())
    is_word = gone[0].strip("01. ") != ""
    score = 0.6 + 0.3 * (likeness == EXACT) + (_WORDY if is_word else 0.0)
    why = [
        Text(
            f"“{gone[0]}”为离网：{count:,} 行，占 {count / rows:.1%}",
            f"“{gone[0]}” means gone: {count:,} rows, {count / rows:.1%}",
        )
    ]
    if count * 2 > rows:
        score -= 0.3
        why.append(
            Text("离网过半，可能弄反了，请核对", "more than half have left: maybe the wrong way round")
        )
    if profile.empty or empty:
        missing = rows - sum(profile.counts[value] for value in values) + profile.empty
        why.append(Text(f"{missing:,} 行没有填", f"empty in {missing:,} rows"))
    return LabelChoice(
        profile.name,
        gone,
        tuple(value for value in values if value not in gone),
        {value: profile.counts[value] for value in values},
        tuple(why),
        round(min(score, 0.95), 2),
    )


def tells_exits(profiles: Sequence[Profile]) -> bool:
    """Whether a column of states names lines that have left."""
    table = words()
    exited = {"gone": table["code"]["service_status"]["EXITED"]}
    return any(
        similarity(profile.header, table["column"]["service_status"])
        and any(meaning_of(value, exited) for value in profile.counts)
        for profile in profiles
        if profile.is_few
    )


def leak_of(profile: Profile, label: LabelChoice | None) -> LeftOut | None:
    """Why the column must stay out; None where it need not."""
    for kind, names in words()["left_out"].items():
        if listed(profile.header, names):
            return LeftOut(kind)
    if label is not None and profile.name != label.column:
        entry = words()["label"]
        if similarity(profile.header, entry) == EXACT or listed(profile.header, entry["inverse"]):
            return LeftOut.LABEL
    return None


def label_likeness(name: str) -> float:
    """How well a column's name says that it is the label: 0 where it does not, 1 where it says just that."""
    return similarity(header_of(name), words()["label"])


def gone_words(values: Iterable[str]) -> tuple[str, ...]:
    """Those of the values that are words for having left; () where none is, or where none means having stayed."""
    entry = words()["label"]
    said = {value: meaning_of(value, {"gone": entry["gone"], "stays": entry["stays"]}) for value in values}
    if "stays" not in said.values():
        return ()
    return tuple(value for value, meaning in said.items() if meaning == "gone")


def leak_named(name: str) -> LeftOut | None:
    """Why a column of that name would give the label away; None where its name says nothing of the kind."""
    header = header_of(name)
    return next((LeftOut(kind) for kind, names in words()["left_out"].items() if listed(header, names)), None)
