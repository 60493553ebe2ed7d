"""A hand-made operator: its tree, its lines, and a playbook that freezes and assesses."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, ORG_NODE, ORG_PATH, SUBSCRIBER_MONTH
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Band, CohortRule, KpiTarget, Playbook, Rule, Source

DECEMBER = Month.of(2024, 12)
SOURCE = Source("test", 1, "")
WORDS = Text("", "")
RULES = ("attachment", "household", "account_manager", "representative", "home", "outlet", "capacity")
LINE = {
    "line_type": "MOBILE_MAIN",
    "line_use": "COMMERCIAL",
    "service_status": "IN_SERVICE",
    "is_carried": False,
    "open_date": date(2020, 1, 1),
    "bill_fen": 9000,
}
Node = tuple[str, str | None, str, int | None]


@pytest.fixture
def put(store: Store) -> Callable[..., Partition]:
    """Writes rows into a partition, columns not given being null."""

    def write(table: Table, rows: Sequence[Mapping[str, Any]], **key: int | str) -> Partition:
        schema = arrow_schema(table)
        values = [{name: row.get(name) for name in schema.names} for row in rows]
        batch = pa.RecordBatch.from_pylist(values, schema=schema)
        return store.put(table, key, [batch], origin=repr(values))

    return write


@pytest.fixture
def tree(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes a tree of (code, parent, level, capacity) and its closure."""

    def write(*nodes: Node, month: Month = DECEMBER) -> None:
        parents = {code: parent for code, parent, _, _ in nodes}
        levels = {code: level for code, _, level, _ in nodes}
        put(
            ORG_NODE,
            [
                {
                    "month": month.number,
                    "node_code": c,
                    "parent_code": p,
                    "level": v,
                    "name": c,
                    "capacity": k,
                }
                for c, p, v, k in nodes
            ],
            month=month.number,
        )
        paths = []
        for code in parents:
            above: str | None = code
            distance = 0
            while above is not None:
                paths.append(
                    {
                        "node_code": code,
                        "ancestor_code": above,
                        "ancestor_level": levels[above],
                        "distance": distance,
                    }
                )
                above, distance = parents[above], distance + 1
        put(ORG_PATH, paths, month=month.number)

    return write


@pytest.fixture
def book(put: Callable[..., Partition]) -> Callable[..., None]:
    """Writes lines and their features; a row's values go to whichever of the two tables has the column."""

    def write(*rows: Mapping[str, Any], month: Month = DECEMBER) -> None:
        numbers = {c.name: 0 for c in FEATURE.columns if c.required}
        put(SUBSCRIBER_MONTH, [{**LINE, "month": month.number, **row} for row in rows], month=month.number)
        put(FEATURE, [{**numbers, **row} for row in rows], month=month.number)

    return write


def kpi(name: str, rate: str, direction: str, period: str | None = None) -> KpiTarget:
    return KpiTarget(name, f"{name}@1", WORDS, Decimal(rate), direction, period, SOURCE)


@pytest.fixture
def plan() -> Playbook:
    """A playbook with the two cohorts, the three assessed KPIs and every rule of attachment."""
    only = (Rule("", "TRUE", "TRUE", WORDS, SOURCE),)
    main = "line_type = 'MOBILE_MAIN' AND is_in_service"
    return Playbook(
        name="test",
        version="1",
        title=WORDS,
        fingerprint="test",
        parameters={},
        grades=only,
        stages=only,
        clusters=only,
        categories=only,
        bands=(Band("ALL", WORDS, None, None, SOURCE),),
        handset_bands=(),
        key_share=Decimal("0.5"),
        cohorts=(
            CohortRule("network", WORDS, main, SOURCE),
            CohortRule(
                "arpu80",
                WORDS,
                f"{main} AND complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months",
                SOURCE,
            ),
        ),
        attachments=RULES,
        silences=(),
        warnings=(),
        offers=(),
        pools=(),
        holdouts=(),
        measures=(),
        levers=(),
        kpis=(
            kpi("warning_task_completion_rate", "0.35", "AT_LEAST"),
            kpi("dynamic_retention_rate", "1", "AT_LEAST"),
            kpi("churn_rate", "0.075", "AT_MOST", "YEAR"),
        ),
        assessed_sql="TRUE",
    )
