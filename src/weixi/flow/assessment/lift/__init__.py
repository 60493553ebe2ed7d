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
from weixi.flow.assessment.lift.gate import Decision, Gate, decide
from weixi.flow.assessment.lift.interval import ALPHA, Interval, fixed, sequential
from weixi.flow.assessment.lift.moments import Moments, gather
from weixi.flow.assessment.lift.policy_value import Learner, Log, Model, Policy, PolicyValue, ridge, value_of

__all__ = [
    "ALPHA",
    "POWER",
    "Decision",
    "Difference",
    "Gate",
    "Interval",
    "Learner",
    "Log",
    "Model",
    "Moments",
    "Policy",
    "PolicyValue",
    "Stratum",
    "decide",
    "detectable",
    "detectable_always",
    "draw_p_value",
    "estimate",
    "fixed",
    "gather",
    "months_needed",
    "power_of",
    "ridge",
    "sequential",
    "value_of",
    "variance_of",
]
