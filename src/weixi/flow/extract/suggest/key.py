"""Which columns are a sound key: filled in every row, equal only where whole rows are, never a masked number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from weixi.flow.extract.suggest.profile import Profile, Sheet
from weixi.flow.extract.suggest.suggestion import KeyChoice
from weixi.flow.extract.suggest.words import similarity, words
from weixi.kernel.language import Text

_PHONE = r"^(\+?86)?1[3-9][0-9]{9}$|^[0-9]{3}-[0-9]{3}-?[0-9]{4}$"
_MOST_CONFLICTS = 0.005
_LEAST_DIFFERENT = 0.5


@dataclass(frozen=True, slots=True)
class _Candidate:
    profile: Profile
    likeness: float
    is_number: bool


def choose_key(sheet: Sheet, month: str | None) -> KeyChoice:
    """The key, and of every column that looked like one and is not, why.

    `month` is the column of the month: a key may come again in another one.
    """
    refused: list[Text] = []
    for candidate in _candidates(sheet.profiles):
        name = candidate.profile.name
        choice = _judge(sheet, candidate, [month] if month else [])
        if isinstance(choice, KeyChoice):
            return replace(choice, refused=tuple(refused))
        refused.append(Text(f"“{name}”不能作主键：{choice.zh}", f"“{name}” is no key: {choice.en}"))
    none = Text(
        "没有可靠的主键列，以文件和行号为主键：同一用户在不同月份连不起来",
        "no column is a sound key: file and line are, and a subscriber's months cannot be linked",
    )
    return KeyChoice((), (*refused, none), 0.9, tuple(refused))


def _candidates(profiles: Sequence[Profile]) -> list[_Candidate]:
    """Columns named like a key first, then those named like a number; each by how well the name fits."""
    table = words()["column"]
    found = []
    for profile in profiles:
        as_key = similarity(profile.header, table["subscriber_key"])
        as_number = similarity(profile.header, table["msisdn"])
        is_number = as_number > 0 or profile.share(_PHONE) > _LEAST_DIFFERENT or profile.is_masked
        likeness = as_key or as_number * 0.7
        if likeness:
            found.append(_Candidate(profile, likeness, is_number))
    return sorted(found, key=lambda one: (one.is_number, -one.likeness))


def _judge(sheet: Sheet, candidate: _Candidate, beside: Sequence[str]) -> KeyChoice | Text:
    """The key that this column makes, or why it makes none."""
    profile = candidate.profile
    rows = sheet.table.num_rows
    if profile.is_masked:
        return Text("号码已打码，不同用户会撞号", "masked: different subscribers share a value")
    if profile.empty:
        return Text(f"{profile.empty:,} 行为空", f"empty in {profile.empty:,} rows")
    different = sheet.distinct([profile.name, *beside])
    conflicts, repeats = sheet.different - different, rows - sheet.different
    if conflicts and (candidate.is_number or conflicts > _MOST_CONFLICTS * rows):
        return Text(
            f"不唯一：{rows:,} 行只有 {different:,} 个值，{conflicts:,} 行的值已在内容不同的行上出现过",
            f"not unique: {different:,} values in {rows:,} rows; {conflicts:,} rows share one with a different row",
        )
    said = [Text(f"{different:,} 个值，无空值", f"{different:,} values, none empty")]
    score = 0.6 + 0.4 * candidate.likeness
    if repeats:
        said.append(
            Text(
                f"{repeats:,} 行与前面某行完全相同，导入时按重复隔离",
                f"{repeats:,} rows equal an earlier one and will be quarantined as duplicates",
            )
        )
    if conflicts:
        score = 0.55
        said.append(
            Text(
                f"{conflicts:,} 行主键相同而内容不同，只保留首行，请核对",
                f"{conflicts:,} rows have the key of a different row: only the first is kept, please check",
            )
        )
    if candidate.is_number:
        score = min(score, 0.65)
        said.append(
            Text(
                "号码会过户、改号、二次放号，最好换成用户编号",
                "numbers change hands: a subscriber id is better",
            )
        )
    return KeyChoice((profile.name,), tuple(said), round(score, 2))
