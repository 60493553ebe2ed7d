"""The shipped mapping reads exactly what the simulated operator writes."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from weixi.demo import Operator, columns, write
from weixi.demo.events import CHANNELS, EVENT_TYPES
from weixi.demo.lines import CONTRACTS, EXITS, LINE_TYPES, LINE_USES, STATUSES
from weixi.demo.place import CORPORATE_KINDS
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

MAPPING: dict[str, Any] = tomllib.loads(
    (files("weixi.flow.extract") / "mappings" / "simulated.toml").read_text("utf-8")
)
CODES = {
    ("subscriber", "line_type"): (columns.LINE_TYPE_CODES, LINE_TYPES),
    ("subscriber", "line_use"): (columns.LINE_USE_CODES, LINE_USES),
    ("subscriber", "service_status"): (columns.STATUS_CODES, STATUSES),
    ("subscriber", "exit_type"): (columns.EXIT_CODES, EXITS),
    ("subscriber", "contract_kind"): (columns.CONTRACT_CODES, CONTRACTS),
    ("subscriber", "corporate_kind"): (columns.CORPORATE_CODES, CORPORATE_KINDS),
    ("event", "event_type"): (write.EVENT_CODES, EVENT_TYPES),
    ("event", "channel"): (write.CHANNEL_CODES, CHANNELS),
    ("org", "level"): (write.LEVEL_CODES, tuple(OrgLevel)),
}


@pytest.mark.parametrize(("feed", "column"), list(CODES))
def test_every_code_means_what_the_writer_means(feed: str, column: str) -> None:
    codes, words = CODES[feed, column]
    written = dict(zip(codes, (str(word) for word in words), strict=True))
    assert MAPPING[feed]["columns"][column]["codes"] == written


def test_every_column_written_is_mapped(tmp_path: Path) -> None:
    month = Month.of(2024, 1)
    made = Operator(1_000, 1, month, out=tmp_path / "extract")
    made.advance(month)
    for feed in ("subscriber", "event", "org"):
        spec = MAPPING[feed]
        sources = (
            {source["from"] for source in spec["columns"].values()}
            | set(spec["key"])
            | {spec["month"]["column"]}
        )
        written = set(pq.read_schema(made.out / f"{feed}_{month.number}.parquet").names)
        assert sources == written - {"PLAN_NAME", "GRP_NAME"}
