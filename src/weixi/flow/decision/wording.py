"""A line's own values put into the words of a rule."""

from collections.abc import Mapping
from datetime import date

from weixi.engine import Partition
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.terms import Term
from weixi.playbook import Playbook

UNKNOWN = Text("未知", "unknown")
_TERMS = {
    column.name: column.values
    for table in (SUBSCRIBER_MONTH, LABEL)
    for column in table.columns
    if column.values is not None and issubclass(column.values, Term)
}


def worded(column: str, value: object, currency: str) -> Text:
    """One value of one column for people: money in the currency, dates, closed words, yes and no."""
    if value is None:
        return UNKNOWN
    if column in _TERMS:
        return _TERMS[column](str(value)).text
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int) and column.endswith("_fen"):
        return Text(show(value, currency), show(value, currency))
    if isinstance(value, int):
        return Text(f"{value:,}", f"{value:,}")
    return Text(str(value), str(value))


def day(value: date) -> Text:
    """A date for people."""
    return Text(f"{value.year}年{value.month}月{value.day}日", value.isoformat())


def filled(text: Text, row: Mapping[str, object], currency: str) -> Text:
    """The text with each `{column}` replaced by the row's value, in both languages."""
    words = {column: worded(column, value, currency) for column, value in row.items()}
    return Text(
        text.zh.format(**{column: word.zh for column, word in words.items()}),
        text.en.format(**{column: word.en for column, word in words.items()}),
    )


def warning_name(playbook: Playbook, code: str) -> Text:
    """The name of a warning; its code where this playbook does not know it."""
    return next((rule.text for rule in playbook.warnings if rule.code == code), Text(code, code))


def time_limit(playbook: Playbook, kind: str, level: str) -> Text:
    """The time in which a task is to be handled: its warning's own limit, else its level's; empty: none."""
    for response in playbook.service.responses:
        if response.warning == kind:
            hours = response.within_hours
            if response.working_hours:
                return Text(f"{hours} 个工作小时", f"{hours} working hours")
            return Text(f"{hours} 小时", f"{hours} hours")
    assessed = {rule.code for rule in playbook.warnings if rule.assessed}
    for given in playbook.service.levels:
        if given.level == level and given.within_hours is not None and kind in assessed:
            return Text(f"{given.within_hours} 小时", f"{given.within_hours} hours")
    return Text("", "")


def left_out(playbook: Playbook, plan: Partition) -> tuple[Text, ...]:
    """The warnings that a plan's data could not give, each with what it lacks, in the playbook's order."""
    lacks: Mapping[str, list[str]] = plan.manifest.note.get("not_computable", {})
    order = [rule.code for rule in playbook.warnings if rule.code in lacks]
    said = []
    for code in [*order, *sorted(lacks.keys() - set(order))]:
        name, columns = warning_name(playbook, code), lacks[code]
        said.append(
            Text(
                f"预警“{name.zh}”不可算：数据缺少 {'、'.join(columns)}",
                f"“{name.en}” cannot be computed: the data lacks {', '.join(columns)}",
            )
        )
    return tuple(said)


def reason_text_of(playbook: Playbook, kinds: tuple[str, ...], code: str) -> Text:
    """The words of a reason, unfilled: the first of the line's warnings that gives it."""
    given = (playbook.reasons[kind, code].text for kind in kinds if (kind, code) in playbook.reasons)
    return next(given, Text(code, code))
