"""Typing a month's staged rows and naming the refused ones; all of it in a scratch store."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.dialect.types import ColumnType
from weixi.engine import Column, Partition, Store, Table
from weixi.flow.extract.conversion import STRUCTURAL, Conversion, converted_table
from weixi.flow.extract.feeds import Feed
from weixi.flow.extract.staging import Staged
from weixi.flow.extract.tables import Reason
from weixi.flow.extract.text_batch import FAULT, FILE, LINE, TEXT
from weixi.flow.extract.value import quoted
from weixi.kernel.period import Month

REFUSED = Table(
    name="refused",
    grain="one record of one feed and month that is refused, with the first rule it breaks",
    partition=("month", "feed"),
    key=(FILE, LINE),
    columns=(
        Column(FILE, ColumnType.INTEGER, "number of the file", required=True),
        Column(LINE, ColumnType.BIGINT, "physical line", required=True),
        Column("reason", ColumnType.VARCHAR, "the rule", required=True, values=Reason),
        Column("column_name", ColumnType.VARCHAR, "the operator's column"),
        Column("value", ColumnType.VARCHAR, "its value"),
        Column(TEXT, ColumnType.VARCHAR, "the record's text where the file was not split"),
    ),
)


@dataclass(frozen=True)
class Converted:
    """One feed's rows of one month: `rows` (converted_table, good and bad) and what the rules stand for."""

    staged: Staged
    month: Month
    rows: Partition
    conversion: Conversion

    @property
    def feed(self) -> Feed:
        """The feed."""
        return self.staged.batch.mapping.feed

    @property
    def input(self) -> int:
        """How many records were read for this month."""
        return self.rows.manifest.rows


@dataclass(frozen=True)
class Listed:
    """One feed's rows of one month, the refused ones named."""

    converted: Converted
    refused: Partition
    duplicates: int
    late: int

    @property
    def accepted(self) -> int:
        """How many records go on."""
        return self.converted.input - self.refused.manifest.rows

    @property
    def inputs(self) -> dict[str, Partition]:
        """The views that `listed_text` reads."""
        return {"converted": self.converted.rows, **({"refused": self.refused} if self.late else {})}

    def listed_text(self, within: str = "") -> str:
        """The SQL of the accepted rows: `row_file`, `row_line` and the feed's columns; views: `inputs`.

        `within` is a condition on `row_file` and `row_line` that leaves some of them.
        """
        filled = self.converted.conversion.columns
        columns = [FILE, LINE, *(name for name in self.converted.feed.types if name in filled)]
        names = ", ".join(
            f"c.{name}" if name in columns else f"CAST(NULL AS {kind}) AS {name}"
            for name, kind in ({FILE: "", LINE: ""} | dict(self.converted.feed.types)).items()
        )
        late = f"LEFT JOIN refused r ON r.{FILE} = c.{FILE} AND r.{LINE} = c.{LINE}" if self.late else ""
        also = f"AND r.{FILE} IS NULL" if self.late else ""
        chosen = (
            f"(SELECT {', '.join(columns)}, rule FROM converted WHERE {within})" if within else "converted"
        )
        return f"SELECT {names} FROM {chosen} c {late} WHERE c.rule IS NULL {also}"


def convert(scratch: Store, staged: Staged, month: Month) -> Converted:
    """The typed rows of one of the batch's months. Raises DataError where a file holds other than its manifest says."""
    conversion = staged.converter.conversion(month, None if staged.homes is None else staged.homes[month])
    parameters: dict[str, int] = {}
    if "$month_index" in conversion.text:
        parameters["month_index"] = month.index
    if staged.converter.tells_month:
        parameters["month"] = month.number
    rows = scratch.write(
        converted_table(staged.batch.mapping.feed, conversion.columns),
        {"month": month.number},
        conversion.text,
        inputs={"raw": staged.raw},
        parameters=parameters,
    )
    staged.check()
    return Converted(staged, month, rows, conversion)


def judge(scratch: Store, converted: Converted, known: Sequence[Partition] | None = None) -> Listed:
    """The rows with the refused ones named: those that break a rule, then duplicates of a key (the first line stays).

    `known` are partitions with a column `source_key`: rows whose `subscriber_key` is in none of them are refused too.
    """
    key: dict[str, int | str] = {"month": converted.month.number, "feed": converted.feed.name.value}
    inputs: dict[str, Partition | Sequence[Partition]] = {"converted": converted.rows}
    texts = [_broken_text(converted.conversion)]
    duplicates = _duplicates(scratch, converted)
    if duplicates:
        texts.append(_duplicate_text(converted.feed.key))
    if known is not None:
        texts.append(_stranger_text(is_any_known=bool(known)))
        if known:
            inputs["known"] = known
    refused = scratch.write(REFUSED, key, "\nUNION ALL\n".join(texts), inputs=inputs)
    late = duplicates
    if known is not None:
        found = scratch.rows(
            f"SELECT CAST(count(*) AS BIGINT) AS row_count FROM refused WHERE reason = '{Reason.UNKNOWN_SUBSCRIBER}'",
            inputs={"refused": refused},
        )
        late += int(found[0]["row_count"])
    return Listed(converted, refused, duplicates, late)


def _broken_text(conversion: Conversion) -> str:
    """The rows that break a rule of the conversion."""
    reasons = " ".join(
        f"WHEN {number} THEN '{rule.reason}'" for number, rule in enumerate(conversion.rules, 1)
    )
    labels = " ".join(
        f"WHEN {number} THEN {quoted(rule.label)}" for number, rule in enumerate(conversion.rules, 1)
    )
    return (
        f"SELECT {FILE}, {LINE}, CASE rule WHEN {STRUCTURAL} THEN {FAULT} {reasons} END AS reason, "
        f"CASE rule {labels} END AS column_name, value, {TEXT} FROM converted WHERE rule IS NOT NULL"
        if conversion.rules
        else f"SELECT {FILE}, {LINE}, {FAULT} AS reason, CAST(NULL AS VARCHAR) AS column_name, value, {TEXT} "
        "FROM converted WHERE rule IS NOT NULL"
    )


def _duplicates(scratch: Store, converted: Converted) -> int:
    """How many good rows come after the first of their key."""
    if not converted.feed.is_unique:
        return 0
    key = converted.feed.key
    found = scratch.rows(
        f"SELECT CAST(count(*) AS BIGINT) AS row_count, CAST(count(DISTINCT {key}) AS BIGINT) AS key_count "
        "FROM converted WHERE rule IS NULL",
        inputs={"converted": converted.rows},
    )[0]
    return int(found["row_count"]) - int(found["key_count"])


def _duplicate_text(key: str) -> str:
    """The good rows after the first of their key, by file and line."""
    return f"""SELECT d.{FILE}, d.{LINE}, '{Reason.DUPLICATE}' AS reason, CAST(NULL AS VARCHAR) AS column_name,
  d.{key} AS value, CAST(NULL AS VARCHAR) AS {TEXT}
FROM (
  SELECT {FILE}, {LINE}, {key}, row_number() OVER (PARTITION BY {key} ORDER BY {FILE}, {LINE}) AS place
  FROM converted SEMI JOIN (
    SELECT g.{key} AS twice FROM converted g WHERE g.rule IS NULL GROUP BY g.{key} HAVING count(*) > 1
  ) t ON t.twice = converted.{key}
  WHERE rule IS NULL
) d WHERE d.place > 1"""


def _stranger_text(*, is_any_known: bool) -> str:
    """The good rows of lines that the book has never seen."""
    join = (
        """LEFT JOIN (
  SELECT source_key FROM known WHERE source_key IS NOT NULL GROUP BY source_key
) k ON k.source_key = c.subscriber_key
WHERE c.rule IS NULL AND k.source_key IS NULL"""
        if is_any_known
        else "WHERE c.rule IS NULL"
    )
    return f"""SELECT c.{FILE}, c.{LINE}, '{Reason.UNKNOWN_SUBSCRIBER}' AS reason,
  CAST(NULL AS VARCHAR) AS column_name, c.subscriber_key AS value, CAST(NULL AS VARCHAR) AS {TEXT}
FROM converted c {join}"""
