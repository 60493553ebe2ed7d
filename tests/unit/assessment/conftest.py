"""A hand-made operator over some months: its tree, its lines, its tasks, and a playbook that assesses."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.assessment import build_kpi
from weixi.flow.book import ORG_NODE, ORG_PATH, SUBSCRIBER_MONTH
from weixi.flow.cohort import build_assignment, freeze
from weixi.flow.outcome import OUTCOME
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Band, CohortRule, KpiTarget, Playbook, Rule, Source

SOURCE = Source("test", 1, "")
WORDS = Text("", "")
BASE = Month.of(2024, 12)
TREE = {
    "P": (None, "PROVINCE"),
    "C": ("P", "CITY"),
    "A": ("C", "COUNTY"),
    "B": ("C", "COUNTY"),
    "A1": ("A", "UNIT"),
    "B1": ("B", "UNIT"),
    "A1X": ("A1", "OWNER"),
    "A1Y": ("A1", "OWNER"),
}
HIGH = "is_billed AND complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months"
Rows = Mapping[int, Mapping[str, Any]]


@pytest.fixture
def put(store: Store) -> Callable[..., Partition]:
    """Writes rows into a partition, columns not given being null."""

    def write(
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        *,
        note: Mapping[str, Any] | None = None,
        **key: int | str,
    ) -> Partition:
        schema = arrow_schema(table)
        values = [{name: row.get(name) for name in schema.names} for row in rows]
        batch = pa.RecordBatch.from_pylist(values, schema=schema)
        return store.put(table, key, [batch], origin=repr((values, note)), note=note)

    return write


@pytest.fixture
def tree(put: Callable[..., Partition]) -> None:
    """Province P, city C, counties A and B, a unit in each, two owners in A's."""
    put(
        ORG_NODE,
        [
            {"month": BASE.number, "node_code": code, "parent_code": parent, "level": level, "name": code}
            for code, (parent, level) in TREE.items()
        ],
        month=BASE.number,
    )
    paths = []
    for code in TREE:
        above: str | None = code
        distance = 0
        while above is not None:
            paths.append(
                {
                    "node_code": code,
                    "ancestor_code": above,
                    "ancestor_level": TREE[above][1],
                    "distance": distance,
                }
            )
            above, distance = TREE[above][0], distance + 1
    put(ORG_PATH, paths, month=BASE.number)


@pytest.fixture
def lines(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes one month: subscriber id → the columns that differ from an ordinary line's of ¥90 in unit A1."""

    def write(month: Month, rows: Rows, missing: Sequence[str] = ()) -> None:
        ordinary = {
            "month": month.number,
            "line_type": "MOBILE_MAIN",
            "line_use": "COMMERCIAL",
            "service_status": "IN_SERVICE",
            "is_carried": False,
            "open_date": date(2020, 1, 1),
            "payment_type": "PREPAID",
            "customer_kind": "PUBLIC",
            "contract_kind": "NONE",
            "bill_fen": 9000,
            "unit_code": "A1",
            "suspect_level": 0,
        }
        values = [{**ordinary, "subscriber_id": key, **row} for key, row in rows.items()]
        for row in values:
            row.update(dict.fromkeys(missing))
        put(SUBSCRIBER_MONTH, values, month=month.number, note={"missing_columns": list(missing)})

    return write


@pytest.fixture
def playbook() -> Playbook:
    """The three assessed KPIs, churn with a ceiling of 7.5 % a quarter."""
    rest = (Rule("REGULAR", "", "TRUE", WORDS, SOURCE),)
    return Playbook(
        name="test",
        version="1",
        title=WORDS,
        fingerprint="f",
        parameters={},
        grades=rest,
        stages=rest,
        clusters=rest,
        categories=rest,
        bands=(Band("ALL", WORDS, None, None, SOURCE),),
        handset_bands=(),
        key_share=Decimal("0.5"),
        cohorts=(
            CohortRule("network", WORDS, "is_counted AND is_in_service", SOURCE),
            CohortRule(
                "arpu80",
                WORDS,
                f"is_counted AND is_in_service AND {HIGH}",
                SOURCE,
                frozenset({"is_counted", "is_in_service", "is_billed", "revenue_3m_fen", "complete_months"}),
            ),
        ),
        attachments=("attachment",),
        silences=(),
        warnings=(),
        offers=(),
        pools=(),
        holdouts=(),
        measures=(),
        levers=(),
        kpis=(
            KpiTarget(
                "warning_task_completion_rate", "verified", WORDS, Decimal("0.35"), "AT_LEAST", None, SOURCE
            ),
            KpiTarget("dynamic_retention_rate", "existing", WORDS, Decimal("1"), "AT_LEAST", None, SOURCE),
            KpiTarget("churn_rate", "gross", WORDS, Decimal("0.075"), "AT_MOST", "QUARTER", SOURCE),
        ),
        assessed_sql=HIGH,
    )


@pytest.fixture
def operator(store: Store, tree: None, lines: Callable[..., None], playbook: Playbook) -> Callable[..., None]:
    """Writes the base month, freezes it, then writes and assigns the months after; month → rows."""

    def write(
        base: Rows, months: Mapping[Month, Rows], missing: Mapping[Month, Sequence[str]] | None = None
    ) -> None:
        lacks = missing or {}
        lines(BASE, base, lacks.get(BASE, ()))
        freeze(store, playbook, BASE)
        for month, rows in months.items():
            lines(month, rows, lacks.get(month, ()))
            build_assignment(store, playbook, month)

    return write


@pytest.fixture
def outcome(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes the outcomes of one month: task id → what differs from a verified, contacted, assessed task of A1X."""

    def write(month: Month, tasks: Mapping[str, Mapping[str, Any]], *, has_facts: bool = True) -> None:
        ordinary = {
            "subscriber_id": 1,
            "kind": "run_out",
            "node_code": "A1X",
            "is_assessed": True,
            "is_holdout": False,
            "is_withdrawn": False,
            "is_handled": True,
            "is_reached": True,
            "is_verified": True,
            "is_contacted": True,
            "is_retained": True,
        }
        rows = [{**ordinary, "task_id": task, **row} for task, row in tasks.items()]
        put(OUTCOME, rows, month=month.number, note={"has_facts": has_facts})

    return write


@pytest.fixture
def value(store: Store, playbook: Playbook) -> Callable[..., tuple[int, int] | None]:
    """Computes a month's KPIs and gives (numerator, denominator) of one at one node; None: not computable."""

    def read(month: Month, calibre: str, node: str = "P") -> tuple[int, int] | None:
        found = store.rows(
            "SELECT numerator, denominator FROM kpi WHERE calibre = $calibre AND node_code = $node",
            inputs={"kpi": build_kpi(store, playbook, month)},
            parameters={"calibre": f"{calibre}@1", "node": node},
        )
        return (found[0]["numerator"], found[0]["denominator"]) if found else None

    return read
