"""The five labels are total functions, and a single row gets what the whole month gives it."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handmade.tables import arrow
from weixi.dialect.expression import Scope, compile_condition
from weixi.dialect.types import ColumnType
from weixi.engine import Column, Engine, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.run import VOCABULARY
from weixi.flow.segment import (
    LABEL,
    THRESHOLD,
    Labels,
    build_label,
    build_threshold,
    cross_table,
    label_rows,
)
from weixi.kernel.period import Month
from weixi.kernel.terms import Stage
from weixi.playbook import Playbook

MAY = Month.of(2025, 5)
COUNT = 1_500
ALONE = 30
MONEY = [0, 1, 2999, 3000, 7999, 8000, 19999, 20000, 24000, 60000]


def _value(column: Column, draw: random.Random) -> Any:
    """Any value that the column's schema allows, edges and nulls among them."""
    if not column.required and draw.random() < 0.25:
        return None
    if column.values is not None:
        return str(draw.choice(list(column.values)))
    kinds: dict[ColumnType, Callable[[], Any]] = {
        ColumnType.BOOLEAN: lambda: draw.random() < 0.3,
        ColumnType.DATE: lambda: (
            MAY.last + timedelta(days=draw.choice([0, 1, -1, draw.randrange(-900, 400)]))
        ),
        ColumnType.VARCHAR: lambda: draw.choice(["U1", "U2", "U3", ""]),
        ColumnType.INTEGER: lambda: draw.randrange(1930, 2020),
        ColumnType.BIGINT: lambda: draw.choice([*MONEY, draw.randrange(4), draw.randrange(10**6)]),
    }
    return kinds[column.type]()


def _rows(table: Table, draw: random.Random) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for number in range(1, COUNT + 1):
        row = {column.name: _value(column, draw) for column in table.columns}
        row |= {"subscriber_id": number} | ({"month": MAY.number} if "month" in row else {})
        if "complete_months" in row:
            row["complete_months"] = draw.randrange(4)
        rows.append(row)
    return pa.Table.from_pylist(rows, arrow_schema(table))


@pytest.fixture(scope="module")
def store(duckdb: Engine, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("home"), duckdb)


@pytest.fixture(scope="module")
def april(store: Store) -> pa.Table:
    """Random labels of the month before, so that many a grade is held."""
    draw = random.Random(40)
    labels = _rows(LABEL, draw)
    waited = pa.array([draw.randrange(2) for _ in range(COUNT)], pa.int32())
    labels = labels.set_column(labels.schema.get_field_index("pending_months"), "pending_months", waited)
    store.put(LABEL, {"month": MAY.plus(-1).number}, labels.to_batches(), origin="random labels")
    return labels


@pytest.fixture(scope="module")
def month(store: Store, work_plan: Playbook, april: pa.Table) -> tuple[pa.Table, pa.Table, dict[int, Labels]]:
    """Random lines, their random features, and the labels of the whole month."""
    draw = random.Random(41)
    line, feature = _rows(SUBSCRIBER_MONTH, draw), _rows(FEATURE, draw)
    store.put(SUBSCRIBER_MONTH, {"month": MAY.number}, line.to_batches(), origin="random lines")
    store.put(FEATURE, {"month": MAY.number}, feature.to_batches(), origin="random features")
    build_threshold(store, work_plan, MAY)
    found = store.rows(
        "SELECT subscriber_id, grade, band, stage, cluster, category, rule_grade, pending_months FROM label",
        inputs={"label": build_label(store, work_plan, MAY)},
    )
    return line, feature, {row["subscriber_id"]: Labels(**row) for row in found}


@pytest.mark.req("P3", "G1")
def test_no_row_is_left_without_a_label(
    store: Store, month: tuple[pa.Table, pa.Table, dict[int, Labels]]
) -> None:
    _, _, labels = month
    assert set(labels) == set(range(1, COUNT + 1))
    table = cross_table(store, MAY)
    assert (table.total, table.unclassified_count) == (COUNT, 0)
    assert len({label.grade for label in labels.values()}) == 4
    assert len({label.band for label in labels.values()}) > 4
    assert sum(label.pending_months for label in labels.values()) > COUNT // 100


def test_a_row_alone_gets_what_the_month_gave_it(
    store: Store,
    work_plan: Playbook,
    month: tuple[pa.Table, pa.Table, dict[int, Labels]],
    april: pa.Table,
) -> None:
    line, feature, labels = month
    cut = store.arrow(
        "SELECT unit_code, revenue_fen, key_revenue_fen, key_subscriber_id FROM cut",
        inputs={"cut": store.require(THRESHOLD, month=MAY.number)},
    )
    for place in random.Random(1).sample(range(COUNT), ALONE):
        one = {"line": line, "feature": feature, "previous": april}
        one = {name: rows.slice(place, 1) for name, rows in one.items()}
        assert label_rows(store, work_plan, MAY, threshold=cut, **one) == [labels[place + 1]]
    whole = label_rows(store, work_plan, MAY, line=line, feature=feature, threshold=cut, previous=april)
    assert whole == [labels[n] for n in sorted(labels)]


def test_labelling_again_changes_nothing(
    store: Store, work_plan: Playbook, month: tuple[pa.Table, pa.Table, dict[int, Labels]]
) -> None:
    first = store.require(LABEL, month=MAY.number)
    assert build_label(store, work_plan, MAY).fingerprint == first.fingerprint


def test_a_row_outside_the_sealed_cut_is_compared_with_it(
    store: Store, work_plan: Playbook, month: tuple[pa.Table, pa.Table, dict[int, Labels]]
) -> None:
    """A customer whose revenue grew is graded against the stored cut: the population is not asked again."""
    row = {"subscriber_id": 10**6, "unit_code": "U1"}
    cut = pa.table(
        {"unit_code": ["U1"], "revenue_fen": [100], "key_revenue_fen": [60], "key_subscriber_id": [5]}
    )
    grades = {}
    for revenue_fen in (59, 60, 61):
        numbers = {"subscriber_id": 10**6, "revenue_12m_fen": revenue_fen}
        (labels,) = label_rows(
            store,
            work_plan,
            MAY,
            line=arrow(SUBSCRIBER_MONTH, [row], month=MAY.number),
            feature=arrow(FEATURE, [numbers]),
            threshold=cut,
        )
        grades[revenue_fen] = labels.grade
    assert grades == {59: "REGULAR", 60: "REGULAR", 61: "KEY"}


RULES = st.lists(
    st.sampled_from(
        [
            "is_in_service", "age >= 40", "tenure_months <= 12", "NOT is_billed", "is_rural", "balance_fen > 1000",
            "service_status = 'EXITED'", "household_id IS NULL", "arpu_at_least(80)", "is_converged AND age < 30",
        ]
    ),
    max_size=5,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conditions=RULES)
def test_whatever_the_rules_every_line_gets_one_value(
    conditions: list[str],
    store: Store,
    month: tuple[pa.Table, pa.Table, dict[int, Labels]],
    work_plan: Playbook,
) -> None:
    """First match over any list that ends in its default: no line has two values, none has no value."""
    values = [stage.value for stage in Stage]
    scope = Scope(VOCABULARY.subscriber, {}, VOCABULARY.words)
    rules = [
        replace(work_plan.stages[0], value=values[k], when=text, sql=compile_condition(text, scope).sql)
        for k, text in enumerate(conditions)
    ]
    default = replace(work_plan.stages[-1], value=values[-1])
    playbook = replace(work_plan, stages=(*rules, default))
    line, feature, _ = month
    threshold = store.arrow(
        "SELECT unit_code, revenue_fen, key_revenue_fen, key_subscriber_id FROM cut",
        inputs={"cut": store.require(THRESHOLD, month=MAY.number)},
    )
    found = label_rows(store, playbook, MAY, line=line, feature=feature, threshold=threshold)
    assert [row.subscriber_id for row in found] == list(range(1, COUNT + 1))
    got = {row.subscriber_id: row.stage for row in found}
    # Each rule alone, and then the first one that names the line.
    named: dict[int, int] = {}
    for k in reversed(range(len(rules))):
        only = replace(playbook, stages=(replace(rules[k], value="HIT"), replace(default, value="MISS")))
        alone = label_rows(store, only, MAY, line=line, feature=feature, threshold=threshold)
        named |= {row.subscriber_id: k for row in alone if row.stage == "HIT"}
    assert got == {
        number: values[named[number]] if number in named else values[-1] for number in range(1, COUNT + 1)
    }
