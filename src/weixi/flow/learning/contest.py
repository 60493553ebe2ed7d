"""The contest: a challenger takes office where it is surely more right and, as far as is known, earns more.

Pure. Both are judged on the same rows by models that never saw them. More right: the mean log loss is lower by two
standard errors, more where several challenge, so that one of equals is promoted in at most 2.5 % of months
(Bonferroni). Earns more: the paired difference of the campaign's profit is above 0. No second test is asked of it:
money follows a few rows, its interval is wide, and a model that is surely right and seems to earn more need not be kept
out for years.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit, log_expit

from weixi.flow.learning.paired import Paired, paired
from weixi.flow.learning.profit import Floats, Ints, Rates, earned
from weixi.flow.score import Placing

SURE = 2.0
"""Standard errors by which one challenger must be better (Breiman et al. 1984 take one to prefer the simpler)."""

LEVEL = 0.025
"""Chance that any of the equal challengers of a month is found better."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a contest: `label` 1 for a leaver, `line` whose row it is, `value_fen` what the line is worth.

    `kept_share` is the part of the stayers that was kept: each of them stands for 1 ÷ kept_share lines.
    """

    label: Ints
    line: Ints
    value_fen: Floats
    kept_share: float


@dataclass(frozen=True, slots=True)
class Judged:
    """One recipe against the champion: the gains in log loss and in fen per 1,000 lines, and what is said of it."""

    recipe: str
    placing: Placing
    loss: Paired
    profit_fen: float
    profit: Paired
    contacted_rate: float


@dataclass(frozen=True, slots=True)
class Contest:
    """A month's contest: who was in office, who is from the next month on, what was asked of a challenger."""

    champion: str
    in_office: str
    needed: float
    judged: tuple[Judged, ...]


def needed_errors(challengers: int) -> float:
    """Standard errors by which each of so many challengers has to be better."""
    return max(SURE, float(stats.norm.isf(LEVEL / challengers))) if challengers else SURE


def hold(
    margins: Mapping[str, Floats], rows: Rows, rates: Rates, champion: str, *, is_held: bool = False
) -> Contest:
    """The contest over log odds out of fold (among the rows kept), by recipe; `is_held`: a person keeps the champion.

    Of several that are good enough the one with the lowest log loss takes office.
    """
    needed = needed_errors(len(margins) - 1)
    weight = np.where(rows.label == 1, 1.0, 1 / rows.kept_share)
    signs = 2.0 * rows.label - 1.0
    losses = {name: -log_expit(each * signs) for name, each in margins.items()}
    money = {
        # Log odds as they are among all lines: stayers were kept in part.
        name: earned(rows.label, expit(each + np.log(rows.kept_share)), rows.value_fen, rates)
        for name, each in margins.items()
    }
    ones = np.ones(len(rows.label))
    loss = {name: paired(losses[champion] - each, ones, rows.line) for name, each in losses.items()}
    profit = {
        name: paired(1000 * (each.profit - money[champion].profit), weight, rows.line)
        for name, each in money.items()
    }
    able = [
        name
        for name in margins
        if name != champion and loss[name].mean > needed * loss[name].error and profit[name].mean > 0
    ]
    best = max(able, key=lambda name: loss[name].mean, default=None)
    in_office = champion if best is None or is_held else best

    def placing(name: str) -> Placing:
        if name == champion:
            return Placing.CHAMPION
        if loss[name].mean <= needed * loss[name].error:
            return Placing.NOT_BETTER
        if profit[name].mean <= 0:
            return Placing.NO_PROFIT
        if is_held:
            return Placing.HELD
        return Placing.PROMOTED if name == best else Placing.SECOND

    total = weight.sum()
    judged = tuple(
        Judged(
            name,
            placing(name),
            loss[name],
            float(1000 * (weight * money[name].profit).sum() / total),
            profit[name],
            float((weight * money[name].contacted).sum() / total),
        )
        for name in margins
    )
    return Contest(champion, in_office, needed, judged)
