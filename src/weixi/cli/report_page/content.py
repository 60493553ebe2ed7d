"""What the month's report says, gathered from the tables of the way; every figure is also in a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weixi.engine import Store, Table
from weixi.flow.assessment import KPI, KpiReport, Waterfall, read_report, waterfalls
from weixi.flow.book import EVENT, ORG_NODE, SUBSCRIBER_MONTH, SURVEY
from weixi.flow.decision import PLAN, PlanSummary, summarise
from weixi.flow.extract import FeedName
from weixi.flow.run import TABLES
from weixi.flow.segment import CrossTable, cross_table
from weixi.kernel.errors import DataError
from weixi.kernel.money import fen
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel
from weixi.playbook import Playbook

MID, HIGH = "mid_arpu_low", "mid_arpu_high"
# The daily feed of balances comes by the day, not by the month.
_FEEDS: Mapping[FeedName, Table] = {
    FeedName.SUBSCRIBER: SUBSCRIBER_MONTH,
    FeedName.EVENT: EVENT,
    FeedName.ORG: ORG_NODE,
    FeedName.SURVEY: SURVEY,
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What the import of one feed took and refused; input = accepted + quarantined, duplicates among the latter."""

    feed: FeedName
    input: int
    accepted: int
    quarantined: int
    duplicates: int
    reasons: Mapping[str, int]
    missing_columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class Tier:
    """The waterfall of one ARPU range from the month before to this one: the top of the tree, then its counties."""

    low_yuan: int
    high_yuan: int | None
    since: Month
    nodes: Sequence[Waterfall]


@dataclass(frozen=True)
class Report:
    """One month as a manager reads it.

    `trend` is the reports of the months since date 0 that were run, oldest first, this one last; `plan` is the plan
    of the next month, None where the month made none; `seals` is table → the seal of what the figures rest on.
    """

    month: Month
    kpis: KpiReport
    trend: Sequence[KpiReport]
    labels: CrossTable
    tiers: Sequence[Tier]
    plan: PlanSummary | None
    intakes: Sequence[Intake]
    playbook: Playbook
    seals: Mapping[str, str]


def gather(store: Store, playbook: Playbook, month: Month) -> Report:
    """Everything the report of `month` says. Raises DataError where the month was never run."""
    kpis = read_report(store, month, OrgLevel.COUNTY)
    ran = {int(partition.key["month"]) for partition in store.partitions(KPI)}
    earlier = [month.plus(-back) for back in range(kpis.months - 1, 0, -1)]
    trend = [read_report(store, each, OrgLevel.COUNTY) for each in earlier if each.number in ran]
    ahead = store.current(PLAN, month=month.plus(1).number)
    return Report(
        month=month,
        kpis=kpis,
        trend=[*trend, kpis],
        labels=cross_table(store, month),
        tiers=_tiers(store, playbook, month) if month.plus(-1).number in ran else (),
        plan=None if ahead is None else summarise(store, playbook, month.plus(1)),
        intakes=[found for feed in FeedName if (found := _intake(store, feed, month)) is not None],
        playbook=playbook,
        seals=_seals(store, month),
    )


def _tiers(store: Store, playbook: Playbook, month: Month) -> list[Tier]:
    """The mid tier and above, and the mid tier alone; none where the playbook names no edges."""
    if MID not in playbook.parameters or HIGH not in playbook.parameters:
        return []
    low, high = (int(str(playbook.parameters[name].value)) for name in (MID, HIGH))
    since = month.plus(-1)
    try:
        both = [
            (top, waterfalls(store, since, month, fen(low), None if top is None else fen(top)))
            for top in (None, high)
        ]
    except DataError:
        # The month before was imported and never labelled: there is nothing to compare with.
        return []
    return [
        Tier(low, top, since, [found[0], *(each for each in found[1:] if each.level == OrgLevel.COUNTY)])
        for top, found in both
    ]


def _intake(store: Store, feed: FeedName, month: Month) -> Intake | None:
    if feed not in _FEEDS:
        return None
    book = store.current(_FEEDS[feed], month=month.number)
    if book is None or "input" not in book.manifest.note:
        return None
    note = book.manifest.note
    return Intake(
        feed=feed,
        input=int(note["input"]),
        accepted=int(note["accepted"]),
        quarantined=int(note["quarantined"]),
        duplicates=int(note["duplicates"]),
        reasons=dict(note["reasons"]),
        missing_columns=tuple(note["missing_columns"]),
    )


def _seals(store: Store, month: Month) -> dict[str, str]:
    """What of this month and its base is sealed: name of the partition → seal."""
    base = Month.of(month.year - 1, 12)
    months = {base.number, month.number, month.plus(1).number}
    return {
        partition.name: partition.manifest.seal
        for table in TABLES.values()
        if "month" in table.partition
        for partition in store.partitions(table)
        if partition.manifest.seal is not None and int(partition.key["month"]) in months
    }
