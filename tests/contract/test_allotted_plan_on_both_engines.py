"""A month whose offers are chosen together: the allocation and its plan are row-equal on both engines."""

from pathlib import Path

import pytest

from handmade.allotted import JUNE, MAY, allotting, month_rows, put_month
from weixi.engine import Store, open_engine
from weixi.flow.decision import ALLOCATION, PLAN, build_plan


def _made(engine: str, root: Path) -> Store:
    home = root / engine
    home.mkdir()
    (home / "secret.key").write_text("5a" * 32)
    store = Store(home, open_engine(engine, root / "scratch" / engine))
    playbook, rows = allotting(logging="0.2", offers_from="YELLOW"), month_rows()
    for number, row in enumerate(rows):
        row["level"] = ("BLUE", "RED", "YELLOW")[number % 3]
    put_month(store, playbook, rows)
    build_plan(store, playbook, MAY)
    return store


@pytest.mark.spark
def test_allocation_and_plan_are_row_equal(tmp_path: Path) -> None:
    made = [_made(engine, tmp_path) for engine in ("duckdb", "spark")]
    for table in (ALLOCATION, PLAN):
        one, other = (store.require(table, month=JUNE.number).manifest for store in made)
        assert one.rows == other.rows > 20
        assert one.seal == other.seal
