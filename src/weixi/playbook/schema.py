"""The tables of a playbook's TOML: one class a table, its keys as they are written.

Keys that take a figure take a number or "$name" of a parameter of the right unit.
"""

from typing import Literal

from weixi.playbook.fields import (
    BandCode,
    CategoryName,
    ChannelName,
    ClusterName,
    Code,
    Expression,
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
