"""The scores: who is likely to leave, whom contact helps, what a subscriber is worth, and why."""

from weixi.flow.score.asleep import LAPSE, DoNotWake, EffectKnown, do_not_wake, effect_known, harmed_lines
from weixi.flow.score.churn import (
    CHURN_SCORE,
    PROMOTION,
    RULING,
    Line,
    Movement,
    Placing,
    Ruling,
    build_churn_score,
    movement_of,
    plots_of,
)
from weixi.flow.score.churn import FIRST as CHURN_FIRST
from weixi.flow.score.churn import OURS as CHURN_OURS
from weixi.flow.score.churn import RECIPES as CHURN_RECIPES
from weixi.flow.score.churn import VERBRAKEN as VERBRAKEN_ECONOMY
from weixi.flow.score.churn import Absent as ChurnAbsent
from weixi.flow.score.churn import Appointed as ChurnAppointed
from weixi.flow.score.churn import Assay as ChurnAssay
from weixi.flow.score.churn import Came as ChurnCame
from weixi.flow.score.churn import Evaluated as ChurnEvaluated
from weixi.flow.score.churn import History as ChurnHistory
from weixi.flow.score.churn import Leak as ChurnLeak
from weixi.flow.score.churn import Office as ChurnOffice
from weixi.flow.score.churn import Request as ChurnRequest
from weixi.flow.score.churn import Settings as ChurnSettings
from weixi.flow.score.churn import Training as ChurnTraining
from weixi.flow.score.churn import Windows as ChurnWindows
from weixi.flow.score.churn import assay as assay_churn
from weixi.flow.score.churn import calibration as calibration_bins
from weixi.flow.score.churn import history_inputs as churn_history_inputs
from weixi.flow.score.churn import left_text as churn_left_text
from weixi.flow.score.churn import office_of as churn_office
from weixi.flow.score.churn import out_of_fold as churn_out_of_fold
from weixi.flow.score.churn import read_history as read_churn_history
from weixi.flow.score.churn import training_months as churn_training_months
from weixi.flow.score.churn import versions as library_versions
from weixi.flow.score.churn import what_came as what_came_of_churn
from weixi.flow.score.event import (
    DAY_SCORE,
    EVENT_RISK,
    SOON,
    EventTold,
    read_event_risk,
    score_day,
)
from weixi.flow.score.gap import SCORE_GAP, Gap, Score, keep_gap, read_gaps
from weixi.flow.score.judged import Judged, LevelHit, judge_scores, level_sql
from weixi.flow.score.judged_event import EventJudged, EventLevel, judge_events
from weixi.flow.score.listing import ScoredLine, likeliest, read_card, require_scores, scored_lines
from weixi.flow.score.month import score_churn, score_effect, score_value, scoring, training_of
from weixi.flow.score.ranking import RISK_LEVELS, Raised, Ranking, day_scores, rank_lines
from weixi.flow.score.uplift import (
    CONTACT,
    GRID,
    ArmEffect,
    ArmStudy,
    ArmTold,
    Basis,
    Belief,
    BookTrial,
    Effect,
    Encoding,
    Estimate,
    Evidence,
    Learner,
    Need,
    NoEffect,
    NoTrial,
    PlanMonth,
    Predict,
    ProfitCurve,
    Sample,
    Standing,
    Study,
    Trial,
    believed,
    count_steps,
    effect_column,
    encode_columns,
    find_forests,
    found_by_kind,
    hold_out_needs,
    need,
    profit_curve,
    read_arms,
    read_trial,
    score_uplift,
    smallest_effect,
    study,
    study_arms,
    uplift_column,
    uplift_table,
)
from weixi.flow.score.uplift import Assay as UpliftAssay
from weixi.flow.score.uplift import Request as UpliftRequest
from weixi.flow.score.uplift import assay as assay_uplift
from weixi.flow.score.value import (
    GROUPS,
    SURVIVAL,
    SURVIVAL_COUNT,
    VALUE_SCORE,
    Worth,
    build_value,
    valuation,
    value_by,
)
from weixi.flow.score.value import TABLES as VALUE_TABLES

TABLES = (*VALUE_TABLES, CHURN_SCORE, EVENT_RISK, DAY_SCORE, SCORE_GAP)
"""The tables of scores; that of uplift has columns of the playbook's offers: `uplift_table`."""

__all__ = [
    "CHURN_FIRST",
    "CHURN_OURS",
    "CHURN_RECIPES",
    "CHURN_SCORE",
    "CONTACT",
    "DAY_SCORE",
    "EVENT_RISK",
    "GRID",
    "GROUPS",
    "LAPSE",
    "PROMOTION",
    "RISK_LEVELS",
    "RULING",
    "SCORE_GAP",
    "SOON",
    "SURVIVAL",
    "SURVIVAL_COUNT",
    "TABLES",
    "VALUE_SCORE",
    "VERBRAKEN_ECONOMY",
    "ArmEffect",
    "ArmStudy",
    "ArmTold",
    "Basis",
    "Belief",
    "BookTrial",
    "ChurnAbsent",
    "ChurnAppointed",
    "ChurnAssay",
    "ChurnCame",
    "ChurnEvaluated",
    "ChurnHistory",
    "ChurnLeak",
    "ChurnOffice",
    "ChurnRequest",
    "ChurnSettings",
    "ChurnTraining",
    "ChurnWindows",
    "DoNotWake",
    "Effect",
    "EffectKnown",
    "Encoding",
    "Estimate",
    "EventJudged",
    "EventLevel",
    "EventTold",
    "Evidence",
    "Gap",
    "Judged",
    "Learner",
    "LevelHit",
    "Line",
    "Movement",
    "Need",
    "NoEffect",
    "NoTrial",
    "Placing",
    "PlanMonth",
    "Predict",
    "ProfitCurve",
    "Raised",
    "Ranking",
    "Ruling",
    "Sample",
    "Score",
    "ScoredLine",
    "Standing",
    "Study",
    "Trial",
    "UpliftAssay",
    "UpliftRequest",
    "Worth",
    "assay_churn",
    "assay_uplift",
    "believed",
    "build_churn_score",
    "build_value",
    "calibration_bins",
    "churn_history_inputs",
    "churn_left_text",
    "churn_office",
    "churn_out_of_fold",
    "churn_training_months",
    "count_steps",
    "day_scores",
    "do_not_wake",
    "effect_column",
    "effect_known",
    "encode_columns",
    "find_forests",
    "found_by_kind",
    "harmed_lines",
    "hold_out_needs",
    "judge_events",
    "judge_scores",
    "keep_gap",
    "level_sql",
    "library_versions",
    "likeliest",
    "movement_of",
    "need",
    "plots_of",
    "profit_curve",
    "rank_lines",
    "read_arms",
    "read_card",
    "read_churn_history",
    "read_event_risk",
    "read_gaps",
    "read_trial",
    "require_scores",
    "score_churn",
    "score_day",
    "score_effect",
    "score_uplift",
    "score_value",
    "scored_lines",
    "scoring",
    "smallest_effect",
    "study",
    "study_arms",
    "training_of",
    "uplift_column",
    "uplift_table",
    "valuation",
    "value_by",
    "what_came_of_churn",
]
