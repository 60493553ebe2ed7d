"""The tables of a playbook's TOML that set standards of service and contact: one class a table."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from weixi.playbook.fields import (
    ChannelName,
    Code,
    Expression,
    Filled,
    LevelName,
    NumberOrParameter,
    Strict,
    Words,
    wrong,
)
from weixi.playbook.schema import BandEntry, Entry


def _clock(value: str) -> str:
    hour, colon, minute = value.partition(":")
    if (
        len(value) == 5
        and colon
        and hour.isdecimal()
        and minute.isdecimal()
        and int(minute) < 60
        and (int(hour) < 24 or value == "24:00")
    ):
        return value
    raise wrong(
        "wrong_value",
        f"不能是“{value}”",
        f"cannot be “{value}”",
        "写成 09:00，从 00:00 到 24:00",
        "write it as 09:00, from 00:00 to 24:00",
    )


def _hour(value: str) -> str:
    if _clock(value) != "24:00":
        return value
    raise wrong(
        "wrong_value",
        "不能是“24:00”",
        "cannot be “24:00”",
        "写成 23:59 或更早",
        "write 23:59 or an earlier one",
    )


Clock = Annotated[str, AfterValidator(_clock)]
Hour = Annotated[str, AfterValidator(_hour)]


class StarEntry(BandEntry):
    """[[star]]: one value star beside the grade, half-open in ARPU, in yuan."""


class GoalEntry(Entry):
    """[[goal]]: one working goal beside the assessed KPIs, in one calibre."""

    code: Code
    text: Words
    calibre: Filled
    rate: NumberOrParameter
    direction: Literal["AT_LEAST", "AT_MOST"]


class ServiceLevelEntry(Entry):
    """[[service_level]]: what one warning level means in work.

    `quota` is the largest share of the assessed population that may stand on it in a month, `within_hours` its time
    limit, `channels` the only ways to the customer on it.
    """

    code: Code
    level: LevelName
    text: Words
    quota: NumberOrParameter | None = None
    within_hours: NumberOrParameter | None = None
    channels: list[ChannelName] = Field(default_factory=list)


class ResponseEntry(Entry):
    """[[response]]: the time limit of one warning, whose code it bears; no quota lowers that warning's level."""

    code: Code
    text: Words
    within_hours: NumberOrParameter
    working_hours: bool = False


class ContactHoursEntry(Entry):
    """[[contact_hours]]: one span of the day, half-open, in which a channel may be used: {start = "09:00", …}."""

    channel: ChannelName
    start: Clock
    end: Clock


class ContactCapEntry(Entry):
    """[[contact_cap]]: the most contacts of one kind that a person may get in a period."""

    code: Code
    text: Words
    contact: Literal["MARKETING", "CALL"]
    most: NumberOrParameter
    period: Literal["DAY", "WEEK", "MONTH"]


class QuietPeriodEntry(Entry):
    """[[quiet_period]]: days without marketing after a refusal, or after a complaint that was upheld."""

    code: Code
    text: Words
    after: Literal["REFUSAL", "UPHELD_COMPLAINT"]
    days: NumberOrParameter


class LoadEntry(Entry):
    """[load]: what one person can do: households, tasks and dials a day, attempts at one customer."""

    households: NumberOrParameter
    tasks_per_day: NumberOrParameter
    dials_per_day: NumberOrParameter
    attempts: NumberOrParameter


class UrgencyEntry(Strict):
    """The weight of each warning level in a task's priority: {red = 4, yellow = 2, blue = 1}."""

    red: NumberOrParameter
    yellow: NumberOrParameter
    blue: NumberOrParameter


class SpanEntry(Strict):
    """One span of the working day, half-open: {start = "09:00", end = "12:00"}."""

    start: Hour
    end: Hour


class WorkEntry(Entry):
    """[work]: how the desk works tasks: which goes first, when one comes back, who has it once it is late."""

    urgency: UrgencyEntry
    respite_hours: NumberOrParameter
    hours: list[SpanEntry]
    morning: Hour
    afternoon: Hour
    not_reached_after_hours: NumberOrParameter | None = None
    undecided_after_days: NumberOrParameter | None = None


class CampaignHoldoutEntry(Entry):
    """[[campaign_holdout]]: the share of a campaign's audience on these channels that is left out."""

    code: Code
    text: Words
    channels: list[ChannelName]
    when: Expression
    share: NumberOrParameter
