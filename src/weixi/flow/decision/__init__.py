"""The decision: who may get what, the offer each household gets within the budgets, and the frozen plan."""

from weixi.flow.decision.allocate import allocate_pieces, budget_of
from weixi.flow.decision.allocation.allocate import allocate
from weixi.flow.decision.allocation.baseline import Baseline
from weixi.flow.decision.allocation.certificate import Allocation, Certificate, CurvePoint, LimitUse
from weixi.flow.decision.allocation.fairness import fairness_limits
from weixi.flow.decision.allocation.problem import Choice, Kind, Limit, Sense
from weixi.flow.decision.allocation.shortage import Infeasible, Shortage
from weixi.flow.decision.allocation.wide import wide_table
from weixi.flow.decision.allotment.build import build_allocation
from weixi.flow.decision.allotment.view import (
    BasisView,
    CertificateView,
    ContradictionView,
    CurveView,
    LimitView,
    RuleView,
    read_certificate,
)
from weixi.flow.decision.audit import PARITY_AUDIT, Audit, audit_parity, audits
from weixi.flow.decision.balance import Balance, BandValue, ClassShare, balance, band_lines, band_values
from weixi.flow.decision.basis import Basis as EffectBasis
from weixi.flow.decision.briefing import Caution, ChannelView, LineView, Worth
from weixi.flow.decision.card import Brief, ClockView, HouseLine, OfferBrief, brief
from weixi.flow.decision.checkup import Checkup, check_up
from weixi.flow.decision.comparison import (
    Comparison,
    CostChange,
    CountyChange,
    LabelMove,
    OfferChange,
    changed_lines,
    compare,
)
from weixi.flow.decision.contact_policy import is_sale
from weixi.flow.decision.coverage import (
    NO_MEASURE,
    Coverage,
    Dropped,
    MeasureCount,
    coverage,
    uncovered,
)
from weixi.flow.decision.day import build_day_plan, silence_day
from weixi.flow.decision.eligibility import Refusal, build_eligibility, eligibility_table, refusal
from weixi.flow.decision.explanation import (
    Explanation,
    LabelView,
    OfferView,
    TaskView,
    Verdict,
    WarningView,
)
from weixi.flow.decision.exploration import RandomLogging
from weixi.flow.decision.facts import Facts, card_facts
from weixi.flow.decision.fold import DO_NOT_WAKE, withdrawn_words
from weixi.flow.decision.holdout import campaign_holdout_sql, cut_sql, draw_sql, holdout_sql, share_of
from weixi.flow.decision.identity import Who, find_subscriber, masked_all
from weixi.flow.decision.named import named_lines, standing
from weixi.flow.decision.plan import build_plan, by_rounds, require_plan
from weixi.flow.decision.summary import Group, PlanSummary, PoolUse, summarise
from weixi.flow.decision.tables import ALLOCATION, DAY_PLAN, DAY_PLAN_LINE, DAY_SILENCE, PLAN, PLAN_LINE
from weixi.flow.decision.task_list import harmless, write_task_list
from weixi.flow.decision.trial import try_out
from weixi.flow.decision.why import explain
from weixi.flow.decision.wording import filled, time_limit

TABLES = (ALLOCATION, PLAN, PLAN_LINE, PARITY_AUDIT, DAY_PLAN, DAY_PLAN_LINE, DAY_SILENCE)

__all__ = [
    "ALLOCATION",
    "DAY_PLAN",
    "DAY_PLAN_LINE",
    "DAY_SILENCE",
    "DO_NOT_WAKE",
    "NO_MEASURE",
    "PARITY_AUDIT",
    "PLAN",
    "PLAN_LINE",
    "TABLES",
    "Allocation",
    "Audit",
    "Balance",
    "BandValue",
    "Baseline",
    "BasisView",
    "Brief",
    "Caution",
    "Certificate",
    "CertificateView",
    "ChannelView",
    "Checkup",
    "Choice",
    "ClassShare",
    "ClockView",
    "Comparison",
    "ContradictionView",
    "CostChange",
    "CountyChange",
    "Coverage",
    "CurvePoint",
    "CurveView",
    "Dropped",
    "EffectBasis",
    "Explanation",
    "Facts",
    "Group",
    "HouseLine",
    "Infeasible",
    "Kind",
    "LabelMove",
    "LabelView",
    "Limit",
    "LimitUse",
    "LimitView",
    "LineView",
    "MeasureCount",
    "OfferBrief",
    "OfferChange",
    "OfferView",
    "PlanSummary",
    "PoolUse",
    "RandomLogging",
    "Refusal",
    "RuleView",
    "Sense",
    "Shortage",
    "TaskView",
    "Verdict",
    "WarningView",
    "Who",
    "Worth",
    "allocate",
    "allocate_pieces",
    "audit_parity",
    "audits",
    "balance",
    "band_lines",
    "band_values",
    "brief",
    "budget_of",
    "build_allocation",
    "build_day_plan",
    "build_eligibility",
    "build_plan",
    "by_rounds",
    "campaign_holdout_sql",
    "card_facts",
    "changed_lines",
    "check_up",
    "compare",
    "coverage",
    "cut_sql",
    "draw_sql",
    "eligibility_table",
    "explain",
    "fairness_limits",
    "filled",
    "find_subscriber",
    "harmless",
    "holdout_sql",
    "is_sale",
    "masked_all",
    "named_lines",
    "read_certificate",
    "refusal",
    "require_plan",
    "share_of",
    "silence_day",
    "standing",
    "summarise",
    "time_limit",
    "try_out",
    "uncovered",
    "wide_table",
    "withdrawn_words",
    "write_task_list",
]
