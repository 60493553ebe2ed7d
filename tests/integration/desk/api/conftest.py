"""A home with the KPIs of one month on the small tree."""

from pathlib import Path
from typing import Any

import pytest

from handmade.dispatch import NODES
from handmade.tables import put, put_tree
from weixi.engine import Store, open_engine
from weixi.flow.assessment import KPI, SCORECARD

KPI_MONTH = 202602


@pytest.fixture(scope="session")
def written_kpis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home; its figures are written out by hand."""
    home = tmp_path_factory.mktemp("kpis")
    store = Store(home, open_engine("duckdb", home / "scratch"))
    put_tree(store, KPI_MONTH, NODES)
    levels = {node.code: node.level for node in NODES}
    figures = {"P01": (950, 1000), "C01": (950, 1000), "D1": (570, 600), "D2": (380, 400), "U11": (0, 0)}
    put(
        store,
        KPI,
        [
            {
                "calibre": "dynamic_retention_rate.existing@1",
                "node_code": code,
                "level": levels[code],
                "numerator": above,
                "denominator": below,
            }
            for code, (above, below) in figures.items()
        ],
        note={"not_computable": {"churn_rate.arpu80@1": ["cohort.arpu80"]}},
        month=KPI_MONTH,
    )
    put(
        store,
        SCORECARD,
        [
            {
                "kpi": "dynamic_retention_rate",
                "calibre": "dynamic_retention_rate.existing@1",
                "node_code": "D1",
                "level": "COUNTY",
                "numerator": 570,
                "denominator": 600,
                "rate": 0.95,
                "target_rate": 0.97,
                "gap_count": 12,
                "light": "RED",
                "last_year_rate": None,
                "rank": 1,
            }
        ],
        note={"targets": []},
        month=KPI_MONTH,
    )
    store.engine.close()
    return home


@pytest.fixture
def kpi_home(written_kpis: Path, settings: Any) -> None:
    """The desk over that home."""
    settings.HOME = written_kpis
