"""The tables of a playbook's TOML: one class a table, its keys as they are written.

Keys that take a figure take a number or "$name" of a parameter of the right unit.
"""

from datetime import date
from typing import Literal

from weixi.playbook.fields import (
    BandCode,
    CategoryName,
    ChannelName,
    ClusterName,
    Code,
    Expression,
    FamilyName,
    Filled,
    GradeName,
    LevelName,
    NumberOrParameter,
    Origin,
    Scalar,
    StageName,
    Strict,
    TaskTypeName,
    Words,
)

AttachmentName = Literal[
    "attachment", "household", "account_manager", "representative", "home", "outlet", "capacity"
]
MeasureGroup = Literal[
    "COMMON", "MID_HIGH", "MASS", "TERMINAL", "PROCESS", "METHOD", "EXPIRY",
    "KEY", "REGULAR", "PROSPECT", "LAPSED", "TOOL", "TEAM",
]  # fmt: skip


PlanPart = Literal[
    "PURPOSE", "PRINCIPLE", "LABEL", "COHORT", "ASSESSMENT", "MEASURE", "STRATEGY", "LEVER", "TOOL", "TEAM",
    "CONCLUSION",
]  # fmt: skip


class Header(Strict):
    """[playbook]: what it is, which shipped playbooks come before it, what it replaces in them.

    `replaces` names whole sections ("grade") or single entries ("parameter.high_value_arpu").
    """

    name: Code
    version: Filled
    title: Words
    builds_on: list[Code] = []
    replaces: list[str] = []


class Entry(Strict):
    """What every entry has: where it comes from."""

    source: Origin


class ParameterEntry(Entry):
    """[parameter.NAME]: one named figure; expressions write it as $NAME."""

    value: Scalar
    unit: Literal["yuan", "hours", "days", "months", "count", "percent", "rate", "text"]
    text: Words


class GradeEntry(Entry):
    """[[grade]]: 分级, first match; the last entry's `when` is TRUE."""

    value: GradeName
    when: Expression
    text: Words
    detail: Words | None = None


class StageEntry(Entry):
    """[[stage]]: 分期, first match."""

    value: StageName
    when: Expression
    text: Words
    detail: Words | None = None


class ClusterEntry(Entry):
    """[[cluster]]: 分群, first match."""

    value: ClusterName
    when: Expression
    text: Words
    detail: Words | None = None


class CategoryEntry(Entry):
    """[[category]]: 分类, first match."""

    value: CategoryName
    when: Expression
    text: Words
    detail: Words | None = None


class BandEntry(Entry):
    """[[band]]: 分档, half-open [low, high) of ARPU in yuan; the first has no low, the last no high."""

    code: BandCode
    text: Words
    low: NumberOrParameter | None = None
    high: NumberOrParameter | None = None


class HandsetBandEntry(BandEntry):
    """[[handset_band]]: one price band of handsets, half-open, in yuan."""


class KeyRevenueEntry(Entry):
    """[key_revenue]: KEY is the smallest set that makes more than `share` of a unit's 12-month revenue.

    Between KEY and REGULAR a line changes in the `hold_months`-th month in a row that the rules say so; 1: at once.
    """

    share: NumberOrParameter
    hold_months: NumberOrParameter = 1


class AttachmentEntry(Entry):
    """[attachment]: the order of the rules that say who looks after a line."""

    order: list[AttachmentName]


class CohortEntry(Entry):
    """[[cohort]]: a population that is frozen. `arpu` is its test of ARPU, apart from the rest.

    The one with `assessed = true` says whose tasks are assessed: by its `arpu` test.
    """

    code: Code
    text: Words
    when: Expression
    arpu: Expression | None = None
    assessed: bool = False


class SilenceEntry(Entry):
    """[[silence]]: no retention contact to these lines."""

    code: Code
    text: Words
    when: Expression


class LevelEntry(Strict):
    """[[warning.level]]: one urgency, first match; the last entry's `when` is TRUE."""

    level: LevelName
    when: Expression


class ReasonEntry(Strict):
    """[[warning.reason]]: one reason; its text may hold {column} for the column's value."""

    code: Code
    when: Expression
    text: Words


class SuccessEntry(Strict):
    """[warning.success]: the test over the outcome that the task must meet inside its window."""

    when: Expression
    text: Words


class WarningEntry(Entry):
    """[[warning]]: strongest first. `happens` is a DATE; the best day to act lies `act_before_days` before it.

    `script` is how to open the conversation; it may hold {column} for the customer's own value.
    """

    code: Code
    text: Words
    task_type: TaskTypeName
    when: Expression
    happens: Expression
    act_before_days: NumberOrParameter
    window_days: NumberOrParameter
    channel: ChannelName
    script: Words | None = None
    assessed: bool = True
    level: list[LevelEntry]
    reason: list[ReasonEntry]
    success: SuccessEntry


class ConditionEntry(Strict):
    """[[offer.condition]]: one test; `text` is the reason given to who fails it (why not)."""

    code: Code
    when: Expression
    text: Words


class SharedConditionEntry(Entry):
    """[[offer_condition]]: one test that every offer of the named families has before its own."""

    code: Code
    families: list[FamilyName]
    when: Expression
    text: Words


class ParityEntry(Strict):
    """What an existing and a new subscriber get from the same offer, in yuan: {existing = 200, new = 200}."""

    existing: NumberOrParameter
    new: NumberOrParameter


class CashFlowEntry(Strict):
    """First cash flow of one order, in yuan: {cash_in = 100, cash_out = 60}."""

    cash_in: NumberOrParameter
    cash_out: NumberOrParameter


class OfferEntry(Entry):
    """[[offer]]: preferred first. `existing` and `new` say who may take it; `binds` that it locks in."""

    code: Code
    text: Words
    family: FamilyName
    billing_code: Filled
    pool: Code | None = None
    cost: Expression
    channels: list[ChannelName]
    kinds: list[Code] = []
    existing: bool
    new: bool
    mass_market: bool = False
    binds: bool = False
    term_months: NumberOrParameter | None = None
    benefit: ParityEntry | None = None
    commission: ParityEntry | None = None
    first_cash_flow: CashFlowEntry | None = None
    condition: list[ConditionEntry] = []


class PoolEntry(Entry):
    """[[pool]]: a monthly budget in yuan; no `amount` is no limit."""

    code: Code
    text: Words
    amount: NumberOrParameter | None = None
    existing_first: bool = False


class ExemptionEntry(Entry):
    """[[exemption]]: a promise that one offer breaks with a reason, signed by whom and when.

    PARITY: existing subscribers get less than new ones; CEILING: who contributes less may get more.
    """

    code: Code
    offer: Code
    rule: Literal["PARITY", "CEILING"]
    text: Words
    signed_by: Filled
    signed_on: date


class HoldoutEntry(Entry):
    """[[holdout]]: the share of these lines left without contact, first match; the last `when` is TRUE."""

    code: Code
    text: Words
    when: Expression
    share: NumberOrParameter


class MeasureEntry(Entry):
    """[[measure]]: one measure of the plan, whom it covers and what carries it out; `detail` says it in full."""

    code: Code
    text: Words
    detail: Words | None = None
    group: MeasureGroup
    when: Expression
    offers: list[Code] = []
    warnings: list[Code] = []
    channels: list[ChannelName] = []


class LeverEntry(Entry):
    """[[lever]]: one lever of base work beside the sales policies."""

    code: Code
    text: Words
    detail: Words | None = None
    warnings: list[Code] = []


class DocumentEntry(Entry):
    """[document.NAME]: the full title of a document that sources name."""

    text: Words


class StatementEntry(Entry):
    """[[statement]]: one sentence that steers people, not the program; it opens the chapter `part` of the plan."""

    code: Code
    part: PlanPart
    text: Words


class RoleEntry(Entry):
    """[[role]]: one role in the organisation, and what the plan asks of it."""

    code: Code
    text: Words
    duty: Words


class KpiEntry(Entry):
    """[[kpi]]: one assessed KPI, its calibre, its target `rate` and the `challenge` beyond it.

    `weight` (0–1) is its share of the score.
    """

    kpi: Literal["dynamic_retention_rate", "churn_rate", "warning_task_completion_rate"]
    calibre: Filled
    text: Words
    rate: NumberOrParameter
    direction: Literal["AT_LEAST", "AT_MOST"]
    period: Literal["QUARTER", "YEAR"] | None = None
    challenge: NumberOrParameter | None = None
    weight: NumberOrParameter | None = None
