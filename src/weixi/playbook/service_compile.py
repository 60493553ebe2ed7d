"""From the entries of the standards of service and contact to their frozen values."""

from weixi.kernel.language import Text
from weixi.playbook import service, service_schema
from weixi.playbook.expressions import Expressions
from weixi.playbook.faults import fault, near
from weixi.playbook.fields import Figure
from weixi.playbook.figures import Figures, source
from weixi.playbook.reading import Entries, Place


def compile_service(entries: Entries, figures: Figures, expressions: Expressions) -> service.Service:
    """Every standard of the composed playbook; faults go where the figures' and expressions' own go."""

    def whole(figure: Figure, unit: str, place: Place, key: str) -> int:
        number = figures.read(figure, unit, place, key)
        if number is not None and number < 1:
            figures.keep(
                fault(
                    "wrong_value",
                    place.at(key),
                    Text(f"“{key}”不能小于 1", f"“{key}” cannot be below 1"),
                    Text("写 1 或更大的整数", "write 1 or a larger whole number"),
                )
            )
        return 1 if number is None or number < 1 else int(number)

    known = entries.codes("warning")
    for entry in entries.all(service_schema.ResponseEntry):
        if entry.code not in known and entries.judges("warning"):
            what = Text(f"没有 warning “{entry.code}”", f"there is no warning “{entry.code}”")
            figures.keep(fault("unknown_warning", entry.place.at("code"), what, near(entry.code, known)))
    for span in entries.all(service_schema.ContactHoursEntry):
        if span.value.start >= span.value.end:
            what = Text("结束不晚于开始", "the end is not after the start")
            remedy = Text("结束写得晚于开始", "let the end come after the start")
            figures.keep(fault("wrong_value", span.place.at("end"), what, remedy))
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
                    else whole(given.within_hours, "hours", place, "within_hours")
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
                whole(entry.value.within_hours, "hours", entry.place, "within_hours"),
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
                whole(entry.value.most, "count", entry.place, "most"),
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
                    whole(entry.value.households, "count", entry.place, "households"),
                    whole(entry.value.tasks_per_day, "count", entry.place, "tasks_per_day"),
                    whole(entry.value.dials_per_day, "count", entry.place, "dials_per_day"),
                    whole(entry.value.attempts, "count", entry.place, "attempts"),
                    source(entry),
                )
                for entry in entries.all(service_schema.LoadEntry)
            ),
            None,
        ),
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
