"""The table of a playbook's TOML that says how a month's means are shared out."""

from typing import Literal

from pydantic import Field

from weixi.playbook.fields import (
    ChannelName,
    Code,
    Filled,
    GradeName,
    LevelName,
    NumberOrParameter,
    Origin,
    Strict,
)
from weixi.playbook.schema import Entry


class CountyMoneyEntry(Strict):
    """[[allocation.county]]: the most that one county may spend in the month, yuan; `node` is its code in the tree."""

    node: Filled
    amount: NumberOrParameter


class MinutesEntry(Strict):
    """[[allocation.minutes]]: an agent's minutes for one contact on a channel; a channel not named takes none."""

    channel: ChannelName
    minutes: NumberOrParameter


class HoursEntry(Strict):
    """[[allocation.hours]]: the hours of one node's agents in the month, in place of their number × `agent_hours`."""

    node: Filled
    hours: NumberOrParameter


class ContactLimitEntry(Strict):
    """[[allocation.contact]]: the most contacts of the month on a channel; no channel: all together."""

    channel: ChannelName | None = None
    most: NumberOrParameter


class FloorEntry(Strict):
    """[[allocation.floor]]: of one grade's households that may have a paid offer, the least share that gets one."""

    grade: GradeName
    share: NumberOrParameter


class ExistingShareEntry(Strict):
    """[[allocation.existing]]: the least share of a pool's money for existing customers."""

    pool: Code
    share: NumberOrParameter


class AssumedEffectEntry(Strict):
    """[[allocation.effect]]: the share of would-be leavers that an offer keeps, assumed; no `offer`: care alone."""

    offer: Code | None = None
    saved_share: NumberOrParameter
    source: Origin


class AllocationEntry(Entry):
    """[allocation]: the month's offers are chosen together, for the most value kept within these limits."""

    margin: NumberOrParameter
    money: NumberOrParameter | None = None
    county_share: NumberOrParameter | None = None
    agent_hours: NumberOrParameter | None = None
    hours_of: Literal["UNIT", "COUNTY"] = "COUNTY"
    care_channel: ChannelName | None = None
    offers_from: LevelName | None = None
    least_return: NumberOrParameter | None = None
    difference: NumberOrParameter | None = None
    logging_share: NumberOrParameter | None = None
    county: list[CountyMoneyEntry] = Field(default_factory=list)
    minutes: list[MinutesEntry] = Field(default_factory=list)
    hours: list[HoursEntry] = Field(default_factory=list)
    contact: list[ContactLimitEntry] = Field(default_factory=list)
    floor: list[FloorEntry] = Field(default_factory=list)
    existing: list[ExistingShareEntry] = Field(default_factory=list)
    effect: list[AssumedEffectEntry]
