"""The month's proposals: every figure that may be changed is asked about, the answers are sealed."""

from collections.abc import Sequence

import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.learning.apart import is_shown, read_apart
from weixi.flow.learning.candidate import Sound, candidates
from weixi.flow.learning.lot import compare_by_lot
from weixi.flow.learning.offered import neighbours, plans_with_facts, read_drawn, read_offered
from weixi.flow.learning.order import LEVEL, compare
from weixi.flow.learning.ordering import lot_proposal, order_proposal
from weixi.flow.learning.proposal import PROPOSAL, Proposal
from weixi.flow.learning.quarter import known_months, read_quarter
from weixi.flow.learning.stakes import Stakes, read_stakes
from weixi.flow.learning.telling import holdout_proposal, threshold_proposal
from weixi.flow.learning.threshold import Outcome, confirm
from weixi.flow.score import ChurnWindows
from weixi.flow.warning import absent_columns
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.playbook import Playbook

WINDOWS = ChurnWindows()
SEED = 42
"""Of the folds in which offers that the lot made are compared."""


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
        *_orders(store, playbook, month, stakes.currency),
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


def _orders(store: Store, playbook: Playbook, month: Month, currency: str) -> list[Proposal]:
    """What is said of each pair of offers: by the lot where it drew enough of both, else by their acceptance.

    Of what says nothing new, none but the pairs with too few data. Chance of any wrong proposal: LEVEL together.
    """
    pairs = neighbours(playbook)
    drawn = read_drawn(store, playbook, month) if pairs else None
    by_lot = (
        {} if drawn is None else {(r.earlier, r.later): r for r in compare_by_lot(drawn, pairs, seed=SEED)}
    )
    told = {pair: rivals for pair, rivals in by_lot.items() if rivals.outcome is not Outcome.TOO_FEW}
    known = [lot_proposal(playbook, rivals, currency) for rivals in told.values()]
    rest = [pair for pair in pairs if pair not in told]
    used = plans_with_facts(store, month)
    if used["plan"] and rest:
        rows = read_offered(store, playbook, used)
        made = set(rows.offer.tolist())
        asked = [pair for pair in rest if made >= set(pair)]
        # What the lot may say wrongly is half of the level.
        for each in compare(rows, asked, LEVEL / 2 if told else LEVEL):
            rivals = by_lot.get((each.earlier, each.later))
            known.append(order_proposal(playbook, each, None if rivals is None else rivals.counts))
    return sorted(known, key=lambda each: not each.is_proposed)


def _holdouts(store: Store, playbook: Playbook, month: Month) -> Sequence[Proposal]:
    if is_shown(store, playbook, month):
        return ()
    found = read_apart(store, playbook, month)
    return () if found is None else (holdout_proposal(playbook, found),)
