"""Each calibre counts the lines and tasks its words say, at every node, and says what it lacks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handmade.playbooks import bare_warning
from weixi.engine import Partition, Store
from weixi.flow.assessment import CALIBRES, KPI, build_kpi
from weixi.flow.book import ORG_NODE, ORG_PATH
from weixi.kernel.period import Month
from weixi.playbook import Playbook

JANUARY = Month.of(2025, 1)
FEBRUARY = Month.of(2025, 2)
LOW = {"bill_fen": 1000}
GONE = {"service_status": "EXITED", "exit_type": "CANCELLED", "bill_fen": None, "is_carried": True}
Write = Callable[..., None]
Read = Callable[..., tuple[int, int] | None]


def exited(kind: str | None) -> dict[str, Any]:
    return {**GONE, "exit_type": kind}


def test_retention_is_a_waterfall_that_closes(operator: Write, value: Read) -> None:
    operator(
        {1: {}, 2: {}, 3: {}, 4: {}, 5: LOW, 6: {**GONE, "exit_date": date(2024, 10, 1)}},
        {
            JANUARY: {
                1: {},
                2: GONE,
                3: {"bill_fen": 0},  # in service, unbilled: fell
                4: {"bill_fen": 2000},  # (9000 + 2000) / 2 < 80 yuan: fell
                5: {"bill_fen": 20000},  # rose
                6: {},  # returned: existed on date 0
                7: {
                    "open_date": date(2024, 12, 31)
                },  # existed by its own date though the book did not know it
                8: {"open_date": date(2025, 1, 2), "bill_fen": 30000},  # no complete month yet
            },
            FEBRUARY: {
                1: {},
                2: GONE,
                3: {"bill_fen": 0},
                4: {"bill_fen": 2000},
                5: {"bill_fen": 20000},
                6: {},
                7: {},
                8: {"open_date": date(2025, 1, 2), "bill_fen": 30000},
            },
        },
    )
    assert value(FEBRUARY, "dynamic_retention_rate.exits") == (1, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.fell") == (2, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.rose") == (3, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.existing") == (4, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.joined_high") == (1, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.with_new") == (5, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.static_in_service") == (3, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.static_billed") == (2, 4)
    assert value(FEBRUARY, "dynamic_retention_rate.static_value") == (1, 4)
    assert value(JANUARY, "dynamic_retention_rate.joined_high") == (0, 4)


def test_rolling_compares_with_the_month_before(operator: Write, value: Read) -> None:
    operator({1: {}, 2: {}, 3: LOW}, {JANUARY: {1: {}, 2: GONE, 3: {"bill_fen": 20000}}})
    assert value(JANUARY, "dynamic_retention_rate.rolling") == (1, 2)


def test_churn_gross_counts_who_left_and_net_lets_the_returned_hide_them(
    operator: Write, value: Read
) -> None:
    operator(
        {
            1: {"payment_type": "POSTPAID"},
            2: {"customer_kind": "ENTERPRISE", "contract_kind": "HANDSET_LEASE"},
            3: {},
            4: {"bill_fen": 0},
            5: GONE,
            6: {"line_type": "BROADBAND"},
            7: {"line_use": "STAFF"},
            8: {},
        },
        {
            JANUARY: {
                1: exited("PORTED_OUT"),
                2: exited("DEBT_CANCELLED"),
                3: {},
                4: {},  # billed again
                5: {},  # returned
                6: GONE,
                7: GONE,
                9: {"open_date": date(2025, 1, 5)},
                10: {"open_date": date(2025, 1, 9), **exited("FRAUD_CLOSED")},
            },
        },
    )
    assert value(JANUARY, "churn_rate.gross") == (3, 5)
    assert value(JANUARY, "churn_rate.net") == (2, 5)
    assert value(JANUARY, "churn_rate.net_billed") == (1, 4)
    assert value(JANUARY, "churn_rate.postpaid") == (1, 1)
    assert value(JANUARY, "churn_rate.prepaid") == (2, 4)
    assert value(JANUARY, "churn_rate.enterprise") == (1, 1)
    assert value(JANUARY, "churn_rate.public") == (2, 4)
    assert value(JANUARY, "churn_rate.handset_lease") == (1, 1)
    assert value(JANUARY, "churn_rate.ported_out") == (1, 5)
    assert value(JANUARY, "churn_rate.debt_cancelled") == (1, 5)
    assert value(JANUARY, "churn_rate.unlisted") == (1, 5)  # 8 is in no book any more
    assert value(JANUARY, "churn_rate.cancelled") == (0, 5)
    assert value(JANUARY, "churn_rate.new_lines") == (1, 2)


def test_monthly_churn_has_three_bases_and_the_sealed_one_an_average(operator: Write, value: Read) -> None:
    new = {"open_date": date(2025, 2, 2)}
    operator(
        {1: {}, 2: {}, 3: {}, 4: {}},
        {JANUARY: {1: GONE, 2: {}, 3: {}, 4: {}}, FEBRUARY: {1: GONE, 2: GONE, 3: {}, 4: {}, 5: new, 6: new}},
    )
    assert value(FEBRUARY, "churn_rate.gross") == (2, 4)
    assert value(FEBRUARY, "churn_rate.monthly_average") == (2, 8)
    assert value(FEBRUARY, "churn_rate.monthly_opening") == (1, 3)
    assert value(FEBRUARY, "churn_rate.monthly_closing") == (1, 4)
    assert value(FEBRUARY, "churn_rate.monthly_mean") == (2, 7)


def test_stopped_and_suspended_lines_are_in_service_and_a_ported_out_line_never(
    operator: Write, value: Read
) -> None:
    states = ("ONE_WAY_STOPPED", "TWO_WAY_STOPPED", "SUSPENDED", "PENDING_CANCEL")
    now = {key: {"service_status": state} for key, state in enumerate(states, 1)}
    operator({key: {} for key in range(1, 6)}, {JANUARY: {**now, 5: {"exit_type": "PORTED_OUT"}}})
    assert value(JANUARY, "churn_rate.gross") == (1, 5)
    assert value(JANUARY, "churn_rate.ported_out") == (1, 5)
    assert value(JANUARY, "dynamic_retention_rate.existing") == (4, 5)


@pytest.mark.req("K8")
def test_a_confirmed_suspect_leaves_numerator_and_denominator_together(operator: Write, value: Read) -> None:
    operator(
        {1: {}, 2: {}, 3: {"suspect_level": 2}, 4: {}},
        {JANUARY: {1: {}, 2: {"suspect_level": 2}, 3: {"suspect_level": 2}, 4: {"suspect_level": 1}}},
    )
    assert value(JANUARY, "dynamic_retention_rate.existing") == (2, 2)
    assert value(JANUARY, "churn_rate.gross") == (0, 2)
    assert value(JANUARY, "revenue_retention_rate.base") == (18000, 18000)


def test_revenue_retention_is_the_cohorts_money_now_over_then(operator: Write, value: Read) -> None:
    operator({1: {}, 2: {"bill_fen": 8001}, 3: LOW}, {JANUARY: {1: {"bill_fen": 7000}, 2: GONE, 3: {}}})
    assert value(JANUARY, "revenue_retention_rate.base") == (7000, 17001)


@pytest.mark.req("P10")
def test_every_node_is_the_sum_of_its_children_and_no_line_is_lost(
    store: Store, operator: Write, value: Read, playbook: Playbook
) -> None:
    base = {key: {"unit_code": "B1" if key % 3 else "A1"} for key in range(1, 30)}
    base[1] = {"owner_code": "A1X"}
    now = {key: {**row, **(GONE if key % 4 == 0 else {})} for key, row in base.items() if key != 2}
    now[5] = {"unit_code": "A1", "owner_code": "A1Y"}  # moved: base and result move together
    operator(base, {JANUARY: now})
    unequal = store.rows(
        """SELECT p.calibre FROM kpi AS p JOIN (
  SELECT calibre, CAST(sum(numerator) AS BIGINT) AS numerator, CAST(sum(denominator) AS BIGINT) AS denominator
  FROM kpi WHERE level = 'COUNTY' GROUP BY calibre
) AS c ON c.calibre = p.calibre
WHERE p.node_code = 'P' AND (c.numerator <> p.numerator OR c.denominator <> p.denominator)""",
        inputs={"kpi": build_kpi(store, playbook, JANUARY)},
    )
    assert unequal == []
    assert value(JANUARY, "churn_rate.gross", "A1Y") == (0, 1)
    assert value(JANUARY, "churn_rate.gross", "B") == (6, 18)  # 2 is in no book now: where the cohort had him
    assert value(JANUARY, "churn_rate.gross", "A1X") == (0, 1)


def test_a_line_whose_owner_left_the_tree_stays_with_its_unit(
    store: Store, operator: Write, put: Callable[..., Partition], value: Read
) -> None:
    operator({1: {"owner_code": "A1X"}, 2: {}}, {JANUARY: {2: {}}})
    tree = store.rows(
        "SELECT month, node_code, parent_code, level, name FROM node WHERE node_code <> 'A1X'",
        inputs={"node": store.require(ORG_NODE, month=202412)},
    )
    put(ORG_NODE, tree, month=202412)
    paths = store.rows(
        "SELECT node_code, ancestor_code, ancestor_level, distance FROM path WHERE node_code <> 'A1X'",
        inputs={"path": store.require(ORG_PATH, month=202412)},
    )
    put(ORG_PATH, paths, month=202412)
    assert value(JANUARY, "churn_rate.gross", "A1") == (1, 2)
    assert value(JANUARY, "churn_rate.gross", "A1X") is None


@pytest.mark.req("K2")
def test_completion_counts_verified_tasks_and_every_other_calibre_its_own_words(
    operator: Write, outcome: Write, value: Read
) -> None:
    operator({1: {}}, {JANUARY: {1: {}}})
    outcome(
        JANUARY,
        {
            "verified": {},
            "ticked": {"is_verified": False},
            "alone": {"is_contacted": False, "is_reached": False, "is_handled": False},
            "lost": {"is_verified": False, "is_retained": False, "is_handled": False, "node_code": "B1"},
            "withdrawn": {"is_withdrawn": True, "is_handled": False},
            "held": {"is_holdout": True, "is_contacted": False, "is_reached": False, "is_handled": False},
            "held lost": {"is_holdout": True, "is_verified": False, "is_contacted": False},
            "small": {"is_assessed": False},
            "blind": {"missing_column": "event", "is_verified": False},
        },
    )
    completion = "warning_task_completion_rate"
    assert value(JANUARY, f"{completion}.verified") == (2, 4)
    assert value(JANUARY, f"{completion}.verified", "B") == (0, 1)
    assert value(JANUARY, f"{completion}.handled") == (3, 6)
    assert value(JANUARY, f"{completion}.contacted") == (5, 6)
    assert value(JANUARY, f"{completion}.retained") == (5, 6)
    assert value(JANUARY, f"{completion}.cured_without_contact") == (1, 4)
    assert value(JANUARY, f"{completion}.holdout") == (1, 2)


def note(store: Store, playbook: Playbook, month: Month) -> dict[str, list[str]]:
    missing: dict[str, list[str]] = build_kpi(store, playbook, month).manifest.note["not_computable"]
    return missing


def test_a_calibre_without_its_columns_is_not_computable_and_names_them(
    store: Store, operator: Write, value: Read, playbook: Playbook
) -> None:
    operator(
        {1: {}, 2: {}},
        {JANUARY: {1: {}, 2: {**GONE, "exit_type": None}}},
        missing={Month.of(2024, 12): ["contract_kind"], JANUARY: ["exit_type", "open_date"]},
    )
    missing = note(store, playbook, JANUARY)
    assert missing["churn_rate.handset_lease@1"] == ["base.contract_kind"]
    assert missing["churn_rate.ported_out@1"] == ["now.exit_type"]
    assert missing["churn_rate.new_lines@1"] == ["now.open_date"]
    assert missing["warning_task_completion_rate.handled@1"] == ["fact (2025-01)", "plan (2025-01)"]
    assert value(JANUARY, "churn_rate.handset_lease") is None
    assert value(JANUARY, "churn_rate.gross") == (1, 2)
    computed = store.rows(
        "SELECT DISTINCT calibre FROM kpi", inputs={"kpi": store.require(KPI, month=JANUARY.number)}
    )
    assert {row["calibre"] for row in computed} == {c.id for c in CALIBRES} - missing.keys()


def test_the_columns_that_the_test_of_high_names_are_needed_too(
    store: Store, operator: Write, playbook: Playbook
) -> None:
    operator({1: {}}, {JANUARY: {1: {}}}, missing={JANUARY: ["bill_fen"]})
    missing = note(store, playbook, JANUARY)
    assert missing["dynamic_retention_rate.existing@1"] == ["now.bill_fen"]
    assert "dynamic_retention_rate.static_in_service@1" not in missing


def test_without_a_sealed_base_or_a_month_before_only_what_needs_none_is_computed(
    store: Store, tree: None, lines: Write, value: Read, playbook: Playbook
) -> None:
    lines(FEBRUARY, {1: {}, 2: {"open_date": date(2025, 1, 2), **GONE}})
    missing = note(store, playbook, FEBRUARY)
    assert missing["churn_rate.gross@1"] == ["cohort.network (2024-12)"]
    assert missing["dynamic_retention_rate.rolling@1"] == ["subscriber_month (2025-01)"]
    assert value(FEBRUARY, "churn_rate.new_lines") == (1, 1)


def test_tasks_that_all_lack_an_input_make_completion_not_computable(
    store: Store, operator: Write, outcome: Write, playbook: Playbook
) -> None:
    operator({1: {}}, {JANUARY: {1: {}}})
    outcome(JANUARY, {"t": {"missing_column": "event", "is_verified": False}}, has_facts=False)
    missing = note(store, playbook, JANUARY)
    assert missing["warning_task_completion_rate.verified@1"] == ["event"]
    assert missing["warning_task_completion_rate.contacted@1"] == ["fact (2025-01)"]
    assert "warning_task_completion_rate.retained@1" not in missing


def test_an_operator_that_tells_no_suspects_has_its_kpis_all_the_same(
    store: Store, operator: Write, value: Read, playbook: Playbook
) -> None:
    lacks = {month: ["suspect_level"] for month in (Month.of(2024, 12), JANUARY)}
    operator({1: {}, 2: {}}, {JANUARY: {1: {}, 2: LOW}}, missing=lacks)
    assert value(JANUARY, "dynamic_retention_rate.existing") == (1, 2)
    found = build_kpi(store, playbook, JANUARY).manifest.note
    assert not any("suspect_level" in name for names in found["not_computable"].values() for name in names)
    assert found["suspects_known"] is False


def test_a_suspect_of_the_month_before_was_not_high_then(operator: Write, value: Read) -> None:
    operator({1: {}, 2: {"suspect_level": 2}}, {JANUARY: {1: {}, 2: {"suspect_level": 0}}})
    assert value(JANUARY, "dynamic_retention_rate.rolling") == (1, 1)


@pytest.fixture
def warning_twice(playbook: Playbook) -> Playbook:
    """The playbook with two assessed warnings and one that is not."""
    rules = (bare_warning("lease"), bare_warning("balance"), bare_warning("care"))
    return replace(playbook, warnings=(*rules[:2], replace(rules[2], assessed=False)))


def test_where_no_assessed_warning_could_be_computed_completion_is_not_computable(
    store: Store, operator: Write, outcome: Write, warning_twice: Playbook
) -> None:
    operator({1: {}}, {JANUARY: {1: {}}})
    outcome(JANUARY, {}, has_facts=False, left_out={"lease": ["contract_kind"], "balance": ["balance_fen"]})
    missing = note(store, warning_twice, JANUARY)
    both = ["balance_fen", "contract_kind"]
    assert missing["warning_task_completion_rate.verified@1"] == both
    assert missing["warning_task_completion_rate.retained@1"] == both
    assert missing["warning_task_completion_rate.handled@1"] == [*both, "fact (2025-01)"]


def test_where_some_could_completion_is_computed_and_the_others_are_named(
    store: Store, operator: Write, outcome: Write, warning_twice: Playbook
) -> None:
    operator({1: {}}, {JANUARY: {1: {}}})
    outcome(JANUARY, {"t": {"kind": "lease"}}, left_out={"balance": ["balance_fen"], "care": ["bill_fen"]})
    found = build_kpi(store, warning_twice, JANUARY).manifest.note
    assert "warning_task_completion_rate.verified@1" not in found["not_computable"]
    assert found["left_out"] == [
        {"code": "balance", "zh": "balance", "en": "balance", "columns": ["balance_fen"]}
    ]
