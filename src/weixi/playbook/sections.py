"""Which tables a playbook file may hold, and how two files' tables come together."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from pydantic import BaseModel

from weixi.kernel.language import Text
from weixi.playbook import (
    allocation_schema,
    contact_cost_schema,
    narrative_schema,
    offer_schema,
    schema,
    score_schema,
    service_schema,
    value_schema,
)
from weixi.playbook.fields import Strict


class Shape(Enum):
    """How a section is written and composed."""

    NAMED = auto()  # [section.NAME]: entries of several playbooks unite by name
    LIST = auto()  # [[section]] with a code: entries of several playbooks unite by code, in order
    WHOLE = (
        auto()
    )  # [[section]] that only means something as a whole: a later playbook replaces it or leaves it
    SINGLE = auto()  # [section]: one table, replaced as a whole


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its table in TOML, its class, its shape; `needed` in every complete playbook."""

    name: str
    text: Text
    model: type[schema.Entry]
    shape: Shape
    needed: bool = False

    @property
    def header(self) -> str:
        """The section's header as it is written."""
        if self.shape is Shape.NAMED:
            return f"[{self.name}.NAME]"
        return f"[{self.name}]" if self.shape is Shape.SINGLE else f"[[{self.name}]]"


SECTIONS: Mapping[str, Section] = {
    section.name: section
    for section in (
        Section("document", Text("文件", "documents"), narrative_schema.DocumentEntry, Shape.NAMED),
        Section("statement", Text("文字条款", "statements"), narrative_schema.StatementEntry, Shape.LIST),
        Section("role", Text("角色", "roles"), narrative_schema.RoleEntry, Shape.LIST),
        Section("parameter", Text("参数", "parameters"), schema.ParameterEntry, Shape.NAMED),
        Section("grade", Text("分级", "grades"), schema.GradeEntry, Shape.WHOLE, needed=True),
        Section("band", Text("分档", "bands"), schema.BandEntry, Shape.WHOLE, needed=True),
        Section("stage", Text("分期", "stages"), schema.StageEntry, Shape.WHOLE, needed=True),
        Section("cluster", Text("分群", "clusters"), schema.ClusterEntry, Shape.WHOLE, needed=True),
        Section("category", Text("分类", "classes"), schema.CategoryEntry, Shape.WHOLE, needed=True),
        Section("star", Text("价值星级", "value stars"), service_schema.StarEntry, Shape.WHOLE),
        Section("handset_band", Text("终端价位", "handset prices"), schema.HandsetBandEntry, Shape.WHOLE),
        Section(
            "key_revenue",
            Text("重要客户收入占比", "share of key revenue"),
            schema.KeyRevenueEntry,
            Shape.SINGLE,
            needed=True,
        ),
        Section(
            "attachment",
            Text("挂靠顺序", "order of attachment"),
            schema.AttachmentEntry,
            Shape.SINGLE,
            needed=True,
        ),
        Section("cohort", Text("拍照人群", "cohorts"), schema.CohortEntry, Shape.LIST, needed=True),
        Section("silence", Text("不得联系", "silences"), schema.SilenceEntry, Shape.LIST),
        Section("warning", Text("预警", "warnings"), schema.WarningEntry, Shape.LIST, needed=True),
        Section("pool", Text("资金池", "budgets"), offer_schema.PoolEntry, Shape.LIST),
        Section(
            "offer_condition",
            Text("优惠共同条件", "conditions of families"),
            offer_schema.SharedConditionEntry,
            Shape.LIST,
        ),
        Section("offer", Text("优惠", "offers"), offer_schema.OfferEntry, Shape.LIST, needed=True),
        Section("exemption", Text("豁免", "exemptions"), offer_schema.ExemptionEntry, Shape.LIST),
        Section("holdout", Text("留白", "hold-outs"), offer_schema.HoldoutEntry, Shape.WHOLE),
        Section("measure", Text("措施", "measures"), narrative_schema.MeasureEntry, Shape.LIST, needed=True),
        Section("lever", Text("杠杆", "levers"), narrative_schema.LeverEntry, Shape.LIST),
        Section("kpi", Text("考核指标", "KPIs"), schema.KpiEntry, Shape.LIST, needed=True),
        Section("goal", Text("过程目标", "working goals"), service_schema.GoalEntry, Shape.LIST),
        Section(
            "service_level",
            Text("预警等级的名额与时限", "quotas and time limits of levels"),
            service_schema.ServiceLevelEntry,
            Shape.LIST,
        ),
        Section(
            "response",
            Text("预警的处理时限", "time limits of warnings"),
            service_schema.ResponseEntry,
            Shape.LIST,
        ),
        Section(
            "contact_hours",
            Text("联系时段", "hours of contact"),
            service_schema.ContactHoursEntry,
            Shape.WHOLE,
        ),
        Section(
            "contact_cap",
            Text("联系频次", "frequency of contact"),
            service_schema.ContactCapEntry,
            Shape.LIST,
        ),
        Section("quiet_period", Text("静默期", "quiet periods"), service_schema.QuietPeriodEntry, Shape.LIST),
        Section("load", Text("工作量", "load"), service_schema.LoadEntry, Shape.SINGLE),
        Section("work", Text("任务办理", "work on tasks"), service_schema.WorkEntry, Shape.SINGLE),
        Section("score", Text("离网评分", "score of leaving"), score_schema.ScoreEntry, Shape.SINGLE),
        Section("value", Text("客户价值", "value"), value_schema.ValueEntry, Shape.SINGLE),
        Section(
            "contact_cost",
            Text("联系成本", "cost of contacts"),
            contact_cost_schema.ContactCostEntry,
            Shape.SINGLE,
        ),
        Section(
            "allocation", Text("择优分配", "allocation"), allocation_schema.AllocationEntry, Shape.SINGLE
        ),
        Section(
            "campaign_holdout",
            Text("活动留白", "hold-outs of campaigns"),
            service_schema.CampaignHoldoutEntry,
            Shape.LIST,
        ),
    )
}
BY_MODEL: Mapping[type[schema.Entry], str] = {section.model: name for name, section in SECTIONS.items()}


def keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at `path` inside `model` may hold; none where no table is there."""
    current: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, int):
            continue
        if current is None or step not in current.model_fields:
            return []
        current = _table(current.model_fields[step].annotation)
    return [] if current is None else list(current.model_fields)


def _table(annotation: object) -> type[BaseModel] | None:
    """The model inside an annotation such as `list[X]` or `X | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return annotation
    if typing.get_origin(annotation) in (list, typing.Union, types.UnionType):
        for inner in typing.get_args(annotation):
            if (found := _table(inner)) is not None:
                return found
    return None
