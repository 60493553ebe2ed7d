"""The tables of a playbook's TOML that hold what the plan says to people: measures, levers, sentences, roles."""

from typing import Literal

from pydantic import Field

from weixi.playbook.fields import ChannelName, Code, Expression, Words
from weixi.playbook.schema import Entry

MeasureGroup = Literal[
    "COMMON", "MID_HIGH", "MASS", "TERMINAL", "PROCESS", "METHOD", "EXPIRY",
    "KEY", "REGULAR", "PROSPECT", "LAPSED", "TOOL", "TEAM",
]  # fmt: skip
PlanPart = Literal[
    "PURPOSE", "PRINCIPLE", "LABEL", "COHORT", "ASSESSMENT", "MEASURE", "STRATEGY", "LEVER", "TOOL", "TEAM",
    "CONCLUSION",
]  # fmt: skip


class MeasureEntry(Entry):
    """[[measure]]: one measure of the plan, whom it covers and what carries it out; `detail` says it in full."""

    code: Code
    text: Words
    detail: Words | None = None
    group: MeasureGroup
    when: Expression
    offers: list[Code] = Field(default_factory=list)
    warnings: list[Code] = Field(default_factory=list)
    channels: list[ChannelName] = Field(default_factory=list)


class LeverEntry(Entry):
    """[[lever]]: one lever of base work beside the sales policies."""

    code: Code
    text: Words
    detail: Words | None = None
    warnings: list[Code] = Field(default_factory=list)


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
