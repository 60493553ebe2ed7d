"""Uplift: whom contact helps, by how much, and how sure that is; without a trial, that nobody knows."""

from weixi.flow.score.uplift.arms import Arms
from weixi.flow.score.uplift.assay import ArmStudy, Assay, NoTrial, Request, assay
from weixi.flow.score.uplift.balance import Balance, ColumnBalance, compare_arms
from weixi.flow.score.uplift.belief import Belief, believed
from weixi.flow.score.uplift.choice import Choice, Entrant, choose
from weixi.flow.score.uplift.doubly_robust import doubly_robust
from weixi.flow.score.uplift.encoding import Encoding, encode_columns
from weixi.flow.score.uplift.evaluation import (
    Evaluation,
    Split,
    Standing,
    count_steps,
    evaluate_uplift,
    split_trial,
)
from weixi.flow.score.uplift.evidence import Effect, Evidence, edges, tenth, weigh
from weixi.flow.score.uplift.forest import find_forests
from weixi.flow.score.uplift.learner import Learner, Predict
from weixi.flow.score.uplift.learners import LEARNERS
from weixi.flow.score.uplift.month import build_uplift
from weixi.flow.score.uplift.power import Need, hold_out_needs, need, smallest_effect
from weixi.flow.score.uplift.profit import ProfitCurve, profit_curve
from weixi.flow.score.uplift.propensity import Overlap, estimate_propensity, overlap, require_overlap
from weixi.flow.score.uplift.qini import Lines, Ranking, qini, rank
from weixi.flow.score.uplift.quality import GRID, Curve, Estimate, Quality, ShareUplift, quality
from weixi.flow.score.uplift.sample import Trial, randomised, require_arms
from weixi.flow.score.uplift.score import effect_column, score_uplift, uplift_column, uplift_table
from weixi.flow.score.uplift.study import Basis, Sample, Study, study
from weixi.flow.score.uplift.told import ArmTold, found_by_kind, read_arms
from weixi.flow.score.uplift.trial import (
    CONTACT,
    ArmEffect,
    BookTrial,
    NoEffect,
    PlanMonth,
    read_trial,
    study_arms,
)

__all__ = [
    "CONTACT",
    "GRID",
    "LEARNERS",
    "ArmEffect",
    "ArmStudy",
    "ArmTold",
    "Arms",
    "Assay",
    "Balance",
    "Basis",
    "Belief",
    "BookTrial",
    "Choice",
    "ColumnBalance",
    "Curve",
    "Effect",
    "Encoding",
    "Entrant",
    "Estimate",
    "Evaluation",
    "Evidence",
    "Learner",
    "Lines",
    "Need",
    "NoEffect",
    "NoTrial",
    "Overlap",
    "PlanMonth",
    "Predict",
    "ProfitCurve",
    "Quality",
    "Ranking",
    "Request",
    "Sample",
    "ShareUplift",
    "Split",
    "Standing",
    "Study",
    "Trial",
    "assay",
    "believed",
    "build_uplift",
    "choose",
    "compare_arms",
    "count_steps",
    "doubly_robust",
    "edges",
    "effect_column",
    "encode_columns",
    "estimate_propensity",
    "evaluate_uplift",
    "find_forests",
    "found_by_kind",
    "hold_out_needs",
    "need",
    "overlap",
    "profit_curve",
    "qini",
    "quality",
    "randomised",
    "rank",
    "read_arms",
    "read_trial",
    "require_arms",
    "require_overlap",
    "score_uplift",
    "smallest_effect",
    "split_trial",
    "study",
    "study_arms",
    "tenth",
    "uplift_column",
    "uplift_table",
    "weigh",
]
