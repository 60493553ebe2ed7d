"""Official values beside ours, appeals and later suspects as entries, sealed months that stay what they were."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pyarrow as pa
import pytest

from weixi.engine import Partition, Store
from weixi.flow.assessment import (
    CALIBRES,
    CORRECTION,
    LISTED,
    OFFICIAL,
    CorrectionAction,
    ListSide,
    OfficialValue,
    assess,
    build_kpi,
    compare_official,
    correction_entries,
    decide_appeal,
    enter_official,
    enter_official_list,
    enter_suspects,
    file_appeal,
    find_calibre,
    official_history,
    official_rate,
    open_appeals,
    read_statement,
    recompute,
    reconcile,
    statement_of,
    versions_of,
)
from weixi.flow.book import IDENTITY, build_feature
from weixi.flow.cohort import COHORT
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

BASE, JANUARY, FEBRUARY = Month.of(2024, 12), Month.of(2025, 1), Month.of(2025, 2)
NOW = datetime(2025, 3, 4, 5, tzinfo=UTC)
GONE = {"service_status": "EXITED", "exit_type": "CANCELLED", "bill_fen": 0}
EXISTING = find_calibre("dynamic_retention_rate.existing")
RETENTION = "dynamic_retention_rate"
Write = Callable[..., None]
Put = Callable[..., Partition]


def value(rate: str, node: str = "P") -> OfficialValue:
    return OfficialValue(RETENTION, node, official_rate(rate))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("97.5%", Fraction(39, 40)),
        ("97.5 ％", Fraction(39, 40)),
        ("0.975", Fraction(39, 40)),
        ("39/40", Fraction(39, 40)),
    ],
)
def test_a_rate_as_people_write_it(text: str, rate: Fraction) -> None:
    assert official_rate(text) == rate


@pytest.mark.parametrize("text", ["", "abc", "-1%", "1/0", "97,5%"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"official\.rate"):
        official_rate(text)


@pytest.fixture
def assessed(store: Store, operator: Write, lines: Write, playbook: Playbook) -> None:
    """S0 = 1–4; in January 4 is gone and 5 joined high; in February 3 turns out a suspect."""
    base = {1: {}, 2: {}, 3: {}, 4: {"unit_code": "B1"}, 6: {"line_type": "BROADBAND"}}
    january = {**base, 4: {**GONE, "unit_code": "B1"}, 5: {"open_date": datetime(2025, 1, 5).date()}}
    operator(base, {JANUARY: january, FEBRUARY: {**january, 3: {"suspect_level": 2}}})
    assess(store, playbook, JANUARY)
    assess(store, playbook, FEBRUARY)


@pytest.mark.req("X10")
def test_an_official_value_is_entered_once_and_changed_only_by_a_new_version(
    store: Store, assessed: None
) -> None:
    first = enter_official(store, JANUARY, [value("100%"), value("97.5%", "A")], actor="bi", now=NOW)
    assert first is not None
    assert first.manifest.seal
    assert enter_official(store, JANUARY, [value("97.5%", "A")], actor="bi", now=NOW) is None
    enter_official(store, JANUARY, [value("75%")], actor="bi", now=NOW, reason="recounted")
    assert [(e.version, e.value.node_code, e.value.rate) for e in official_history(store, JANUARY)] == [
        (1, "A", Fraction(39, 40)),
        (1, "P", Fraction(1)),
        (2, "P", Fraction(3, 4)),
    ]
    beside = compare_official(store, JANUARY, EXISTING)
    assert [(b.node_code, b.ours.rate, b.official.value.rate, b.difference) for b in beside] == [
        ("P", Fraction(3, 4), Fraction(3, 4), 0),
        ("A", Fraction(1), Fraction(39, 40), Fraction(1, 40)),
    ]
    assert len(store.partitions(OFFICIAL)) == 2
    with pytest.raises(UsageError, match=r"org\.no_node"):
        enter_official(store, JANUARY, [value("1", "nowhere")], actor="bi", now=NOW)
    with pytest.raises(UsageError, match=r"official\.twice"):
        enter_official(store, JANUARY, [value("1"), value("0.5")], actor="bi", now=NOW)


@pytest.fixture
def listed(store: Store, put: Put) -> Callable[..., Partition]:
    """Enters a list: key → (in numerator, in denominator); the line `k` has the key `u<k>`."""
    put(IDENTITY, [{"subscriber_id": k, "source_key": f"u{k}"} for k in range(1, 8)], month=BASE.number)

    def enter(rows: dict[str, tuple[bool, bool]]) -> Partition:
        names = [column.name for column in LISTED.columns]
        values = [
            dict(zip(names, (number, key, n, d), strict=True))
            for number, (key, (n, d)) in enumerate(rows.items(), 1)
        ]
        return enter_official_list(store, JANUARY, RETENTION, pa.Table.from_pylist(values))

    return enter


@pytest.mark.req("X10")
def test_the_difference_from_an_official_list_sums_to_the_whole_subscriber_by_subscriber(
    store: Store, assessed: None, listed: Callable[..., Partition]
) -> None:
    assert reconcile(store, JANUARY, EXISTING) is None
    counted = {
        "u1": (True, True),
        "u2": (False, True),
        "u4": (True, True),
        "u5": (True, True),
        "u6": (True, True),
        "u7": (False, True),
        "stranger": (True, True),
    }
    made = listed(counted)
    assert listed(counted).revision == made.revision == 1
    enter_official(store, JANUARY, [value("70%")], actor="bi", now=NOW)
    found = reconcile(store, JANUARY, EXISTING)
    assert found is not None
    assert (found.ours, found.listed) == (Fraction(3, 4), Fraction(5, 7))
    assert found.summed == Fraction(3, 4) - Fraction(5, 7)
    assert found.remainder == Fraction(5, 7) - Fraction(7, 10)
    sides = {row["row_id"]: (row["side"], row["outside"]) for row in found.listing.table.to_pylist()}
    assert sides == {
        "1": ("ALIKE", None),
        "2": ("DIFFERENT", None),
        "3": ("OURS_ONLY", None),
        "4": ("DIFFERENT", None),
        "5": ("THEIRS_ONLY", None),
        "6": ("THEIRS_ONLY", None),
        "#6": ("THEIRS_ONLY", "NOT_IN_MONTH"),
        "#7": ("THEIRS_ONLY", "UNKNOWN_KEY"),
    }
    assert Fraction(sum(found.listing.table["share"].to_pylist()), found.over) == found.summed
    county = reconcile(store, JANUARY, EXISTING, "B")
    assert county is not None
    assert [g.side for g in county.groups] == [ListSide.DIFFERENT]
    suspect = reconcile(store, FEBRUARY, EXISTING)
    assert suspect is None
    store_twice = pa.Table.from_pylist(
        [{"row_number": k, "source_key": "u1", "in_numerator": True, "in_denominator": True} for k in (1, 2)]
    )
    with pytest.raises(DataError, match="duplicate"):
        enter_official_list(store, JANUARY, RETENTION, store_twice)


@pytest.mark.req("X11")
def test_an_appeal_changes_nothing_before_it_is_accepted_and_the_seal_never(
    store: Store, assessed: None, playbook: Playbook
) -> None:
    sealed = store.require(COHORT, month=BASE.number, cohort="arpu80").fingerprint
    file_appeal(store, JANUARY, [4], node_code="B", evidence="ticket 7", actor="b1", now=NOW)
    assert [e.case for e in open_appeals(store, FEBRUARY)] == ["2025-01#1"]
    key = (EXISTING.id, "P")
    before = read_statement(store, JANUARY)
    assert before.corrected is not None
    assert before.corrected[key].rate == before.sealed.values[key].rate == Fraction(3, 4)
    with pytest.raises(UsageError, match=r"appeal\.open"):
        file_appeal(store, JANUARY, [4], node_code="B", evidence="again", actor="b1", now=NOW)
    decide_appeal(store, JANUARY, 1, accept=True, why="true", actor="city", now=NOW)
    after = read_statement(store, JANUARY)
    assert after.corrected is not None
    assert after.corrected[key].rate == Fraction(1)
    assert after.sealed.values[key].rate == Fraction(3, 4)
    later = read_statement(store, FEBRUARY)
    assert later.corrected is not None
    assert later.corrected[key].denominator == 2
    decide_appeal(store, JANUARY, 1, accept=False, why="on second thoughts", actor="city", now=NOW)
    again = read_statement(store, JANUARY).corrected
    assert again is not None
    assert again[key].rate == Fraction(3, 4)
    assert [(e.action, e.actor, e.reason) for e in correction_entries(store, JANUARY)] == [
        (CorrectionAction.FILED, "b1", "ticket 7"),
        (CorrectionAction.ACCEPTED, "city", "true"),
        (CorrectionAction.REJECTED, "city", "on second thoughts"),
    ]
    assert store.require(COHORT, month=BASE.number, cohort="arpu80").fingerprint == sealed
    assert all(p.manifest.seal and p.revision == 1 for p in store.partitions(CORRECTION))


def test_an_entry_needs_a_reason_that_names_no_person_and_a_decision_a_case(
    store: Store, assessed: None
) -> None:
    for evidence, code in (("  ", "no_reason"), ("call 13812345678", "personal")):
        with pytest.raises(UsageError, match=code):
            file_appeal(store, JANUARY, [4], node_code="B", evidence=evidence, actor="b1", now=NOW)
    with pytest.raises(UsageError, match=r"appeal\.none"):
        decide_appeal(store, JANUARY, 9, accept=True, why="x", actor="city", now=NOW)
    assert store.partitions(CORRECTION) == []


@pytest.mark.req("K8")
def test_a_suspect_confirmed_later_leaves_both_sides_of_the_earlier_month(
    store: Store, assessed: None
) -> None:
    entered = enter_suspects(store, 2025, actor="risk", now=NOW)
    assert entered is not None
    assert [e.subscriber_id for e in correction_entries(store, JANUARY)] == [3]
    statement = read_statement(store, JANUARY)
    assert statement.corrected is not None
    key = (EXISTING.id, "P")
    assert (statement.sealed.values[key].numerator, statement.sealed.values[key].denominator) == (3, 4)
    assert (statement.corrected[key].numerator, statement.corrected[key].denominator) == (2, 3)
    assert enter_suspects(store, 2025, actor="risk", now=NOW) is None


def test_a_restated_month_says_what_it_said_and_each_revision_is_what_its_inputs_give(
    store: Store, assessed: None, lines: Write, playbook: Playbook
) -> None:
    lines(JANUARY, {1: {}, 2: {}, 3: {}, 4: {"unit_code": "B1"}})
    build_feature(store, JANUARY)
    build_kpi(store, playbook, JANUARY)
    statement = read_statement(store, JANUARY)
    key = (EXISTING.id, "P")
    assert [r.values[key].numerator for r in statement.revisions] == [3, 4]
    assert [cause.en for cause in statement.current.causes] == ["the month's book was restated"]
    assert statement.sealed.seal
    assert recompute(store, JANUARY, 1) == recompute(store, JANUARY, 2) == {}


def test_a_changed_calibre_is_a_new_version_with_its_month_beside_the_old_one() -> None:
    changed = replace(
        EXISTING, version=2, since=Month.of(2025, 7), numerator="CASE WHEN is_high THEN 1 ELSE 0 END"
    )
    both = (*CALIBRES, changed)
    assert versions_of(EXISTING.code, both) == (EXISTING, changed)
    june, july = Month.of(2025, 6), Month.of(2025, 7)
    assert find_calibre(EXISTING.code, month=june, among=both) == EXISTING
    assert find_calibre(EXISTING.code, month=july, among=both) == changed
    assert find_calibre(EXISTING.id, month=july, among=both) == EXISTING


def test_every_card_has_its_words_and_the_statement_that_computes_it() -> None:
    for calibre in CALIBRES:
        for text in (
            calibre.name,
            calibre.numerator_text,
            calibre.denominator_text,
            calibre.exclusions,
            calibre.owner,
        ):
            assert text.zh
            assert text.en
        statement = statement_of(calibre)
        assert calibre.numerator in statement
        assert calibre.denominator in statement
