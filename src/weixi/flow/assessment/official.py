"""官方值: the operator's own figure per KPI, node and month, and the list of subscribers behind it; only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.flow.assessment.entry import KPI_NAMES
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.tables import KPI, OFFICIAL, OFFICIAL_LINE
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import require_node, require_tree
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class OfficialValue:
    """One official value; `numerator` and `denominator` are None where only the rate was given."""

    kpi: str
    node_code: str
    rate: Fraction
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class OfficialEntry:
    """One official value as a version of the sheet says it, with who entered it when and why."""

    version: int
    value: OfficialValue
    actor: str
    happened_at: datetime
    reason: str


LISTED = Table(
    name="official_listed",
    grain="one subscriber of a supplied list under the operator's own key; transient",
    partition=("month",),
    key=("source_key",),
    columns=(
        Column("row_number", T.BIGINT, "number of the row, from 1", required=True, minimum=1),
        Column("source_key", T.VARCHAR, "the operator's key of the line", required=True),
        Column("in_numerator", T.BOOLEAN, "counted in the official numerator", required=True),
        Column("in_denominator", T.BOOLEAN, "counted in the official denominator", required=True),
    ),
)


def official_rate(text: str) -> Fraction:
    """The rate that a person typed: `97.5%`, `0.975` or `39/40`. Raises UsageError for anything else, or below 0."""
    bare = text.strip().replace(" ", "").replace("％", "%")
    try:
        found = Fraction(bare[:-1]) / 100 if bare.endswith("%") else Fraction(bare)
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if found < 0:
        raise UsageError(
            "official.rate",
            Text(f"“{text}”不是一个比率", f"“{text}” is no rate"),
            Text("写成 97.5%、0.975 或 39/40", "write 97.5%, 0.975 or 39/40"),
        )
    return found


def enter_official(
    store: Store,
    month: Month,
    values: Sequence[OfficialValue],
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Partition | None:
    """Enter official values of the month as a new version; None where every one is what the last version says.

    Raises UsageError for an unknown KPI or node or the same value twice, DataError where the month has no tree.
    """
    tree = require_tree(store, month)
    seen = set()
    for value in values:
        if value.kpi not in KPI_NAMES:
            raise UsageError(
                "official.kpi",
                Text(f"没有指标“{value.kpi}”", f"there is no KPI “{value.kpi}”"),
                Text(f"可选：{'、'.join(KPI_NAMES)}", f"choose one of: {', '.join(KPI_NAMES)}"),
            )
        require_node(store, tree, value.node_code)
        if (value.kpi, value.node_code) in seen:
            raise UsageError(
                "official.twice",
                Text(
                    f"{value.kpi} {value.node_code} 给了两次", f"{value.kpi} {value.node_code} is given twice"
                ),
                Text("每个指标每个节点一行", "one row for each KPI and node"),
            )
        seen.add((value.kpi, value.node_code))
    known = official_values(store, month)
    if all((e := known.get((v.kpi, v.node_code))) is not None and e.value == v for v in values):
        return None
    version = 1 + sum(p.key["month"] == month.number for p in store.partitions(OFFICIAL))
    rows = [
        {
            "kpi": value.kpi,
            "node_code": value.node_code,
            "value": str(value.rate),
            "numerator": value.numerator,
            "denominator": value.denominator,
            "actor": actor,
            "happened_at": now.astimezone(UTC).replace(tzinfo=None),
            "reason": reason,
        }
        for value in values
    ]
    return store.put(
        OFFICIAL,
        {"month": month.number, "version": version},
        pa.Table.from_pylist(rows).to_batches(),
        origin=repr(rows),
        seal=True,
        frozen=True,
    )


def official_history(store: Store, month: Month) -> list[OfficialEntry]:
    """Every official value entered for the month, oldest version first."""
    found = []
    sheets = [p for p in store.partitions(OFFICIAL) if p.key["month"] == month.number]
    names = ", ".join(OFFICIAL.types)
    for sheet in sorted(sheets, key=lambda p: int(p.key["version"])):
        for row in store.rows(f"SELECT {names} FROM sheet ORDER BY kpi, node_code", inputs={"sheet": sheet}):
            value = OfficialValue(
                row["kpi"], row["node_code"], Fraction(row["value"]), row["numerator"], row["denominator"]
            )
            found.append(
                OfficialEntry(
                    int(sheet.key["version"]), value, row["actor"], row["happened_at"], row["reason"]
                )
            )
    return found


def official_values(store: Store, month: Month) -> Mapping[tuple[str, str], OfficialEntry]:
    """(KPI, node) → the newest official value of the month."""
    return {(e.value.kpi, e.value.node_code): e for e in official_history(store, month)}


def enter_official_list(store: Store, month: Month, kpi: str, listed: pa.Table) -> Partition:
    """Keep the list behind the official figure of one KPI under our surrogate keys; the operator's keys are not kept.

    `listed` has the columns of LISTED. The same list again is the same revision. Raises UsageError for an unknown KPI
    or an empty list, DataError for a key that stands twice or a month that was never assessed.
    """
    require_assessed(store, KPI, month)
    if kpi not in KPI_NAMES or not listed.num_rows:
        raise UsageError(
            "official.list",
            Text("官方清单为空，或指标名不对", "the official list is empty, or its KPI is unknown"),
            Text(f"指标：{'、'.join(KPI_NAMES)}", f"KPIs: {', '.join(KPI_NAMES)}"),
        )
    identity = store.partitions(IDENTITY)
    if not identity:
        raise DataError(
            "official.no_identity",
            Text(
                "身份表是空的，无法匹配官方清单", "there is no identity table to match the official list with"
            ),
            Text("先用 weixi import 导入用户", "import the subscribers with weixi import first"),
        )
    rows = listed.to_batches()
    origin = fingerprint(*(str(column.to_pylist()) for column in listed.columns))
    root = store.home / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="official-", dir=root) as folder:
        scratch = Store(Path(folder), store.engine)
        given = scratch.put(LISTED, {"month": month.number}, rows, origin=origin)
        return store.write(
            OFFICIAL_LINE,
            {"month": month.number, "kpi": kpi},
            """SELECT g.row_number, k.subscriber_id, g.in_numerator, g.in_denominator FROM given AS g
LEFT JOIN (
  SELECT source_key, min(subscriber_id) AS subscriber_id FROM identity
  WHERE source_key IS NOT NULL GROUP BY source_key
) AS k ON k.source_key = g.source_key""",
            inputs={"given": given, "identity": identity},
            seal=True,
        )


def official_list(store: Store, month: Month, kpi: str) -> Partition | None:
    """The newest list of the KPI, or None."""
    return store.current(OFFICIAL_LINE, month=month.number, kpi=kpi)
