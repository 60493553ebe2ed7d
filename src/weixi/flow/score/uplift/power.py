"""How many people a hold-out must have before it can show an effect of a given size."""

from dataclasses import dataclass
from math import ceil, sqrt

import scipy

POWER = 0.8
"""Chance to show an effect that is there, by which hold-outs are sized; a trial's usual figure (Cohen 1988)."""

LEVEL = 0.05
"""Two-sided chance to show one that is not there."""

SHARES = (0.02, 0.05, 0.1)
"""Hold-outs whose needs are told: shares of those who are to be contacted."""

FALLS = (0.1, 0.2)
"""Effects whose needs are told: by so much of themselves the bad outcomes fall."""


@dataclass(frozen=True, slots=True)
class Need:
    """The people that both arms need to show an effect of `effect` on an outcome that is otherwise `base`.

    `share` is the hold-out's share of all of them; `level` is two-sided, `power` the chance to show it.
    """

    base: float
    effect: float
    share: float
    treated_count: int
    control_count: int
    level: float = LEVEL
    power: float = POWER


def need(base: float, effect: float, share: float, level: float = LEVEL, power: float = POWER) -> Need:
    """The rows needed of both arms when `share` (between 0 and 1) of the people are held out.

    `base` is the outcome's rate without treatment, `base + effect` with it. Two proportions, normal approximation,
    unpooled (Fleiss 1981): n = (z(level/2) + z(power))² × (p1 q1 ÷ (1 − share) + p0 q0 ÷ share) ÷ effect².
    """
    z = scipy.stats.norm.isf(level / 2) + scipy.stats.norm.isf(1 - power)
    with_it = min(max(base + effect, 0.0), 1.0)
    spread = with_it * (1 - with_it) / (1 - share) + base * (1 - base) / share
    whole = ceil(z**2 * spread / effect**2)
    control = ceil(whole * share)
    return Need(base, effect, share, max(whole - control, 1), max(control, 1), level, power)


def smallest_effect(
    base: float, treated_count: int, control_count: int, level: float = LEVEL, power: float = POWER
) -> float:
    """The smallest effect that so many people would show, about: both arms vary as the base does."""
    z = scipy.stats.norm.isf(level / 2) + scipy.stats.norm.isf(1 - power)
    return float(z * sqrt(base * (1 - base) * (1 / treated_count + 1 / control_count)))


def hold_out_needs(base: float) -> tuple[Need, ...]:
    """What each of SHARES needs to show each of FALLS, where `base` (0–1) is the good outcome's rate untreated."""
    return tuple(need(base, (1 - base) * fall, share) for fall in FALLS for share in SHARES)
