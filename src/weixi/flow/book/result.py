"""How an import is asked for, how it tells where it stands, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from weixi.flow.extract import FeedName, JoinCount, LabelCount
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What came of one feed of one month: input = accepted + quarantined, and duplicates are quarantined too.

    `revision` and `fingerprint` are the book's after the import (a dry run: None); `is_changed` says whether this
    import wrote them (a dry run: would write them). `unlisted` lines were in the book the month before and are no
    longer listed; `held` ones are listed, but their record was refused: they stay as they were. `label` counts the
    accepted records by the operator's own churn column; `joins` tell what became of joined sheets. `remarks` say what
    was found by looking, what changed since the import before, and what is odd but taken. `day` is the day of a daily
    delivery.
    """

    feed: FeedName
    month: Month
    input: int
    accepted: int
    quarantined: int
    duplicates: int
    revision: int | None
    fingerprint: str | None
    is_changed: bool
    unlisted: int = 0
    held: int = 0
    day: date | None = None
    missing_columns: tuple[str, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    label: LabelCount | None = None
    joins: tuple[JoinCount, ...] = ()
    remarks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an import stands: `rows` records of `total` (None: not known) of one feed were read."""

    feed: FeedName
    month: Month | None
    rows: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Intake:
    """How an extract is to be taken: who, when (with zone), and what is allowed.

    `month` is that of files that tell none; `restate` is the reason for changing a closed month; a dry run counts and
    writes nothing. `accept_short` takes lines that are far fewer than the month before.
    """

    actor: str
    now: datetime
    month: Month | None = None
    restate: str | None = None
    dry_run: bool = False
    accept_short: bool = False
    progress: Callable[[Progress], None] = lambda _: None
