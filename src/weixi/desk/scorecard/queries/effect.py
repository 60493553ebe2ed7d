"""净效果: what working the tasks has brought, against the tasks held out at random."""

from dataclasses import dataclass

from weixi.desk.scorecard.queries.branch import history_of
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.desk.scorecard.rules.figure import Effect, effect_of
from weixi.flow.assessment import COMPLETION, find_calibre
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Effects:
    """The effect since January, all months together, and month by month where tasks were held out."""

    year: Effect
    months: tuple[tuple[Month, Effect], ...]


def effects_of(choice: MonthChoice, code: str) -> Effects | None:
    """The effect at the node up to the chosen month; None where no task was held out."""
    worked, held = (find_calibre(f"{COMPLETION}.{name}") for name in ("verified", "holdout"))
    known = history_of(choice, code, (worked, held))
    months, sums = [], [0, 0, 0, 0]
    for month in choice.course:
        first, second = known.get((worked.id, month)), known.get((held.id, month))
        if month.year != choice.month.year or first is None or second is None:
            continue
        counts = (first.numerator, first.denominator, second.numerator, second.denominator)
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
        effect = effect_of(counts[:2], counts[2:])
        if effect is not None:
            months.append((month, effect))
    year = effect_of((sums[0], sums[1]), (sums[2], sums[3]))
    return None if year is None else Effects(year, tuple(months))
