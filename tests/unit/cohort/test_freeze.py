"""A sealed cohort holds exactly who belonged to it on the last day of the base month, and never changes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from weixi.engine import Partition, Store
from weixi.flow.cohort import COHORT, base_months, build_assignment, freeze
from weixi.kernel.period import Month
from weixi.playbook import CohortRule, Playbook

DECEMBER = Month.of(2024, 12)
TREE = (("C", None, "CITY", None), ("U", "C", "UNIT", None), ("a", "U", "OWNER", None))
HIGH = {"complete_months": 3, "revenue_3m_fen": 24000, "owner_code": "a"}
Write = Callable[..., None]


def _members(store: Store, cohort: Partition) -> list[int]:
    found = store.rows("SELECT subscriber_id FROM member ORDER BY subscriber_id", inputs={"member": cohort})
    return [row["subscriber_id"] for row in found]


@pytest.fixture
def december(tree: Write, book: Write) -> None:
    tree(*TREE)
    book(
        {"subscriber_id": 1, **HIGH, "payment_type": "PREPAID", "contract_kind": "HANDSET_LEASE"},
        {"subscriber_id": 2, **HIGH, "revenue_3m_fen": 23999},
        {"subscriber_id": 3, **HIGH, "suspect_level": 2},
        {"subscriber_id": 4, **HIGH, "suspect_level": 1, "bill_fen": None},
        {"subscriber_id": 5, **HIGH, "service_status": "EXITED"},
        {"subscriber_id": 6, **HIGH, "line_type": "MOBILE_SECONDARY"},
        {"subscriber_id": 7, **HIGH, "line_use": "STAFF"},
        {"subscriber_id": 8, "complete_months": 0, "unit_code": "U"},
    )


@pytest.mark.req("P9")
@pytest.mark.usefixtures("december")
def test_a_cohort_is_its_rule_without_confirmed_suspect_lines(store: Store, plan: Playbook) -> None:
    network, high = freeze(store, plan, DECEMBER)
    assert _members(store, network) == [1, 2, 4, 8]
    assert _members(store, high) == [1, 4]
    assert network.manifest.rows == 4
    assert network.manifest.seal is not None
    assert network.key == {"month": 202412, "cohort": "network"}


@pytest.mark.usefixtures("december")
def test_a_member_carries_its_owner_and_its_base_figures(store: Store, plan: Playbook) -> None:
    _, high = freeze(store, plan, DECEMBER)
    found = store.rows(
        """SELECT unit_code, owner_code, payment_type, contract_kind, complete_months, revenue_3m_fen, bill_fen
        FROM member ORDER BY subscriber_id""",
        inputs={"member": high},
    )
    assert list(found[0].values()) == ["U", "a", "PREPAID", "HANDSET_LEASE", 3, 24000, 9000]
    assert found[1]["bill_fen"] == 0


@pytest.mark.req("P9")
@pytest.mark.usefixtures("december")
def test_a_restated_book_leaves_the_sealed_cohort_as_it_was(
    store: Store, plan: Playbook, book: Write
) -> None:
    sealed = freeze(store, plan, DECEMBER)
    book({"subscriber_id": 1, **HIGH}, {"subscriber_id": 9, **HIGH})
    build_assignment(store, plan, DECEMBER)
    assert [p.fingerprint for p in freeze(store, plan, DECEMBER)] == [p.fingerprint for p in sealed]
    assert [p.revision for p in store.partitions(COHORT)] == [1, 1]


@pytest.mark.req("P9")
@pytest.mark.usefixtures("december")
def test_another_rule_leaves_the_sealed_cohort_and_holds_from_the_next_base(
    store: Store, plan: Playbook
) -> None:
    before = freeze(store, plan, DECEMBER)
    rule = plan.cohort("arpu80")
    lower = CohortRule(rule.code, rule.text, rule.sql.replace("8000", "5000"), rule.source)
    again = freeze(store, replace(plan, cohorts=(lower,)), DECEMBER)
    assert [p.fingerprint for p in again] == [before[1].fingerprint]
    assert store.require(COHORT, month=202412, cohort="arpu80").fingerprint == before[1].fingerprint
    assert again[0].manifest.note["condition"] == rule.sql


def test_a_december_freezes_its_own_year_end_too() -> None:
    assert base_months(Month.of(2025, 11)) == (DECEMBER,)
    assert base_months(Month.of(2025, 12)) == (DECEMBER, Month.of(2025, 12))
