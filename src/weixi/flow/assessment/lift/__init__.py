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
from weixi.flow.assessment.lift.judge import GateReport, Logged, LoggingNeed, judge, judge_plan, logged_before
from weixi.flow.assessment.lift.logged import Decided, PlannedMonth, read_decided
from weixi.flow.assessment.lift.moments import Moments, gather
from weixi.flow.assessment.lift.outlook import Detectable, Outlook, look_ahead
from weixi.flow.assessment.lift.policy_value import Learner, Log, Model, Policy, PolicyValue, ridge, value_of
from weixi.flow.assessment.lift.profit import Profit, Span, profits, span_of
from weixi.flow.assessment.lift.report import Effect, LiftReport, Verdict, read_lift
from weixi.flow.assessment.lift.setup import holdout_toml
from weixi.flow.assessment.lift.standing import Compared, Course, Sign, Tile, courses, read_history, tiles
from weixi.flow.assessment.lift.tables import LIFT, LIFT_SUM, LiftOutcome
from weixi.flow.assessment.lift.targeting import Targeting, targeting

__all__ = [
    "ALPHA",
    "HORIZONS",
    "LIFT",
    "LIFT_SUM",
    "POWER",
    "Compared",
    "Course",
    "Decided",
    "Decision",
    "Detectable",
    "Difference",
    "Effect",
    "Gate",
    "GateReport",
    "Interval",
    "Learner",
    "LiftOutcome",
    "LiftReport",
    "Log",
    "Logged",
    "LoggingNeed",
    "Model",
    "Moments",
    "Outlook",
    "PlannedMonth",
    "Policy",
    "PolicyValue",
    "Profit",
    "Sign",
    "Span",
    "Stratum",
    "Targeting",
    "Tile",
    "Verdict",
    "build_lift",
    "courses",
    "decide",
    "detectable",
    "detectable_always",
    "draw_p_value",
    "estimate",
    "fixed",
    "gather",
    "holdout_toml",
    "judge",
    "judge_plan",
    "logged_before",
    "look_ahead",
    "months_needed",
    "power_of",
    "profits",
    "read_decided",
    "read_history",
    "read_lift",
    "ridge",
    "sequential",
    "span_of",
    "targeting",
    "tiles",
    "value_of",
    "variance_of",
]
