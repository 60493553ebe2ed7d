"""考核: the KPIs in every calibre, the scorecard, why two calibres differ, and what a dispute about them needs."""

from weixi.flow.assessment.branch import Branch, BranchNode, Step, read_branch, read_course, read_history
from weixi.flow.assessment.calibre import Calibre, Grain, Input, exact, show, value, yearly_loss
from weixi.flow.assessment.catalogue import CALIBRES, find_calibre, find_kpi, versions_of
from weixi.flow.assessment.correction import (
    Correction,
    correction_entries,
    decide_appeal,
    enter_suspects,
    file_appeal,
    open_appeals,
)
from weixi.flow.assessment.cube import UNKNOWN as UNKNOWN_CLASS
from weixi.flow.assessment.cube import CubeCell, build_cube, list_cell
from weixi.flow.assessment.cube import Edges as CubeEdges
from weixi.flow.assessment.difference import Explanation, Part, explain
from weixi.flow.assessment.difficulty import PSEUDO, basis_text, cell_text, observed_months
from weixi.flow.assessment.entry import CHURN, COMPLETION, KPI_NAMES, RETENTION, REVENUE
from weixi.flow.assessment.gaming import Check, Effect, Finding, audit
from weixi.flow.assessment.issue import Order, issue_targets, sheet_text
from weixi.flow.assessment.issue_what_if import NodeChange, WhatIf, what_if
from weixi.flow.assessment.kpi import base_month, build_kpi, statement_of
from weixi.flow.assessment.league import League, Standing, build_league
from weixi.flow.assessment.lift import (
    HORIZONS,
    LIFT,
    LIFT_SUM,
    TUNING,
    Decided,
    Gate,
    GateReport,
    Learner,
    LiftOutcome,
    LiftReport,
    Logged,
    Outlook,
    PlannedMonth,
    PolicyValue,
    Profit,
    Targeting,
    Tuned,
    Turn,
    Verdict,
    build_lift,
    build_tuning,
    draw_p_value,
    holdout_toml,
    judge_plan,
    logged_before,
    look_ahead,
    profit_of,
    profits,
    read_decided,
    read_lift,
    read_tuning,
    targeting,
    turns,
    year_ahead,
)
from weixi.flow.assessment.lift import Compared as LiftCompared
from weixi.flow.assessment.lift import Cost as ProfitCost
from weixi.flow.assessment.lift import Course as LiftCourse
from weixi.flow.assessment.lift import Decision as GateDecision
from weixi.flow.assessment.lift import Difference as LiftDifference
from weixi.flow.assessment.lift import Effect as LiftEffect
from weixi.flow.assessment.lift import Interval as LiftInterval
from weixi.flow.assessment.lift import Log as LoggedRows
from weixi.flow.assessment.lift import Moments as LiftMoments
from weixi.flow.assessment.lift import Sign as LoyaltySign
from weixi.flow.assessment.lift import Span as LiftSpan
from weixi.flow.assessment.lift import Stratum as LiftStratum
from weixi.flow.assessment.lift import Tile as LoyaltyTile
from weixi.flow.assessment.lift import YearAhead as LiftYear
from weixi.flow.assessment.lift import courses as lift_courses
from weixi.flow.assessment.lift import decide as decide_publication
from weixi.flow.assessment.lift import detectable as detectable_effect
from weixi.flow.assessment.lift import detectable_always as detectable_effect_always
from weixi.flow.assessment.lift import estimate as estimate_lift
from weixi.flow.assessment.lift import fixed as fixed_interval
from weixi.flow.assessment.lift import gather as gather_moments
from weixi.flow.assessment.lift import judge as judge_months
from weixi.flow.assessment.lift import read_history as read_lift_history
from weixi.flow.assessment.lift import ridge as ridge_model
from weixi.flow.assessment.lift import sequential as sequential_interval
from weixi.flow.assessment.lift import span_of as lift_span
from weixi.flow.assessment.lift import tiles as loyalty_tiles
from weixi.flow.assessment.lift import value_of as policy_value
from weixi.flow.assessment.lift import variance_of as effect_variance
from weixi.flow.assessment.listing import Listing
from weixi.flow.assessment.miss import REASONS, Misses, list_misses
from weixi.flow.assessment.monthly import assess
from weixi.flow.assessment.movement import CAME, PART_TEXTS, WENT, Waterfall, waterfalls
from weixi.flow.assessment.near import WITHIN, Near, NodeGap, Side, list_near
from weixi.flow.assessment.official import (
    LISTED,
    OfficialEntry,
    OfficialValue,
    enter_official,
    enter_official_list,
    official_history,
    official_rate,
)
from weixi.flow.assessment.official_difference import (
    Beside,
    Group,
    ListedDifference,
    compare_official,
    reconcile,
)
from weixi.flow.assessment.official_difference import Side as ListSide
from weixi.flow.assessment.official_file import official_sheet, official_subscribers
from weixi.flow.assessment.port import NOT_DELIVERED, PortCount, count_ports
from weixi.flow.assessment.report import KpiReport, KpiValue, Score, Target, read_report
from weixi.flow.assessment.restated import Revision, Statement, read_statement, recompute, restate
from weixi.flow.assessment.scorecard import NEAR, build_scorecard
from weixi.flow.assessment.sheet import Sheet, SheetRow, SheetVersion, read_sheet, sheet_versions
from weixi.flow.assessment.signoff import TargetEntry, acknowledge, target_entries
from weixi.flow.assessment.subscriber_difference import SubscriberDifference, explain_subscribers
from weixi.flow.assessment.tables import (
    CORRECTION,
    KPI,
    KPI_RESTATED,
    LINE_STATE,
    OFFICIAL,
    OFFICIAL_LINE,
    SCORECARD,
    TABLES,
    TARGET_BASIS,
    TARGET_CELL,
    TARGET_ENTRY,
    CorrectionAction,
    Split,
    TargetAction,
)

__all__ = [
    "CALIBRES",
    "CAME",
    "CHURN",
    "COMPLETION",
    "CORRECTION",
    "HORIZONS",
    "KPI",
    "KPI_NAMES",
    "KPI_RESTATED",
    "LIFT",
    "LIFT_SUM",
    "LINE_STATE",
    "LISTED",
    "NEAR",
    "NOT_DELIVERED",
    "OFFICIAL",
    "OFFICIAL_LINE",
    "PART_TEXTS",
    "PSEUDO",
    "REASONS",
    "RETENTION",
    "REVENUE",
    "SCORECARD",
    "TABLES",
    "TARGET_BASIS",
    "TARGET_CELL",
    "TARGET_ENTRY",
    "TUNING",
    "UNKNOWN_CLASS",
    "WENT",
    "WITHIN",
    "Beside",
    "Branch",
    "BranchNode",
    "Calibre",
    "Check",
    "Correction",
    "CorrectionAction",
    "CubeCell",
    "CubeEdges",
    "Decided",
    "Effect",
    "Explanation",
    "Finding",
    "Gate",
    "GateDecision",
    "GateReport",
    "Grain",
    "Group",
    "Input",
    "KpiReport",
    "KpiValue",
    "League",
    "Learner",
    "LiftCompared",
    "LiftCourse",
    "LiftDifference",
    "LiftEffect",
    "LiftInterval",
    "LiftMoments",
    "LiftOutcome",
    "LiftReport",
    "LiftSpan",
    "LiftStratum",
    "LiftYear",
    "ListSide",
    "ListedDifference",
    "Listing",
    "Logged",
    "LoggedRows",
    "LoyaltySign",
    "LoyaltyTile",
    "Misses",
    "Near",
    "NodeChange",
    "NodeGap",
    "OfficialEntry",
    "OfficialValue",
    "Order",
    "Outlook",
    "Part",
    "PlannedMonth",
    "PolicyValue",
    "PortCount",
    "Profit",
    "ProfitCost",
    "Revision",
    "Score",
    "Sheet",
    "SheetRow",
    "SheetVersion",
    "Side",
    "Split",
    "Standing",
    "Statement",
    "Step",
    "SubscriberDifference",
    "Target",
    "TargetAction",
    "TargetEntry",
    "Targeting",
    "Tuned",
    "Turn",
    "Verdict",
    "Waterfall",
    "WhatIf",
    "acknowledge",
    "assess",
    "audit",
    "base_month",
    "basis_text",
    "build_cube",
    "build_kpi",
    "build_league",
    "build_lift",
    "build_scorecard",
    "build_tuning",
    "cell_text",
    "compare_official",
    "correction_entries",
    "count_ports",
    "decide_appeal",
    "decide_publication",
    "detectable_effect",
    "detectable_effect_always",
    "draw_p_value",
    "effect_variance",
    "enter_official",
    "enter_official_list",
    "enter_suspects",
    "estimate_lift",
    "exact",
    "explain",
    "explain_subscribers",
    "file_appeal",
    "find_calibre",
    "find_kpi",
    "fixed_interval",
    "gather_moments",
    "holdout_toml",
    "issue_targets",
    "judge_months",
    "judge_plan",
    "lift_courses",
    "lift_span",
    "list_cell",
    "list_misses",
    "list_near",
    "logged_before",
    "look_ahead",
    "loyalty_tiles",
    "observed_months",
    "official_history",
    "official_rate",
    "official_sheet",
    "official_subscribers",
    "open_appeals",
    "policy_value",
    "profit_of",
    "profits",
    "read_branch",
    "read_course",
    "read_decided",
    "read_history",
    "read_lift",
    "read_lift_history",
    "read_report",
    "read_sheet",
    "read_statement",
    "read_tuning",
    "recompute",
    "reconcile",
    "restate",
    "ridge_model",
    "sequential_interval",
    "sheet_text",
    "sheet_versions",
    "show",
    "statement_of",
    "target_entries",
    "targeting",
    "turns",
    "value",
    "versions_of",
    "waterfalls",
    "what_if",
    "year_ahead",
    "yearly_loss",
]
