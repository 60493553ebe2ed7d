"""The SQL that turns an operator's text into a feed's typed rows, each with the first rule it breaks.

Views: `raw`, the staged text (`row_file`, `row_line`, `row_fault`, `row_text`, `c0` …). Parameters: `$month`
(YYYYMM) where rows tell their month, `$month_index` where months are counted from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.dialect.expression import Compiled
from weixi.dialect.types import ColumnType
from weixi.engine import Column, Table
from weixi.flow.extract.feeds import Feed
from weixi.flow.extract.mapping import ColumnSource, FeedMapping, OperatorMapping
from weixi.flow.extract.tables import Reason
from weixi.flow.extract.text_batch import FAULT, FILE, LINE, TEXT
from weixi.flow.extract.value import (
    constant_text,
    counted_text,
    doubtful_year,
    month_text,
    odd_year_text,
    quoted,
    value_text,
)
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

STRUCTURAL = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the conversion: why a row breaks it, and the operator's column."""

    reason: Reason
    label: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """The SQL of one feed's rows for one month; `rules[n]` is what the column `rule` = n + 1 stands for.

    `columns` are the feed's columns that are mapped; the others are null and not among the rows.
    """

    text: str
    rules: tuple[Rule, ...]
    columns: frozenset[str]


def converted_table(feed: Feed, columns: frozenset[str]) -> Table:
    """The transient table of a feed's typed rows: `rule` is null for a row that is good so far."""
    return Table(
        name=f"converted_{feed.name}",
        grain="one record of the extract with its typed values and the first rule it breaks",
        partition=("month",),
        key=(FILE, LINE),
        columns=(
            Column(FILE, ColumnType.INTEGER, "number of the file", required=True),
            Column(LINE, ColumnType.BIGINT, "physical line", required=True),
            Column(FAULT, ColumnType.VARCHAR, "fault found when the file was split into records"),
            Column(TEXT, ColumnType.VARCHAR, "text of such a record"),
            Column("rule", ColumnType.INTEGER, "number of the first rule broken; 0 a fault of the record"),
            Column("value", ColumnType.VARCHAR, "value that broke it"),
            *(
                Column(column.name, column.type, column.meaning)
                for column in feed.columns
                if column.name in columns
            ),
        ),
    )


class Converter:
    """Builds the SQL of one feed from its mapping, staged columns, the files' fingerprints and decimal mark."""

    def __init__(
        self,
        mapping: OperatorMapping,
        feed: FeedMapping,
        staged: Sequence[str],
        compiled: Mapping[str, Compiled],
        digests: Sequence[str],
        decimal: str = ".",
    ) -> None:
        self._mapping = mapping
        self._feed = feed
        self._staged = {name: f"c{index}" for index, name in enumerate(staged)}
        self._compiled = compiled
        self._digests = digests
        self._decimal = decimal
        self._inputs: dict[tuple[str, tuple[str, ...]], str] = {}
        self._works: dict[str, str] = {}

    def staged(self, name: str) -> str:
        """The column of the staged text that holds one of the operator's. Raises KeyError where none does."""
        return self._staged[name]

    @property
    def tells_month(self) -> bool:
        """Whether the rows themselves tell their month."""
        month = self._feed.month
        return month.column is not None or (self._moment() is not None and not month.is_free)

    def months_text(self) -> str:
        """The SQL of the months that each file's rows tell (`row_file`, `row_month`), each once, in order."""
        month = self._row_month()
        pipeline = Pipeline()
        self._source_pieces(pipeline)
        pipeline.add("told", f"SELECT {FILE}, {month} AS row_month FROM worked")
        return pipeline.text(
            f"SELECT {FILE}, row_month FROM told WHERE row_month IS NOT NULL "
            f"GROUP BY {FILE}, row_month ORDER BY {FILE}, row_month"
        )

    def conversion(self, month: Month, home_files: Sequence[int] | None) -> Conversion:
        """The SQL of the rows of `month`.

        `home_files`: the staged rows are chosen by the month they tell, and those of these files that tell none
        belong to it; None: all rows are of this month.
        """
        feed = self._feed.feed
        sources = self._feed.columns_in(month)
        texts: dict[str, str] = {}
        rules: list[Rule] = []
        tests: list[str] = []
        values: list[str] = []

        def rule(test: str, reason: Reason, label: str, value: str) -> None:
            rules.append(Rule(reason, label))
            tests.append(f"WHEN {test} THEN {len(rules)}")
            values.append(f"WHEN {len(rules)} THEN {value}")

        row_month = self._row_month() if self.tells_month else None
        if self._feed.month.column is not None:
            told = self._input(self._feed.month.column)
            rule("row_month IS NULL OR row_month <> $month", Reason.MONTH, self._feed.month.column, told)
        for column in feed.columns:
            source = sources.get(column.name)
            if column.name == feed.key and self._feed.key is not None:
                texts[column.name] = self._key()
                label, value = ", ".join(self._feed.key) or column.name, "CAST(NULL AS VARCHAR)"
            elif source is None:
                continue
            else:
                texts[column.name], given, reason = self._column(source)
                label, value = source.label, given or f"CAST({column.name} AS VARCHAR)"
                if given and texts[column.name] != given:
                    if column.type is ColumnType.TIMESTAMP:
                        early = f"{given} IS NOT NULL AND {column.name} IS NULL AND {odd_year_text(given)}"
                        rule(early, Reason.YEAR, label, given)
                    rule(f"{given} IS NOT NULL AND {column.name} IS NULL", reason, label, given)
            if column.required:
                rule(f"{column.name} IS NULL", Reason.REQUIRED, label, value)
            if column.minimum is not None:
                rule(f"{column.name} < {column.minimum}", Reason.MINIMUM, label, value)
            if column.maximum is not None:
                rule(f"{column.name} > {column.maximum}", Reason.MAXIMUM, label, value)
            if source is not None and (doubtful := doubtful_year(source)):
                rule(doubtful, Reason.YEAR, label, value)
        moment = self._moment()
        if self._feed.month.column is None and moment is not None and not self._feed.month.is_free:
            rule("row_month <> $month", Reason.MONTH, moment.label, "CAST(happened_at AS VARCHAR)")
        text = self._text(texts, tests, values, row_month, home_files)
        return Conversion(text, tuple(rules), frozenset(texts))

    def _text(
        self,
        texts: Mapping[str, str],
        tests: Sequence[str],
        values: Sequence[str],
        row_month: str | None,
        home_files: Sequence[int] | None,
    ) -> str:
        names = ", ".join(texts)
        pipeline = Pipeline()
        carried = ", ".join((FILE, LINE, FAULT, TEXT, *self._inputs.values(), *self._works.values()))
        self._source_pieces(pipeline)
        told = f", {row_month} AS row_month" if row_month is not None else ""
        typed = ",\n  ".join(f"{text} AS {name}" for name, text in texts.items())
        pipeline.add("typed", f"SELECT {carried}{told},\n  {typed}\nFROM worked")
        chosen = ""
        if home_files is not None:
            here = f"{FILE} IN ({', '.join(map(str, home_files))})" if home_files else "FALSE"
            chosen = f"WHERE row_month = $month OR (row_month IS NULL AND {here})"
        broken = f"CASE WHEN {FAULT} IS NOT NULL THEN {STRUCTURAL} {' '.join(tests)} END"
        pipeline.add(
            "judged", f"SELECT {carried}, {names},\n  CAST({broken} AS INTEGER) AS rule\nFROM typed {chosen}"
        )
        # Nearly no row breaks a rule: the others are spared a comparison with each.
        broken_by = f"CASE rule {' '.join(values)} END"
        shown = f"CASE WHEN rule IS NOT NULL THEN {broken_by} END" if values else "CAST(NULL AS VARCHAR)"
        return pipeline.text(
            f"SELECT {FILE}, {LINE}, {FAULT}, {TEXT}, rule, {shown} AS value, {names} FROM judged"
        )

    def _source_pieces(self, pipeline: Pipeline) -> None:
        """`cleaned`: the staged text with empty values as NULL; `worked`: the expressions over it."""
        own = [FILE, LINE, FAULT, TEXT]
        inputs = list(self._inputs.values())
        cleaned = [f"{self._null(name, nulls)} AS {alias}" for (name, nulls), alias in self._inputs.items()]
        inside = sorted({name for text in self._works for name in self._compiled[text].columns})
        cleaned += [f'{self._null(name, self._mapping.nulls)} AS "{name}"' for name in inside]
        pipeline.add("cleaned", f"SELECT {', '.join([*own, *cleaned])}\nFROM raw")
        worked = [f"{self._compiled[text].sql} AS {alias}" for text, alias in self._works.items()]
        pipeline.add("worked", f"SELECT {', '.join([*own, *inputs, *worked])}\nFROM cleaned")

    def _null(self, name: str, nulls: tuple[str, ...]) -> str:
        staged = self._staged[name]
        listed = ", ".join(quoted(word) for word in nulls)
        return f"CASE WHEN {staged} IN ({listed}) THEN NULL ELSE {staged} END"

    def _input(self, name: str, nulls: tuple[str, ...] | None = None) -> str:
        """The cleaned text of one of the operator's columns."""
        key = (name, self._mapping.nulls if nulls is None else nulls)
        return self._inputs.setdefault(key, f"in_{len(self._inputs)}")

    def _column(self, source: ColumnSource) -> tuple[str, str, Reason]:
        """The SQL of a column, the text it is read from ('' without one), and the reason that an unfit text gives."""
        if source.value is not None:
            return constant_text(source.value, source.target), "", Reason.CODE
        if source.column is not None:
            x = self._input(source.column, source.nulls)
            read = value_text(source, x, self._decimal)
            return read.sql, x, read.reason
        text = str(source.expression)
        compiled, alias = self._compiled[text], self._works.setdefault(text, f"work_{len(self._works)}")
        if compiled.type is ColumnType.VARCHAR:
            read = value_text(source, alias, self._decimal)
            return read.sql, alias, read.reason
        wanted = source.target.type
        if source.counted is not None and compiled.type in (ColumnType.INTEGER, ColumnType.BIGINT):
            return counted_text(source.counted, alias), f"CAST({alias} AS VARCHAR)", Reason.NUMBER
        if compiled.type is wanted or {compiled.type, wanted} <= {ColumnType.INTEGER, ColumnType.BIGINT}:
            return f"CAST({alias} AS {wanted})", "", Reason.NUMBER
        raise DataError(
            "mapping.type",
            Text(
                f"{source.target.name} 应为 {wanted}，表达式给出 {compiled.type}",
                f"{source.target.name} is {wanted} and the expression gives {compiled.type}",
            ),
            Text("改写表达式", "change the expression"),
            where=source.where,
        )

    def _key(self) -> str:
        """The operator's key as one text: several columns each with its length, so that no two keys collide."""
        names = self._feed.key or ()
        if not names:
            cases = " ".join(
                f"WHEN {index} THEN {quoted(digest)}" for index, digest in enumerate(self._digests)
            )
            return f"concat(CASE {FILE} {cases} END, ':', CAST({LINE} AS VARCHAR))"
        parts = [self._input(name) for name in names]
        if len(parts) == 1:
            return parts[0]
        whole = " AND ".join(f"{part} IS NOT NULL" for part in parts)
        joined = ", ".join(f"CAST(length({part}) AS VARCHAR), ':', {part}" for part in parts)
        return f"CASE WHEN {whole} THEN concat({joined}) END"

    def _moment(self) -> ColumnSource | None:
        """The moment of an event: it tells the month where no column does."""
        found = self._feed.columns.get("happened_at")
        return found if found is not None and found.target.type is ColumnType.TIMESTAMP else None

    def _row_month(self) -> str:
        if self._feed.month.column is not None:
            return month_text(self._input(self._feed.month.column), self._feed.month.format)
        source = self._moment()
        if source is None:
            return "CAST(NULL AS INTEGER)"
        day = f"CAST(({self._column(source)[0]}) + INTERVAL 8 HOUR AS DATE)"
        return f"CAST(year({day}) * 100 + month({day}) AS INTEGER)"
