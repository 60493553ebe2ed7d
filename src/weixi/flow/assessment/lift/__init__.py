"""The proof that treating customers is better than leaving them alone."""

from weixi.flow.assessment.lift.design import (
    POWER,
    Stratum,
    detectable,
    detectable_always,
    draw_p_value,
    months_needed,
    power_of,
    variance_of,
)
from weixi.flow.assessment.lift.estimate import Difference, estimate
from weixi.flow.assessment.lift.interval import ALPHA, Interval, fixed, sequential
from weixi.flow.assessment.lift.moments import Moments, gather

__all__ = [
    "ALPHA",
    "POWER",
    "Difference",
    "Interval",
    "Moments",
    "Stratum",
    "detectable",
    "detectable_always",
    "draw_p_value",
    "estimate",
    "fixed",
    "gather",
    "months_needed",
    "power_of",
    "sequential",
    "variance_of",
]
