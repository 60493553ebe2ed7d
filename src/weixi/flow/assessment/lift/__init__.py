"""The proof that treating customers is better than leaving them alone."""

from weixi.flow.assessment.lift.build import HORIZONS, build_lift
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
from weixi.flow.assessment.lift.outlook import Detectable, Outlook, look_ahead
from weixi.flow.assessment.lift.policy_value import Learner, Log, Model, Policy, PolicyValue, ridge, value_of
from weixi.flow.assessment.lift.report import Effect, LiftReport, Verdict, read_lift
from weixi.flow.assessment.lift.tables import LIFT, LIFT_SUM, LiftOutcome
from weixi.flow.assessment.lift.targeting import Targeting, targeting

__all__ = [
    "ALPHA",
    "HORIZONS",
    "LIFT",
    "LIFT_SUM",
    "POWER",
    "Decision",
    "Detectable",
    "Difference",
    "Effect",
    "Gate",
    "Interval",
    "Learner",
    "LiftOutcome",
    "LiftReport",
    "Log",
    "Model",
    "Moments",
    "Outlook",
    "Policy",
    "PolicyValue",
    "Stratum",
    "Targeting",
    "Verdict",
    "build_lift",
    "decide",
    "detectable",
    "detectable_always",
    "draw_p_value",
    "estimate",
    "fixed",
    "gather",
    "look_ahead",
    "months_needed",
    "power_of",
    "read_lift",
    "ridge",
    "sequential",
    "targeting",
    "value_of",
    "variance_of",
]
