"""五分: the five labels of a line in a month, each a total function; first match wins."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_COLUMNS, SUBSCRIBER_MONTH, subscriber_pieces
from weixi.flow.segment.band import band_sql
from weixi.flow.segment.choice import first_match
from weixi.flow.segment.tables import LABEL, THRESHOLD
from weixi.flow.segment.threshold import IS_KEY_REVENUE
from weixi.kernel.period import Month
from weixi.playbook import Playbook

GRADE_COLUMNS = {**SUBSCRIBER_COLUMNS, "is_key_revenue": ColumnType.BOOLEAN}
"""What the rules of the labels may name: the subscriber and whether he lies above his unit's cut."""

LABELLED_COLUMNS = {
    **SUBSCRIBER_COLUMNS,
    **{c.name: c.type for c in LABEL.columns if c.name != "subscriber_id"},
}
"""What later rules (warnings, offers) may name: the subscriber and his five labels."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One line's five labels."""

    subscriber_id: int
    grade: str
    band: str
    stage: str
    cluster: str
    category: str


def label_text(playbook: Playbook) -> str:
    """The SQL of the five labels, one row per line; views: `line`, `feature`, `threshold`; parameter: `$as_of`.

    The same text labels a whole month and a single row.
    """
    pipeline = Pipeline()
    graded_pieces(pipeline)
    return pipeline.text(
        f"""SELECT subscriber_id,
  {first_match(playbook.grades)} AS grade,
  {band_sql(playbook.bands)} AS band,
  {first_match(playbook.stages)} AS stage,
  {first_match(playbook.clusters)} AS cluster,
  {first_match(playbook.categories)} AS category
FROM graded"""
    )


def graded_pieces(pipeline: Pipeline) -> None:
    """Add `graded` (GRADE_COLUMNS); needs the views `line`, `feature`, `threshold` and the parameter `$as_of`."""
    subscriber_pieces(pipeline)
    named = ", ".join(f"s.{name}" for name in SUBSCRIBER_COLUMNS)
    pipeline.add(
        "beside_cut",
        f"""SELECT {named}, t.key_revenue_fen, t.key_subscriber_id
        FROM subscriber s LEFT JOIN threshold t ON t.unit_code = COALESCE(s.unit_code, '')""",
    )
    pipeline.add(
        "graded",
        f"SELECT {', '.join(SUBSCRIBER_COLUMNS)}, {IS_KEY_REVENUE} AS is_key_revenue FROM beside_cut",
    )


def labelled_pieces(pipeline: Pipeline) -> None:
    """Add the CTE `labelled` (LABELLED_COLUMNS); needs the CTE `subscriber` and the view `label`."""
    named = ", ".join(f"s.{name}" for name in SUBSCRIBER_COLUMNS)
    labels = ", ".join(f"b.{c.name}" for c in LABEL.columns if c.name != "subscriber_id")
    pipeline.add(
        "labelled",
        f"SELECT {named}, {labels} FROM subscriber s JOIN label b ON b.subscriber_id = s.subscriber_id",
    )


def build_label(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write the labels of every row of the month: subscribers, prospects and lapsed ones alike."""
    return store.write(
        LABEL,
        {"month": month.number},
        label_text(playbook),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
            "threshold": store.require(THRESHOLD, month=month.number),
        },
        parameters={"as_of": month.last},
        note={"playbook": playbook.fingerprint},
    )


def label_rows(
    store: Store, playbook: Playbook, month: Month, *, line: pa.Table, feature: pa.Table, threshold: pa.Table
) -> list[Labels]:
    """The labels of a few rows held in memory, as a desk asks for one customer; by the month's own text.

    `line`, `feature` and `threshold` have the columns of SUBSCRIBER_MONTH, FEATURE and THRESHOLD.
    """
    scratch = store.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        for view, rows in (("line", line), ("feature", feature), ("threshold", threshold)):
            path = Path(name) / f"{view}.parquet"
            pq.write_table(rows, path)
            store.engine.scan(view, [path])
        found = store.engine.arrow(label_text(playbook), {"as_of": month.last})
    return [Labels(**row) for row in sorted(found.to_pylist(), key=lambda row: int(row["subscriber_id"]))]
