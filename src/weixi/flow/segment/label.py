"""五分: the five labels of a line in a month, each a total function; first match wins, a grade is held a while."""

import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.dialect.compose import Pipeline, words
from weixi.dialect.types import ColumnType
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_COLUMNS, SUBSCRIBER_MONTH, subscriber_pieces
from weixi.flow.segment.band import band_sql
from weixi.flow.segment.choice import first_match
from weixi.flow.segment.tables import DIMENSIONS, LABEL, THRESHOLD
from weixi.flow.segment.threshold import IS_KEY_REVENUE
from weixi.kernel.period import Month
from weixi.kernel.terms import Grade
from weixi.playbook import Playbook

GRADE_COLUMNS = {**SUBSCRIBER_COLUMNS, "is_key_revenue": ColumnType.BOOLEAN}
"""What the rules of the labels may name: the subscriber and whether he lies above his unit's cut."""

LABELLED_COLUMNS = {**SUBSCRIBER_COLUMNS, **{name: LABEL.types[name] for name in DIMENSIONS}}
"""What later rules (warnings, offers) may name: the subscriber and his five labels."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One line's five labels, the grade by this month's rules alone, and for how many months it waits."""

    subscriber_id: int
    grade: str
    band: str
    stage: str
    cluster: str
    category: str
    rule_grade: str
    pending_months: int


def label_text(playbook: Playbook, *, has_previous: bool) -> str:
    """The SQL of the labels, one row per line; views: `line`, `feature`, `threshold`; parameter: `$as_of`.

    With `has_previous` the view `previous` holds the labels of the month before: a line that the rules move between
    KEY and REGULAR keeps its grade until they have said so for the playbook's `hold_months`. The same text labels a
    whole month and a single row.
    """
    labels = f"""subscriber_id,
  {first_match(playbook.grades)} AS rule_grade,
  {band_sql(playbook.bands)} AS band,
  {first_match(playbook.stages)} AS stage,
  {first_match(playbook.clusters)} AS cluster,
  {first_match(playbook.categories)} AS category"""
    pipeline = Pipeline()
    graded_pieces(pipeline, words(labels))
    pipeline.add("ruled", f"SELECT {labels}\nFROM graded")
    others = "band, stage, cluster, category"
    if not has_previous:
        return pipeline.text(
            f"""SELECT subscriber_id, rule_grade AS grade, {others}, rule_grade, CAST(0 AS INTEGER) AS pending_months
FROM ruled"""
        )
    pipeline.add(
        "beside_held",
        f"""SELECT r.subscriber_id, r.rule_grade, {", ".join(f"r.{name}" for name in others.split(", "))},
          CASE WHEN r.rule_grade <> p.grade AND {_between("r.rule_grade")} AND {_between("p.grade")}
            AND p.pending_months + 1 < {playbook.hold_months} THEN p.grade END AS held_grade,
          p.pending_months
        FROM ruled r LEFT JOIN previous p ON p.subscriber_id = r.subscriber_id""",
    )
    return pipeline.text(
        f"""SELECT subscriber_id, COALESCE(held_grade, rule_grade) AS grade, {others}, rule_grade,
  CASE WHEN held_grade IS NULL THEN CAST(0 AS INTEGER) ELSE CAST(pending_months + 1 AS INTEGER) END AS pending_months
FROM beside_held"""
    )


def graded_pieces(pipeline: Pipeline, columns: Collection[str] = GRADE_COLUMNS) -> None:
    """Add `graded`: those of GRADE_COLUMNS that `columns` names.

    Needs the views `line`, `feature`, `threshold` and the parameter `$as_of`.
    """
    wanted = {*columns, *words(IS_KEY_REVENUE), "unit_code"}
    named = [name for name in SUBSCRIBER_COLUMNS if name in wanted]
    subscriber_pieces(pipeline, columns=named)
    pipeline.add(
        "beside_cut",
        f"""SELECT {", ".join(f"s.{name}" for name in named)}, t.key_revenue_fen, t.key_subscriber_id
        FROM subscriber s LEFT JOIN threshold t ON t.unit_code = COALESCE(s.unit_code, '')""",
    )
    pipeline.add("graded", f"SELECT {', '.join(named)}, {IS_KEY_REVENUE} AS is_key_revenue FROM beside_cut")


def _between(grade: str) -> str:
    return f"{grade} IN ('{Grade.KEY}', '{Grade.REGULAR}')"


def labelled_inputs(store: Store, month: Month) -> dict[str, Partition]:
    """The month's partitions for the views that `labelled_pieces` needs. Raises DataError where the month lacks one."""
    return {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "feature": store.require(FEATURE, month=month.number),
        "label": store.require(LABEL, month=month.number),
    }


def labelled_pieces(
    pipeline: Pipeline,
    columns: Collection[str] | None = None,
    beside: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Add the CTE `labelled` (LABELLED_COLUMNS); needs the view `label` and those of `subscriber_pieces`.

    Where `columns` are given it has those among them and its id, and nothing else; `beside` is that of
    `subscriber_pieces`.
    """
    labels = [name for name in DIMENSIONS if columns is None or name in columns]
    subscriber_pieces(pipeline, "labelled", columns, beside={"label": labels, **beside})


def build_label(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write the labels of every row of the month: subscribers, prospects and lapsed ones alike.

    Where the month before has no labels, the rules alone decide.
    """
    inputs = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "feature": store.require(FEATURE, month=month.number),
        "threshold": store.require(THRESHOLD, month=month.number),
    }
    previous = store.current(LABEL, month=month.plus(-1).number) if playbook.hold_months > 1 else None
    if previous is not None:
        inputs["previous"] = previous
    return store.write(
        LABEL,
        {"month": month.number},
        label_text(playbook, has_previous=previous is not None),
        inputs=inputs,
        parameters={"as_of": month.last},
        note={"playbook": playbook.fingerprint},
    )


def label_rows(
    store: Store,
    playbook: Playbook,
    month: Month,
    *,
    line: pa.Table,
    feature: pa.Table,
    threshold: pa.Table,
    previous: pa.Table | None = None,
) -> list[Labels]:
    """The labels of a few rows held in memory, as a desk asks for one customer; by the month's own text.

    `line`, `feature` and `threshold` have the columns of SUBSCRIBER_MONTH, FEATURE and THRESHOLD; `previous`, where
    given, those of LABEL: the labels of the month before.
    """
    scratch = store.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        given = {"line": line, "feature": feature, "threshold": threshold, "previous": previous}
        for view, rows in given.items():
            if rows is None:
                continue
            path = Path(name) / f"{view}.parquet"
            pq.write_table(rows, path)
            store.engine.scan(view, [path])
        text = label_text(playbook, has_previous=previous is not None)
        found = store.engine.arrow(text, {"as_of": month.last})
    return [Labels(**row) for row in sorted(found.to_pylist(), key=lambda row: int(row["subscriber_id"]))]
