"""The month's proposals: every figure that may be changed is asked about, the answers are sealed."""

from collections.abc import Sequence

import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.learning.apart import is_shown, read_apart
from weixi.flow.learning.candidate import Sound, candidates
from weixi.flow.learning.offered import neighbours, plans_with_facts, read_offered
from weixi.flow.learning.order import compare
from weixi.flow.learning.proposal import PROPOSAL, Proposal
from weixi.flow.learning.quarter import known_months, read_quarter
from weixi.flow.learning.stakes import Stakes, read_stakes
from weixi.flow.learning.telling import holdout_proposal, order_proposal, threshold_proposal
from weixi.flow.learning.threshold import Outcome, confirm
from weixi.flow.score import ChurnWindows
from weixi.flow.warning import absent_columns
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.playbook import Playbook

WINDOWS = ChurnWindows()


def propose(
    store: Store, playbook: Playbook, month: Month, is_sound: Sound = lambda file, path, value: True
) -> Partition:
    """Seal what the data known by `month` say of the playbook's figures (PROPOSAL): proposed, or why not.

    `is_sound` keeps out values with which the playbook would be faulty. Made again from the same tables and playbook it
    is the same rows. Raises DataError where the month is not in the book or the playbook says nothing of value.
    """
    stakes = read_stakes(store, playbook, month)
    asked = [
        *_thresholds(store, playbook, month, stakes, is_sound),
        *_orders(store, playbook, month),
        *_holdouts(store, playbook, month),
    ]
    rows = sorted((each.row() for each in asked), key=lambda row: str(row["code"]))
    batch = pa.RecordBatch.from_pylist(rows, arrow_schema(PROPOSAL))
    return store.put(
        PROPOSAL,
        {"month": month.number},
        [batch],
        origin=fingerprint(playbook.fingerprint, repr(rows)),
        seal=True,
        note={"playbook": playbook.fingerprint, "proposed": sum(each.is_proposed for each in asked)},
    )


def _thresholds(
    store: Store, playbook: Playbook, month: Month, stakes: Stakes, is_sound: Sound
) -> list[Proposal]:
    months = known_months(store, month, WINDOWS)
    if not months:
        return []
    line, feature = (store.require(table, month=months[-1].number) for table in (SUBSCRIBER_MONTH, FEATURE))
    able = candidates(playbook, absent_columns(line, feature), is_sound)
    if not able:
        return []
    quarter = read_quarter(store, months, able, stakes, WINDOWS)
    said = confirm([quarter.values(place) for place in range(len(able))])
    return [threshold_proposal(each, quarter, place, said[place], stakes) for place, each in enumerate(able)]


def _orders(store: Store, playbook: Playbook, month: Month) -> list[Proposal]:
    """The pairs of offers that were both made; of those that say nothing new, none but the ones with too few data."""
    used = plans_with_facts(store, month)
    pairs = neighbours(playbook)
    if not used["plan"] or not pairs:
        return []
    rows = read_offered(store, playbook, used)
    found = compare(rows, [(a, b) for a, b in pairs if {a, b} <= set(rows.offer.tolist())])
    better = [pair for pair in found if pair.outcome is Outcome.BETTER]
    others = [pair for pair in found if pair.outcome is not Outcome.BETTER]
    return [order_proposal(playbook, pair) for pair in (*better, *others)]


def _holdouts(store: Store, playbook: Playbook, month: Month) -> Sequence[Proposal]:
    if is_shown(store, playbook, month):
        return ()
    found = read_apart(store, playbook, month)
    return () if found is None else (holdout_proposal(playbook, found),)
