"""Standards of service and contact: how fast, how often, at which hours, with how much work for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from types import MappingProxyType

from weixi.kernel.language import Text
from weixi.kernel.terms import WarningLevel
from weixi.playbook.source import Source


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """What one warning level means in work: its quota, its time limit, its channels.

    `quota` is the largest share (0–1) of the assessed population that may stand on the level in a month, None no
    limit; `within_hours` the hours in which the task is handled; `channels` the only ways to the customer on this
    level, none named: any.
    """

    level: str
    text: Text
    source: Source
    quota: Decimal | None = None
    within_hours: int | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """The time limit of one warning, stronger than its level's; such a warning's level is never lowered by a quota.

    `working_hours`: only the hours of contact count.
    """

    warning: str
    text: Text
    source: Source
    within_hours: int
    working_hours: bool = False


@dataclass(frozen=True, slots=True)
class ContactHours:
    """One span of the day, half-open, "HH:MM" in local time, in which a channel may be used."""

    channel: str
    start: str
    end: str
    source: Source


@dataclass(frozen=True, slots=True)
class ContactCap:
    """The most contacts of one kind (MARKETING or CALL) that a person may get in a DAY, WEEK or MONTH."""

    code: str
    text: Text
    contact: str
    most: int
    period: str
    source: Source


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """Days without marketing after a REFUSAL or an UPHELD_COMPLAINT."""

    code: str
    text: Text
    after: str
    days: int
    source: Source


@dataclass(frozen=True, slots=True)
class Load:
    """What one person can do: households looked after, tasks and dials a day, attempts at one customer."""

    households: int
    tasks_per_day: int
    dials_per_day: int
    attempts: int
    source: Source


URGENCY: Mapping[str, int] = MappingProxyType(
    {WarningLevel.RED: 4, WarningLevel.YELLOW: 2, WarningLevel.BLUE: 1}
)
"""Each level weighs twice the one below: a yellow task precedes a red one of less than half its revenue."""


@dataclass(frozen=True, slots=True)
class Work:
    """How the desk works tasks: which goes first, when one comes back, who has it once it is late.

    `urgency` is a level's weight: a task's priority is its revenue at risk times it. `respite_hours` is how long an
    escalated task has before it goes up again. `hours` are the working hours, local and half-open, where no hours of
    contact by telephone are set; `morning` and `afternoon` what the quick choices of an appointment mean. A customer
    who was not reached comes back after `not_reached_after_hours`, one who is undecided after `undecided_after_days`;
    None: at once. `source` None: the playbook says nothing of it, and these are the desk's own.
    """

    urgency: Mapping[str, int] = field(default_factory=lambda: URGENCY)
    respite_hours: int = 24
    hours: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))
    morning: time = time(10)
    afternoon: time = time(15)
    not_reached_after_hours: int | None = None
    undecided_after_days: int | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class CampaignHoldout:
    """The share (0–1) of a campaign's audience on one channel that is left out; `when` and `sql` say of whom."""

    code: str
    text: Text
    channels: tuple[str, ...]
    sql: str
    share: Decimal
    source: Source
    when: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A working goal beside the assessed KPIs: a rate (0–1) in a calibre, AT_LEAST or AT_MOST."""

    code: str
    text: Text
    calibre: str
    rate: Decimal
    direction: str
    source: Source


@dataclass(frozen=True, slots=True)
class Service:
    """Every standard of one playbook; empty where the plan sets none."""

    levels: tuple[ServiceLevel, ...] = ()
    responses: tuple[Response, ...] = ()
    hours: tuple[ContactHours, ...] = ()
    caps: tuple[ContactCap, ...] = ()
    quiets: tuple[QuietPeriod, ...] = ()
    load: Load | None = None
    work: Work = field(default_factory=Work)
    campaign_holdouts: tuple[CampaignHoldout, ...] = ()
    goals: tuple[Goal, ...] = ()
