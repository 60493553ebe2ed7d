"""The contest between the model in office and those that would take its place, as its sealed table says it."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.desk.evidence.rules.model import absent_said, recipe_said
from weixi.engine import columns_sql
from weixi.flow.learning import read_absent
from weixi.flow.score import PROMOTION, Placing
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Challenge:
    """One recipe in a contest: how much less it errs than the champion, and what its campaign would earn.

    `gain` is a mean log loss with the standard error `error`; money is fen per 1,000 lines, `profit_gain_fen` against
    the champion's with a 95 % interval.
    """

    text: Text
    placing: Placing
    gain: float
    error: float
    profit_fen: float
    profit_gain_fen: float
    profit_low_fen: float
    profit_high_fen: float
    contacted_rate: float


@dataclass(frozen=True, slots=True)
class Contest:
    """One month's contest: `needed` standard errors were asked of a challenger; `in_office` scores from then on.

    `absent` says who took no part and why.
    """

    month: Month
    champion: Text
    in_office: Text
    needed: float
    rows: int
    leavers: int
    challenges: tuple[Challenge, ...]
    absent: tuple[Text, ...]

    @property
    def is_changed(self) -> bool:
        """Whether another model takes office."""
        return self.champion != self.in_office


def contest_of(month: Month) -> Contest | None:
    """The latest contest up to that month; None where none was held."""
    held = [each for each in store().partitions(PROMOTION) if int(each.key["month"]) <= month.number]
    if not held:
        return None
    last = max(held, key=lambda each: int(each.key["month"]))
    rows = store().rows(f"SELECT {columns_sql(PROMOTION)} FROM held ORDER BY recipe", inputs={"held": last})
    order = {placing: place for place, placing in enumerate(Placing)}
    challenges = [
        Challenge(
            recipe_said(row["recipe"]),
            Placing(row["verdict"]),
            row["gain"],
            row["gain_error"],
            row["profit_fen"],
            row["profit_gain_fen"],
            row["profit_low_fen"],
            row["profit_high_fen"],
            row["contacted_rate"],
        )
        for row in rows
    ]
    month = Month.from_number(int(last.key["month"]))
    return Contest(
        month,
        recipe_said(rows[0]["champion"]),
        recipe_said(rows[0]["in_office"]),
        rows[0]["needed"],
        int(rows[0]["row_count"]),
        int(rows[0]["leaver_count"]),
        tuple(sorted(challenges, key=lambda each: (order[each.placing], -each.gain))),
        absent_said(read_absent(store(), month)),
    )
