"""From the entries of the standards of service and contact to their frozen values."""

from datetime import time
from types import MappingProxyType

from weixi.kernel.language import Text
from weixi.kernel.terms import WarningLevel
from weixi.playbook import service, service_schema
from weixi.playbook.expressions import Expressions
from weixi.playbook.faults import fault, near
from weixi.playbook.fields import Figure
from weixi.playbook.figures import Figures, source
from weixi.playbook.reading import Entries, Place, Placed


def compile_service(entries: Entries, figures: Figures, expressions: Expressions) -> service.Service:
    """Every standard of the composed playbook; faults go where the figures' and expressions' own go."""
    known = entries.codes("warning")
    for entry in entries.all(service_schema.ResponseEntry):
        if entry.code not in known and entries.judges("warning"):
            what = Text(f"没有 warning “{entry.code}”", f"there is no warning “{entry.code}”")
            figures.keep(fault("unknown_warning", entry.place.at("code"), what, near(entry.code, known)))
    for span in entries.all(service_schema.ContactHoursEntry):
        _check_span(figures, span.value.start, span.value.end, span.place)
    levels: list[service.ServiceLevel] = []
    for level in entries.all(service_schema.ServiceLevelEntry):
        given, place = level.value, level.place
        if given.level in {before.level for before in levels}:
            what = Text(f"等级 {given.level} 写了两次", f"the level {given.level} is written twice")
            figures.keep(
                fault("duplicate_code", place.at("level"), what, Text("删去一个", "delete one of them"))
            )
        levels.append(
            service.ServiceLevel(
                level=given.level,
                text=given.text.text,
                source=source(level),
                quota=None if given.quota is None else figures.rate(given.quota, place, "quota"),
                within_hours=(
                    None
                    if given.within_hours is None
                    else _whole(figures, given.within_hours, "hours", place, "within_hours")
                ),
                channels=tuple(given.channels),
            )
        )
    return service.Service(
        levels=tuple(levels),
        responses=tuple(
            service.Response(
                entry.code,
                entry.value.text.text,
                source(entry),
                _whole(figures, entry.value.within_hours, "hours", entry.place, "within_hours"),
                entry.value.working_hours,
            )
            for entry in entries.all(service_schema.ResponseEntry)
        ),
        hours=tuple(
            service.ContactHours(entry.value.channel, entry.value.start, entry.value.end, source(entry))
            for entry in entries.all(service_schema.ContactHoursEntry)
        ),
        caps=tuple(
            service.ContactCap(
                entry.code,
                entry.value.text.text,
                entry.value.contact,
                _whole(figures, entry.value.most, "count", entry.place, "most"),
                entry.value.period,
                source(entry),
            )
            for entry in entries.all(service_schema.ContactCapEntry)
        ),
        quiets=tuple(
            service.QuietPeriod(
                entry.code,
                entry.value.text.text,
                entry.value.after,
                figures.days(entry.value.days, entry.place, "days"),
                source(entry),
            )
            for entry in entries.all(service_schema.QuietPeriodEntry)
        ),
        load=next(
            (
                service.Load(
                    _whole(figures, entry.value.households, "count", entry.place, "households"),
                    _whole(figures, entry.value.tasks_per_day, "count", entry.place, "tasks_per_day"),
                    _whole(figures, entry.value.dials_per_day, "count", entry.place, "dials_per_day"),
                    _whole(figures, entry.value.attempts, "count", entry.place, "attempts"),
                    source(entry),
                )
                for entry in entries.all(service_schema.LoadEntry)
            ),
            None,
        ),
        work=next((_work(entry, figures) for entry in entries.all(service_schema.WorkEntry)), service.Work()),
        campaign_holdouts=tuple(
            service.CampaignHoldout(
                entry.code,
                entry.value.text.text,
                tuple(entry.value.channels),
                expressions.condition(entry.value.when, "labelled", entry.place, "when").text,
                figures.rate(entry.value.share, entry.place, "share"),
                source(entry),
                entry.value.when,
            )
            for entry in entries.all(service_schema.CampaignHoldoutEntry)
        ),
        goals=tuple(
            service.Goal(
                entry.code,
                entry.value.text.text,
                entry.value.calibre,
                figures.rate(entry.value.rate, entry.place, "rate"),
                entry.value.direction,
                source(entry),
            )
            for entry in entries.all(service_schema.GoalEntry)
        ),
    )


def _work(entry: Placed[service_schema.WorkEntry], figures: Figures) -> service.Work:
    given, place = entry.value, entry.place
    weights = {
        WarningLevel.RED.value: _whole(figures, given.urgency.red, "count", place, "urgency", "red"),
        WarningLevel.YELLOW.value: _whole(figures, given.urgency.yellow, "count", place, "urgency", "yellow"),
        WarningLevel.BLUE.value: _whole(figures, given.urgency.blue, "count", place, "urgency", "blue"),
    }
    if list(weights.values()) != sorted(weights.values(), reverse=True):
        what = Text("低一级的权重大于高一级", "a lower level weighs more than a higher one")
        remedy = Text("权重按红、黄、蓝从大到小写", "let the weights fall from red to yellow to blue")
        figures.keep(fault("wrong_value", place.at("urgency"), what, remedy))
    before = ""
    for number, span in enumerate(given.hours):
        _check_span(figures, span.start, span.end, place.below("hours", number))
        if span.start < before:
            what = Text("时段没有按先后写，或有重叠", "the spans are not in order, or overlap")
            remedy = Text("从早到晚写，互不重叠", "write them from early to late, apart from each other")
            figures.keep(fault("wrong_value", place.at("hours", number, "start"), what, remedy))
        before = span.end
    if not given.hours:
        what = Text("“hours”是空的", "“hours” is empty")
        figures.keep(
            fault("wrong_value", place.at("hours"), what, Text("写至少一个时段", "write one span at least"))
        )
    if given.morning >= given.afternoon:
        what = Text("下午不晚于上午", "the afternoon is not after the morning")
        remedy = Text("afternoon 写得晚于 morning", "let afternoon come after morning")
        figures.keep(fault("wrong_value", place.at("afternoon"), what, remedy))
    hours, days = given.not_reached_after_hours, given.undecided_after_days
    return service.Work(
        urgency=MappingProxyType(weights),
        respite_hours=_whole(figures, given.respite_hours, "hours", place, "respite_hours"),
        hours=tuple((time.fromisoformat(span.start), time.fromisoformat(span.end)) for span in given.hours),
        morning=time.fromisoformat(given.morning),
        afternoon=time.fromisoformat(given.afternoon),
        not_reached_after_hours=(
            None if hours is None else _whole(figures, hours, "hours", place, "not_reached_after_hours")
        ),
        undecided_after_days=(
            None if days is None else figures.days(days, place, "undecided_after_days", least=1)
        ),
        source=source(entry),
    )


def _whole(figures: Figures, figure: Figure, unit: str, place: Place, *keys: str | int) -> int:
    number = figures.read(figure, unit, place, *keys)
    if number is not None and number < 1:
        figures.keep(
            fault(
                "wrong_value",
                place.at(*keys),
                Text(f"“{keys[-1]}”不能小于 1", f"“{keys[-1]}” cannot be below 1"),
                Text("写 1 或更大的整数", "write 1 or a larger whole number"),
            )
        )
    return 1 if number is None or number < 1 else int(number)


def _check_span(figures: Figures, start: str, end: str, place: Place) -> None:
    if start >= end:
        what = Text("结束不晚于开始", "the end is not after the start")
        remedy = Text("结束写得晚于开始", "let the end come after the start")
        figures.keep(fault("wrong_value", place.at("end"), what, remedy))
