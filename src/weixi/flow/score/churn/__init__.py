"""The risk of leaving: target, leakage guard, the stack, its calibration and its judgement."""

from weixi.flow.score.churn.assay import Assay, Request, assay
from weixi.flow.score.churn.curve import Line, Plots, plots_of
from weixi.flow.score.churn.guard import Doubt, Guarded, Leak, Refusal
from weixi.flow.score.churn.lab import OURS, Evaluated, Evaluation, MemberShare, Settings
from weixi.flow.score.churn.metric import Bin, Metrics, calibration, measure
from weixi.flow.score.churn.month import Training, build_churn_score, training_months
from weixi.flow.score.churn.peer import ALL_PEERS
from weixi.flow.score.churn.profit import VERBRAKEN, Economy, expected_maximum_profit, profit_curve
from weixi.flow.score.churn.roc import Curve, roc
from weixi.flow.score.churn.tables import CHURN_SCORE
from weixi.flow.score.churn.target import Windows

__all__ = [
    "ALL_PEERS",
    "CHURN_SCORE",
    "OURS",
    "VERBRAKEN",
    "Assay",
    "Bin",
    "Curve",
    "Doubt",
    "Economy",
    "Evaluated",
    "Evaluation",
    "Guarded",
    "Leak",
    "Line",
    "MemberShare",
    "Metrics",
    "Plots",
    "Refusal",
    "Request",
    "Settings",
    "Training",
    "Windows",
    "assay",
    "build_churn_score",
    "calibration",
    "expected_maximum_profit",
    "measure",
    "plots_of",
    "profit_curve",
    "roc",
    "training_months",
]
