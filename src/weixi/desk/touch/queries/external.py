"""A list from outside before and after it is made into tasks: what becomes of each row, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from weixi.desk.base.book import playbook
from weixi.desk.dispatch.queries.listing import Wanted, book_rows, content_of, judge, list_month
from weixi.desk.dispatch.queries.lists import ListLine, list_of, list_with, rows_of_list
from weixi.desk.dispatch.rules import Listed, TaskState, WithdrawReason
from weixi.desk.org.rules import Sight
from weixi.desk.touch.queries.resolve import Found, resolve_keys
from weixi.desk.touch.queries.upload import Sheet, clean_key, parse_day
from weixi.desk.touch.rules import LIST_MAKERS
from weixi.flow.decision import withdrawn_words
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Text
from weixi.kernel.terms import WarningLevel

SOURCE = "external_list"
GIVEN_DAYS = 3
"""How many days a row has that says no day itself, unless the person says another."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose: the columns ("": none), the day and the reason where no column gives them, the level."""

    key_column: str
    reason_column: str
    day_column: str
    day: date
    reason: str
    level: WarningLevel


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of the report: the file's line, the number masked, what becomes of it and why, and its task."""

    line: int
    said: str
    verdict: Listed
    why: Text
    reason: str
    day: date | None
    unit_code: str
    task_id: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the list would do; nothing is written. `made_before`: the same content was made into tasks already."""

    rows: tuple[ReportRow, ...]
    counts: Mapping[Listed, int]
    totals: int
    refused: tuple[tuple[int, Text], ...]
    wanted: tuple[Wanted, ...]
    made_before: ListLine | None


def choices_of(sheet: Sheet, given: Mapping[str, str], today: date) -> Choices:
    """What the form says, and what the columns look like where it says nothing."""
    level = given.get("level", "")
    return Choices(
        key_column=_chosen(sheet, given, "key_column", sheet.key_column),
        reason_column=_chosen(sheet, given, "reason_column", sheet.reason_column),
        day_column=_chosen(sheet, given, "day_column", sheet.day_column),
        day=parse_day(given.get("day", "")) or today + timedelta(days=GIVEN_DAYS),
        reason=given.get("reason", "").strip()[:64],
        level=WarningLevel(level) if level in set(WarningLevel) else WarningLevel.YELLOW,
    )


def _chosen(sheet: Sheet, given: Mapping[str, str], name: str, suggested: str) -> str:
    said = given.get(name)
    return suggested if said is None or (said and said not in sheet.columns) else said


def wanted_of(sheet: Sheet, choices: Choices, today: date) -> tuple[tuple[Wanted, str, bool], ...]:
    """The list's rows as they are asked for, each with its number masked and whether two customers have that number."""
    keys = [clean_key(text) for text in sheet.column(choices.key_column)]
    found = resolve_keys(set(keys))
    reasons, days = sheet.column(choices.reason_column), sheet.column(choices.day_column)
    rows = []
    for (line, _), key, reason, day in zip(sheet.rows, keys, reasons, days, strict=True):
        one = found.get(key, Found(0))
        masked = mask_number(key[:32]) if key else ""
        why = reason or choices.reason or sheet.name
        wanted = Wanted(
            subscriber_id=one.subscriber_id,
            kind=SOURCE,
            level=choices.level,
            task_date=max(parse_day(day) or choices.day, today),
            reason=why[:64],
            note=f"{sheet.name} #{line} {masked} {why}"[:500],
        )
        rows.append((wanted, masked, one.is_ambiguous))
    return tuple(rows)


def preview(sheet: Sheet, choices: Choices, sight: Sight, today: date) -> Preview:
    """What the list would do now."""
    asked = wanted_of(sheet, choices, today)
    wanted = tuple(row for row, _, _ in asked)
    month = list_month()
    found = book_rows({row.subscriber_id for row in wanted if row.subscriber_id}, month)
    judged = judge(wanted, sight=sight, by=LIST_MAKERS, month=month, found=found)
    rows = []
    counts = dict.fromkeys(Listed, 0)
    for (line, _), (row, masked, ambiguous), one in zip(sheet.rows, asked, judged, strict=True):
        counts[one.verdict] += 1
        unit = str(one.row["unit_code"]) if one.row is not None else ""
        why = why_of(one.verdict, one.detail, is_empty=not masked, is_ambiguous=ambiguous)
        rows.append(ReportRow(line, masked, one.verdict, why, row.reason, row.task_date, unit, one.task_id))
    there = list_with(content_of(wanted, SOURCE), sight.user_id)
    return Preview(
        rows=tuple(rows),
        counts=counts,
        totals=sheet.totals,
        refused=sheet.refused,
        wanted=wanted,
        made_before=there,
    )


_WHY = {
    Listed.ADDED: Text("下发给责任人", "issued to whoever looks after him"),
    Listed.FOLDED: Text("与名单内另一行同户，一户一个任务", "of one household with another row: one task"),
    Listed.REPEATED: Text("名单前面已有这位用户", "the customer stands in the list before"),
    Listed.HELD_OUT: Text("属于对照组，为衡量效果全年不联系", "held out, to measure the effect: no contact"),
    Listed.NOT_YOURS: Text("不归您的辖区，请转给所属单位", "belongs to another unit: pass it on to them"),
    Listed.UNKNOWN: Text("最近账期里没有这个号码或编号", "the newest month knows no such number or key"),
}
_NO_NUMBER = Text("这一行没有号码", "the row has no number")
_TWO = Text(
    "不止一位用户用这个号码，请给用户编号", "more than one customer has the number: give the key of the line"
)


def why_of(verdict: Listed, detail: str, *, is_empty: bool = False, is_ambiguous: bool = False) -> Text:
    """The verdict in one sentence: the silence by its name in the playbook, the open task by its state."""
    if verdict is Listed.UNKNOWN and is_empty:
        return _NO_NUMBER
    if verdict is Listed.UNKNOWN and is_ambiguous:
        return _TWO
    if verdict is Listed.SILENCED:
        silence = withdrawn_words(playbook()).get(detail)
        return silence or (
            WithdrawReason(detail).text if detail in set(WithdrawReason) else Text(detail, detail)
        )
    if verdict is Listed.ALREADY_OPEN:
        state = TaskState(detail).text if detail in set(TaskState) else Text(detail, detail)
        return Text(f"已有任务，状态“{state.zh}”，不重复派", f"has a task ({state.en}): none is added")
    return _WHY[verdict]


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list that was made into tasks: its rows with their verdicts."""

    line: ListLine
    counts: Mapping[Listed, int]
    rows: tuple[ReportRow, ...]


def list_page(list_id: int) -> ListPage | None:
    """The list with all its rows; None: there is none. Two statements."""
    line = list_of(list_id)
    if line is None:
        return None
    counts = dict.fromkeys(Listed, 0)
    rows = []
    for row in rows_of_list(list_id):
        counts[row.verdict] += 1
        number, said = _said_in(row.note)
        why = why_of(row.verdict, row.detail, is_empty=not said)
        rows.append(
            ReportRow(number or row.number, said, row.verdict, why, row.reason, None, "", row.task_id)
        )
    return ListPage(line, counts, tuple(rows))


def _said_in(note: str) -> tuple[int, str]:
    """The file's line and the masked number that a row's note names."""
    words = note.rpartition(" #")[2].split(" ")
    line = int(words[0]) if words and words[0].isdecimal() else 0
    return line, words[1] if len(words) > 1 and "*" in words[1] else ""
