"""The proof that treating customers is better than leaving them alone."""

from weixi.flow.assessment.lift.build import build_lift
from weixi.flow.assessment.lift.design import (
    POWER,
    Stratum,
    detectable,
    detectable_always,
    draw_p_value,
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
from weixi.flow.assessment.lift.profit import (
    Cost,
    CostLine,
    Profit,
    Span,
    YearAhead,
    profit_of,
    profits,
    span_of,
    year_ahead,
)
from weixi.flow.assessment.lift.report import Effect, LiftReport, Verdict, read_lift
from weixi.flow.assessment.lift.setup import holdout_toml
from weixi.flow.assessment.lift.standing import Compared, Course, Sign, Tile, courses, read_history, tiles
from weixi.flow.assessment.lift.tables import HORIZONS, LIFT, LIFT_SUM, LiftOutcome
from weixi.flow.assessment.lift.targeting import Targeting, targeting
from weixi.flow.assessment.lift.tuning import TUNING, Tuned, Turn, build_tuning, read_tuning, turns

__all__ = [
    "ALPHA",
    "HORIZONS",
    "LIFT",
    "LIFT_SUM",
    "POWER",
    "TUNING",
    "Compared",
    "Cost",
    "CostLine",
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
    "Tuned",
    "Turn",
    "Verdict",
    "YearAhead",
    "build_lift",
    "build_tuning",
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
    "profit_of",
    "profits",
    "read_decided",
    "read_history",
    "read_lift",
    "read_tuning",
    "ridge",
    "sequential",
    "span_of",
    "targeting",
    "tiles",
    "turns",
    "value_of",
    "variance_of",
    "year_ahead",
]
