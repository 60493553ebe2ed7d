"""The scores: who is likely to leave, whom contact helps, what a subscriber is worth, and why."""

from weixi.flow.score.churn import CHURN_SCORE, Line, build_churn_score, plots_of
from weixi.flow.score.churn import OURS as CHURN_OURS
from weixi.flow.score.churn import Assay as ChurnAssay
from weixi.flow.score.churn import Evaluated as ChurnEvaluated
from weixi.flow.score.churn import Request as ChurnRequest
from weixi.flow.score.churn import Settings as ChurnSettings
from weixi.flow.score.churn import Training as ChurnTraining
from weixi.flow.score.churn import assay as assay_churn
from weixi.flow.score.churn import calibration as calibration_bins

__all__ = [
    "CHURN_OURS",
    "CHURN_SCORE",
    "ChurnAssay",
    "ChurnEvaluated",
    "ChurnRequest",
    "ChurnSettings",
    "ChurnTraining",
    "Line",
    "assay_churn",
    "build_churn_score",
    "calibration_bins",
    "plots_of",
]
