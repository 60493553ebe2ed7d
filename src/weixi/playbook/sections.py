"""Which tables a playbook file may hold, and how two files' tables come together."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from pydantic import BaseModel

from weixi.playbook import schema, service_schema
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
        Section("document", schema.DocumentEntry, Shape.NAMED),
        Section("statement", schema.StatementEntry, Shape.LIST),
        Section("role", schema.RoleEntry, Shape.LIST),
        Section("parameter", schema.ParameterEntry, Shape.NAMED),
        Section("grade", schema.GradeEntry, Shape.WHOLE, needed=True),
        Section("band", schema.BandEntry, Shape.WHOLE, needed=True),
        Section("stage", schema.StageEntry, Shape.WHOLE, needed=True),
        Section("cluster", schema.ClusterEntry, Shape.WHOLE, needed=True),
        Section("category", schema.CategoryEntry, Shape.WHOLE, needed=True),
        Section("star", service_schema.StarEntry, Shape.WHOLE),
        Section("handset_band", schema.HandsetBandEntry, Shape.WHOLE),
        Section("key_revenue", schema.KeyRevenueEntry, Shape.SINGLE, needed=True),
        Section("attachment", schema.AttachmentEntry, Shape.SINGLE, needed=True),
        Section("cohort", schema.CohortEntry, Shape.LIST, needed=True),
        Section("silence", schema.SilenceEntry, Shape.LIST),
        Section("warning", schema.WarningEntry, Shape.LIST, needed=True),
        Section("pool", schema.PoolEntry, Shape.LIST),
        Section("offer_condition", schema.SharedConditionEntry, Shape.LIST),
        Section("offer", schema.OfferEntry, Shape.LIST, needed=True),
        Section("holdout", schema.HoldoutEntry, Shape.WHOLE),
        Section("measure", schema.MeasureEntry, Shape.LIST, needed=True),
        Section("lever", schema.LeverEntry, Shape.LIST),
        Section("kpi", schema.KpiEntry, Shape.LIST, needed=True),
        Section("goal", service_schema.GoalEntry, Shape.LIST),
        Section("service_level", service_schema.ServiceLevelEntry, Shape.LIST),
        Section("response", service_schema.ResponseEntry, Shape.LIST),
        Section("contact_hours", service_schema.ContactHoursEntry, Shape.WHOLE),
        Section("contact_cap", service_schema.ContactCapEntry, Shape.LIST),
        Section("quiet_period", service_schema.QuietPeriodEntry, Shape.LIST),
        Section("load", service_schema.LoadEntry, Shape.SINGLE),
        Section("campaign_holdout", service_schema.CampaignHoldoutEntry, Shape.LIST),
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
