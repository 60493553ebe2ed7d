"""The decision: who may get what, the offer each household gets within the budgets, and the frozen plan."""

from weixi.flow.decision.allocate import allocate_pieces, budget_of
from weixi.flow.decision.contact_policy import is_sale
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
from weixi.flow.decision.holdout import holdout_sql
from weixi.flow.decision.identity import Who, find_subscriber, masked
from weixi.flow.decision.plan import build_plan, require_plan
from weixi.flow.decision.summary import Group, PlanSummary, PoolUse, summarise
from weixi.flow.decision.tables import DAY_PLAN, DAY_PLAN_LINE, DAY_SILENCE, PLAN, PLAN_LINE
from weixi.flow.decision.task_list import write_task_list
from weixi.flow.decision.why import explain

TABLES = (PLAN, PLAN_LINE, DAY_PLAN, DAY_PLAN_LINE, DAY_SILENCE)

__all__ = [
    "DAY_PLAN",
    "DAY_PLAN_LINE",
    "DAY_SILENCE",
    "PLAN",
    "PLAN_LINE",
    "TABLES",
    "Explanation",
    "Group",
    "LabelView",
    "OfferView",
    "PlanSummary",
    "PoolUse",
    "Refusal",
    "TaskView",
    "Verdict",
    "WarningView",
    "Who",
    "allocate_pieces",
    "budget_of",
    "build_day_plan",
    "build_eligibility",
    "build_plan",
    "eligibility_table",
    "explain",
    "find_subscriber",
    "holdout_sql",
    "is_sale",
    "masked",
    "refusal",
    "require_plan",
    "silence_day",
    "summarise",
    "write_task_list",
]
