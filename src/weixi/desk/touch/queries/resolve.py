"""Which customers the numbers of a list are: by the number they have now, or by the operator's own key of the line."""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from weixi.desk.base.book import latest_month, store
from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH, in_service_sql
from weixi.flow.cohort import ASSIGNMENT

SAID = Table(
    name="said_key",
    grain="one number or key that somebody wrote",
    partition=("month",),
    key=("said",),
    columns=(Column("said", T.VARCHAR, "the number or key", required=True),),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The customer of one number; 0: none, `is_ambiguous` where more than one has it."""

    subscriber_id: int
    is_ambiguous: bool = False


def resolve_keys(keys: Collection[str]) -> Mapping[str, Found]:
    """Each of those numbers and keys that the book knows. Two statements, whatever the length of the list.

    A number that was given out again belongs to the line that is in service; where that leaves two, to none.
    """
    known, month = store().partitions(IDENTITY), latest_month(ASSIGNMENT)
    asked = {key for key in keys if key}
    if not asked or not known or month is None:
        return {}
    pieces = Pipeline()
    pieces.add(
        "candidate",
        """SELECT i.subscriber_id FROM identity AS i JOIN said AS s ON s.said = i.msisdn
        UNION ALL SELECT i.subscriber_id FROM identity AS i JOIN said AS s ON s.said = i.source_key""",
    )
    pieces.add("one", "SELECT subscriber_id FROM candidate GROUP BY subscriber_id")
    pieces.add(
        "dated",
        """SELECT i.subscriber_id, i.month, i.msisdn, i.source_key FROM identity AS i
        JOIN one AS o ON o.subscriber_id = i.subscriber_id""",
    )
    pieces.add("newest", "SELECT subscriber_id, MAX(month) AS month FROM dated GROUP BY subscriber_id")
    pieces.add(
        "now",
        """SELECT d.subscriber_id, d.msisdn, d.source_key FROM dated AS d
        JOIN newest AS n ON n.subscriber_id = d.subscriber_id AND n.month = d.month""",
    )
    text = pieces.text(
        f"""SELECT n.subscriber_id, n.msisdn, n.source_key,
            COALESCE({in_service_sql("l.service_status")}, FALSE) AS is_in_service
        FROM now AS n JOIN line AS l ON l.subscriber_id = n.subscriber_id"""
    )
    with _said(asked, month.number) as said:
        rows = store().rows(
            text,
            inputs={
                "identity": known,
                "said": said,
                "line": store().require(SUBSCRIBER_MONTH, month=month.number),
            },
        )
    holders: dict[str, list[tuple[bool, int]]] = {}
    for row in rows:
        for key in {row["msisdn"], row["source_key"]} & asked:
            holders.setdefault(key, []).append((bool(row["is_in_service"]), int(row["subscriber_id"])))
    return {key: _one(lines) for key, lines in holders.items()}


def _one(lines: list[tuple[bool, int]]) -> Found:
    serving = [line for is_serving, line in lines if is_serving] or [line for _, line in lines]
    return Found(serving[0]) if len(set(serving)) == 1 else Found(0, is_ambiguous=True)


@contextmanager
def _said(keys: Collection[str], month: int) -> Iterator[Partition]:
    root = store().home / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    table = pa.table({"said": pa.array(sorted(keys), pa.string())}, arrow_schema(SAID))
    with tempfile.TemporaryDirectory(prefix="said-", dir=root) as folder:
        scratch = Store(Path(folder), store().engine, transient=True)
        yield scratch.put(SAID, {"month": month}, table.to_batches(), origin="said")
