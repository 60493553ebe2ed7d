"""Rules that can never take effect: conditions that contradict themselves, or what stands before or beside them."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from weixi.dialect.possible import Possibilities, Truth
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.playbook import narrative_schema, offer_schema, schema
from weixi.playbook.faults import fault
from weixi.playbook.model import Playbook, WarningRule
from weixi.playbook.reading import Entries, Place

Asked = tuple[str, Truth]
_FROM_TODAY = re.compile(r"as_of \+ (\d+)\b")


def check_reach(playbook: Playbook, entries: Entries, possible: Possibilities) -> list[WeixiError]:
    """Every rule of a playbook without other faults of which it can be proved that it never takes effect."""
    return [
        *_lists(playbook, entries, possible),
        *_warnings(playbook, entries, possible),
        *_offers(playbook, entries, possible),
        *_measures(playbook, entries, possible),
        *_alone(playbook, entries, possible),
    ]


def _lists(playbook: Playbook, entries: Entries, possible: Possibilities) -> Iterator[WeixiError]:
    by_name: dict[str, Sequence[str]] = {
        "grade": [rule.sql for rule in playbook.grades],
        "stage": [rule.sql for rule in playbook.stages],
        "cluster": [rule.sql for rule in playbook.clusters],
        "category": [rule.sql for rule in playbook.categories],
        "holdout": [rule.sql for rule in playbook.holdouts],
    }
    for name, rules in by_name.items():
        places = [entry.place for entry in entries.by_section.get(name, ())]
        yield from _first_match(name, rules, places, possible)


def _first_match(
    name: str,
    rules: Sequence[str],
    places: Sequence[Place],
    possible: Possibilities,
    given: Sequence[Asked] = (),
) -> Iterator[WeixiError]:
    """The rules of one list that are never reached by what meets `given`."""
    for index, (sql, place) in enumerate(zip(rules, places, strict=True)):
        own = [*given, (sql, Truth.TRUE)]
        where = place.at("when")
        if not possible.can_hold(*own):
            yield _never(where, name)
        elif not possible.can_hold(*own, *((before, Truth.UNMET) for before in rules[:index])):
            by = [k for k in range(index) if not possible.can_hold(*own, (rules[k], Truth.UNMET))]
            first = places[by[0]].at("when") if by else ""
            yield fault(
                "unreachable",
                where,
                Text(
                    f"{name} 的这一条永远轮不到：{first or '前面各条合起来'} 已经包含它",
                    f"this {name} is never reached: {first or 'those before it together'} already hold for it",
                ),
                Text("收紧前面的条件，或把这一条移到前面", "narrow the ones before, or move this one up"),
            )


def _never(where: str, name: str) -> WeixiError:
    return fault(
        "never",
        where,
        Text(
            f"{name} 的条件自相矛盾，永远不成立",
            f"the condition of this {name} contradicts itself and never holds",
        ),
        Text(
            "检查 AND 两边的上下限和取值是否冲突；两者之一应写 OR",
            "look for limits or values on both sides of AND that exclude each other; one of two is written OR",
        ),
    )


def _warnings(playbook: Playbook, entries: Entries, possible: Possibilities) -> Iterator[WeixiError]:
    for entry, rule in zip(entries.all(schema.WarningEntry), playbook.warnings, strict=True):
        place, given = entry.place, [(rule.sql, Truth.TRUE)]
        if not possible.can_hold(*given):
            yield _never(place.at("when"), "warning")
            continue
        levels = [place.below("level", k) for k in range(len(rule.levels))]
        yield from _first_match("level", [level.sql for level in rule.levels], levels, possible, given)
        for index, reason in enumerate(rule.reasons):
            if not possible.can_hold(*given, (reason.sql, Truth.TRUE)):
                yield _beside(
                    place.at("reason", index, "when"),
                    Text(
                        f"原因“{reason.code}”与预警的条件矛盾",
                        f"reason “{reason.code}” contradicts its warning",
                    ),
                )
        for silence in playbook.silences:
            if not possible.can_hold(*given, (silence.sql, Truth.UNMET)):
                yield _beside(
                    place.at("when"),
                    Text(
                        f"预警的用户全在不得联系之列（{silence.source.at} 的“{silence.code}”）",
                        f"all lines of this warning are silenced by “{silence.code}” ({silence.source.at})",
                    ),
                )
        yield from _lead(rule, place, possible)


def _lead(rule: WarningRule, place: Place, possible: Possibilities) -> Iterator[WeixiError]:
    """The best day lies ahead for somebody: the lead is no longer than the warning looks ahead."""
    ahead = _ahead(rule, possible)
    if ahead is not None and rule.act_before_days > ahead:
        yield fault(
            "act_before",
            place.at("act_before_days"),
            Text(
                f"提前 {rule.act_before_days} 天行动，预警却只看到 {int(ahead)} 天以内：最佳联系日总在过去",
                f"acts {rule.act_before_days} days ahead, but warns of what comes within {int(ahead)} days: "
                "the best day is always past",
            ),
            Text(
                f"写 {int(ahead)} 或更小的天数，或放宽 when",
                f"write {int(ahead)} days or fewer, or widen `when`",
            ),
        )


def _ahead(rule: WarningRule, possible: Possibilities) -> Fraction | None:
    """The most days from today to the day that the warning is about; None where nothing bounds them."""
    if found := _FROM_TODAY.search(rule.happens_sql):
        return Fraction(found[1])
    name = rule.happens_sql.removesuffix("_date")
    bounds = [possible.highest(rule.sql, column) for column in (f"days_to_{name}", f"{name}_days")]
    return next((bound for bound in bounds if bound is not None), None)


def _offers(playbook: Playbook, entries: Entries, possible: Possibilities) -> Iterator[WeixiError]:
    for entry in entries.all(offer_schema.OfferEntry):
        offer = playbook.offer(entry.code)
        own = [(condition.sql, Truth.TRUE) for condition in offer.conditions]
        if not possible.can_hold(*own):
            last = len(entry.value.condition) - 1
            at = entry.place.at("condition", last, "when") if last >= 0 else entry.place.at()
            yield _beside(
                at,
                Text(
                    f"优惠“{offer.code}”的各项条件互相矛盾",
                    f"the conditions of offer “{offer.code}” contradict",
                ),
            )
            continue
        for index, kind in enumerate(offer.kinds):
            warned = (playbook.warning(kind).sql, Truth.TRUE)
            if possible.can_hold(warned) and not possible.can_hold(warned, *own):
                yield _beside(
                    entry.place.at("kinds", index),
                    Text(
                        f"优惠“{offer.code}”的条件与预警“{kind}”矛盾，永远给不出去",
                        f"the conditions of offer “{offer.code}” contradict warning “{kind}”: it is never given",
                    ),
                )


def _measures(playbook: Playbook, entries: Entries, possible: Possibilities) -> Iterator[WeixiError]:
    for entry, measure in zip(entries.all(narrative_schema.MeasureEntry), playbook.measures, strict=True):
        own = (measure.sql, Truth.TRUE)
        if not possible.can_hold(own):
            yield _never(entry.place.at("when"), "measure")
            continue
        for index, code in enumerate(measure.offers):
            conditions = [(condition.sql, Truth.TRUE) for condition in playbook.offer(code).conditions]
            if possible.can_hold(*conditions) and not possible.can_hold(own, *conditions):
                yield _beside(
                    entry.place.at("offers", index),
                    Text(
                        f"措施“{measure.code}”覆盖的用户都办不了优惠“{code}”",
                        f"nobody whom measure “{measure.code}” covers may take offer “{code}”",
                    ),
                )
        for index, code in enumerate(measure.warnings):
            warned = (playbook.warning(code).sql, Truth.TRUE)
            if possible.can_hold(warned) and not possible.can_hold(own, warned):
                yield _beside(
                    entry.place.at("warnings", index),
                    Text(
                        f"措施“{measure.code}”覆盖的用户都不会有预警“{code}”",
                        f"nobody whom measure “{measure.code}” covers is ever warned of by “{code}”",
                    ),
                )


def _alone(playbook: Playbook, entries: Entries, possible: Possibilities) -> Iterator[WeixiError]:
    cohorts = zip(entries.all(schema.CohortEntry), playbook.cohorts, strict=True)
    silences = zip(entries.all(schema.SilenceEntry), playbook.silences, strict=True)
    for name, place, sql in (
        *(("cohort", entry.place, rule.sql) for entry, rule in cohorts),
        *(("silence", entry.place, rule.sql) for entry, rule in silences),
    ):
        if not possible.can_hold((sql, Truth.TRUE)):
            yield _never(place.at("when"), name)


def _beside(where: str, what: Text) -> WeixiError:
    return fault(
        "contradiction",
        where,
        what,
        Text("放宽两者之一，或去掉这一项", "widen one of the two, or take this one away"),
    )
