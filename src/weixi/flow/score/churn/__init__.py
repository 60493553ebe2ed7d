"""The risk of leaving: target, leakage guard, the stack, its calibration and its judgement."""

from weixi.flow.score.churn.assay import Assay, Request, assay
from weixi.flow.score.churn.came import Came, what_came
from weixi.flow.score.churn.card import versions
from weixi.flow.score.churn.curve import Line, Plots, plots_of
from weixi.flow.score.churn.drift import Movement, movement_of
from weixi.flow.score.churn.guard import Doubt, Guarded, Leak, Refusal
from weixi.flow.score.churn.history import (
    History,
    Training,
    history_inputs,
    known_months,
    read_history,
    training_months,
)
from weixi.flow.score.churn.lab import OURS, Evaluated, Evaluation, MemberShare, Settings
from weixi.flow.score.churn.metric import Bin, Metrics, calibration, measure
from weixi.flow.score.churn.month import build_churn_score
from weixi.flow.score.churn.office import Appointed, Office, office_of
from weixi.flow.score.churn.peer import ALL_PEERS
from weixi.flow.score.churn.profit import VERBRAKEN, Economy, expected_maximum_profit, profit_curve
from weixi.flow.score.churn.recipe import FIRST, RECIPES, Absent, OutOfFold, out_of_fold
from weixi.flow.score.churn.roc import Curve, roc
from weixi.flow.score.churn.tables import CHURN_SCORE, PROMOTION, RULING, Placing, Ruling
from weixi.flow.score.churn.target import Windows, left_text

__all__ = [
    "ALL_PEERS",
    "CHURN_SCORE",
    "FIRST",
    "OURS",
    "PROMOTION",
    "RECIPES",
    "RULING",
    "VERBRAKEN",
    "Absent",
    "Appointed",
    "Assay",
    "Bin",
    "Came",
    "Curve",
    "Doubt",
    "Economy",
    "Evaluated",
    "Evaluation",
    "Guarded",
    "History",
    "Leak",
    "Line",
    "MemberShare",
    "Metrics",
    "Movement",
    "Office",
    "OutOfFold",
    "Placing",
    "Plots",
    "Refusal",
    "Request",
    "Ruling",
    "Settings",
    "Training",
    "Windows",
    "assay",
    "build_churn_score",
    "calibration",
    "expected_maximum_profit",
    "history_inputs",
    "known_months",
    "left_text",
    "measure",
    "movement_of",
    "office_of",
    "out_of_fold",
    "plots_of",
    "profit_curve",
    "read_history",
    "roc",
    "training_months",
    "versions",
    "what_came",
]
