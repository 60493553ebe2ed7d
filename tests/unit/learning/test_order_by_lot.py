"""An offer's order on a hand-made book: the lot's word where it drew enough, else acceptance, as what it is."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from handmade.allotted import offer
from handmade.logged import COST, SAVED, People, decided, lot, month_of, people
from handmade.playbooks import SOURCE, bare_playbook
from handmade.tables import put
from weixi.engine import Engine, Store
from weixi.flow.assessment import logged_before
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.learning import Ground, Outcome, Proposal, propose, read_asked
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Valuation

MAY, JUNE = Month.of(2025, 5), Month.of(2025, 6)


@pytest.fixture
def playbook() -> Playbook:
    """The dear offer first: by truth it keeps less and costs more than the second one."""
    return bare_playbook(
        offers=(offer("dear", None), offer("good", None)),
        value=Valuation(60, {"MOBILE_MAIN": Decimal("0.5")}, SOURCE),
    )


@pytest.fixture
def store(duckdb: Engine, tmp_path: Path) -> Store:
    store = Store(tmp_path, duckdb)
    put(store, SUBSCRIBER_MONTH, [{"subscriber_id": 1}], month=JUNE.number)
    put(store, FEATURE, [{"subscriber_id": 1, "revenue_3m_fen": 9_000}], month=JUNE.number)
    return store


def turned(tasks: People) -> People:
    """The same tasks with the second offer in the first one's place."""
    return replace(tasks, opened=tasks.opened[:, [0, 2, 1]])


def logged(store: Store, month: Month, count: int, codes: tuple[str, str], seed: int) -> People:
    """A month that the lot decided; `codes` in that month's order. The good one is the first of SAVED."""
    tasks = people(seed, count)
    month_of(store, month, tasks, lot(tasks, seed), drawn=True, is_over=True, codes=codes, seed=seed)
    return tasks


def asked(store: Store, playbook: Playbook) -> Proposal:
    propose(store, playbook, JUNE)
    [found] = read_asked(store, JUNE)
    return found


def test_the_lot_moves_up_what_keeps(store: Store, playbook: Playbook) -> None:
    """The good one keeps seven of ten in one warning, the dear one two, at four times the cost."""
    right = replace(playbook, offers=(playbook.offers[1], playbook.offers[0]))
    tasks = logged(store, MAY, 900, ("good", "dear"), 1)
    again = logged(store, JUNE, 900, ("good", "dear"), 2)
    found = asked(store, right)
    # In their right order: the dear one is not moved up.
    assert (found.code, found.outcome) == ("order:dear:good", Outcome.NOT_BETTER)
    evidence = found.evidence
    assert (evidence.ground, evidence.effect_unit) == (Ground.DRAWN, "FEN_A_TASK")
    both = [each.opened[:, 1] & each.opened[:, 2] for each in (tasks, again)]
    made = [lot(each, seed) for seed, each in ((1, tasks), (2, again))]
    for name, action in (("earlier", 1), ("later", 2)):
        drawn = [(way == action) & open_ for way, open_ in zip(made, both, strict=True)]
        stayed = [
            decided(each, way, seed).retained[given].sum()
            for seed, each, way, given in zip((1, 2), (tasks, again), made, drawn, strict=True)
        ]
        count = sum(int(given.sum()) for given in drawn)
        assert evidence.figures[f"drawn_{name}"] == count
        assert evidence.figures[f"kept_{name}"] == pytest.approx(sum(stayed) / count, abs=1e-6)
    worlds = people(99, 200_000)
    may = worlds.opened[:, 1] & worlds.opened[:, 2]
    saved = SAVED[worlds.kind, 2] - SAVED[worlds.kind, 1]
    truth = float((saved * worlds.risk * worlds.worth)[may].mean() - 0.5 * (COST[2] - COST[1]))
    assert evidence.low is not None
    assert evidence.high is not None
    assert evidence.low < truth < evidence.high < 0
    assert "双重稳健" in evidence.text.zh


def test_what_keeps_more_is_proposed(store: Store, playbook: Playbook) -> None:
    tasks = turned(people(3, 2_400))
    # The month's playbook had the dear one first: its choice 1 is SAVED's 2.
    action = lot(tasks, 3)
    truth_of = np.array([0, 2, 1])[action]
    made = decided(turned(tasks), truth_of, 3)
    month_of(store, MAY, tasks, action, drawn=True, is_over=True, codes=("dear", "good"), made=made)
    found = asked(store, playbook)
    assert (found.code, found.outcome, found.value_proposed) == ("order:good:dear", Outcome.BETTER, "dear")
    assert found.evidence.low is not None
    assert found.evidence.low > 0


def test_months_of_another_order_are_left_out(store: Store, playbook: Playbook) -> None:
    logged(store, MAY, 300, ("good", "dear"), 1)
    assert logged_before(store, playbook, JUNE).other_offers == (MAY,)
    right = replace(playbook, offers=(playbook.offers[1], playbook.offers[0]))
    assert [each.month for each in logged_before(store, right, JUNE).months] == [MAY]
    fewer = replace(right, offers=right.offers[:1])
    assert logged_before(store, fewer, JUNE).months == ()


def test_too_little_by_lot_leaves_acceptance_under_its_own_name(store: Store, playbook: Playbook) -> None:
    right = replace(playbook, offers=(playbook.offers[1], playbook.offers[0]))
    logged(store, JUNE, 250, ("good", "dear"), 4)
    found = asked(store, right)
    assert (found.evidence.ground, found.outcome) == (Ground.OBSERVED, Outcome.TOO_FEW)
