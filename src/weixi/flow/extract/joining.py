"""Joining the sheets of one feed: one row for each record of its own files, every other record accounted for.

A joined record that found its row is part of it. One that did not (no such key, a key seen before, no key at all) is a
record in its own right and is refused: input = accepted + quarantined stays true, line by line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType
from weixi.engine import Column, Partition, Store, Table
from weixi.flow.extract.mapping import FeedMapping, Join
from weixi.flow.extract.opening import ExtractFile
from weixi.flow.extract.tables import Reason
from weixi.flow.extract.text_batch import FAULT, FILE, LINE, TEXT
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

_OWN = (FILE, LINE, FAULT, TEXT)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The files of one part of a feed, with the numbers that their rows carry, and their columns.

    `part` is 0 for the feed's own files, else the number of the join.
    """

    part: int
    files: tuple[tuple[int, ExtractFile], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinCount:
    """What became of one joined sheet: records = joined + refused.

    `lacking` records of the feed's own files found no record in it; their columns from it are empty.
    """

    files: str
    records: int
    joined: int
    duplicates: int
    unmatched: int
    refused: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The joined text, and what became of each sheet."""

    raw: Partition
    counts: tuple[JoinCount, ...]


def raw_table(width: int) -> Table:
    """The staged text with that many of the operator's columns."""
    return Table(
        name="raw",
        grain="one record of an extract as text",
        partition=("feed", "batch"),
        key=(FILE, LINE),
        columns=(
            Column(FILE, ColumnType.INTEGER, "number of the file", required=True),
            Column(LINE, ColumnType.BIGINT, "physical line", required=True),
            Column(FAULT, ColumnType.VARCHAR, "why it could not be split"),
            Column(TEXT, ColumnType.VARCHAR, "its text, where it could not be split"),
            *(
                Column(f"c{index}", ColumnType.VARCHAR, "one of the operator's columns")
                for index in range(width)
            ),
        ),
    )


def sheets_of(
    mapping: FeedMapping, files: Sequence[ExtractFile], headers: Sequence[Sequence[str]]
) -> list[Sheet]:
    """The files by part, the feed's own first.

    Raises DataError where a part has no file, or its files have different columns.
    """
    found = []
    for part, (pattern, style) in enumerate(mapping.parts):
        numbers = [number for number, file in enumerate(files) if file.part == part]
        if not numbers:
            raise DataError(
                "extract.join_missing",
                Text(
                    f"缺少要连接的文件 {pattern} {style.sheet or ''}".rstrip(),
                    f"a file to join is not there: {pattern} {style.sheet or ''}".rstrip(),
                ),
                Text("把同一批的文件一起给出", "give the files of one delivery together"),
                where=mapping.joins[part - 1].where if part else mapping.where,
            )
        columns = headers[numbers[0]]
        if any(set(headers[number]) != set(columns) for number in numbers):
            raise DataError(
                "extract.headers",
                Text("同一类文件的列不一致", "files of one feed have different columns"),
                Text("按同一列名重新导出", "export them with the same columns"),
                where=", ".join(files[number].name for number in numbers),
            )
        found.append(Sheet(part, tuple((number, files[number]) for number in numbers), tuple(columns)))
    return found


def columns_of(sheets: Sequence[Sheet]) -> list[str]:
    """The columns of all sheets, each once."""
    return list(dict.fromkeys(name for sheet in sheets for name in sheet.columns))


def join_sheets(
    scratch: Store,
    mapping: FeedMapping,
    sheets: Sequence[Sheet],
    names: Sequence[str],
    put: Callable[[Sheet, Sequence[str]], Partition],
    digest: str,
) -> Joined:
    """The text of `names`, from whichever sheet has each first. `put` stages columns of one sheet."""
    owner = {name: sheet.part for sheet in reversed(sheets) for name in sheet.columns}
    keys = [tuple(name for join in mapping.joins for name in join.base_key)]
    keys += [join.key for join in mapping.joins]
    inputs: dict[str, Partition] = {}
    staged: list[list[str]] = []
    for sheet, key in zip(sheets, keys, strict=True):
        _lacks(mapping, sheet, key)
        wanted = list(dict.fromkeys((*(name for name in names if owner[name] == sheet.part), *key)))
        staged.append(wanted)
        inputs[f"sheet_{sheet.part}"] = put(sheet, wanted)
    place = {"feed": f"{mapping.feed.name.value}_joined", "batch": digest}
    raw = scratch.write(
        raw_table(len(names)), place, _joined_text(mapping.joins, staged, names, owner), inputs=inputs
    )
    counts = []
    for sheet, join in zip(sheets[1:], mapping.joins, strict=True):
        text = _count_text(join, sheet.part, staged)
        found = scratch.rows(text, inputs={**inputs, "raw": raw})[0]
        counts.append(
            JoinCount(
                files=", ".join(file.name for _, file in sheet.files), **{k: int(v) for k, v in found.items()}
            )
        )
    return Joined(raw, tuple(counts))


def _lacks(mapping: FeedMapping, sheet: Sheet, key: Sequence[str]) -> None:
    lacking = [name for name in key if name not in sheet.columns]
    if lacking:
        raise DataError(
            "mapping.column",
            Text(f"文件没有列“{lacking[0]}”", f"the file has no column “{lacking[0]}”"),
            Text(f"文件的列：{', '.join(sheet.columns)}", f"its columns: {', '.join(sheet.columns)}"),
            where=mapping.joins[max(sheet.part - 1, 0)].where,
        )


def _equal(join: Join, part: int, staged: Sequence[Sequence[str]], base: str, other: str) -> str:
    pairs = zip(join.base_key, join.key, strict=True)
    return " AND ".join(
        f"{base}.c{staged[0].index(left)} = {other}.c{staged[part].index(right)}" for left, right in pairs
    )


def _pieces(pipeline: Pipeline, join: Join, part: int, staged: Sequence[Sequence[str]]) -> None:
    """`placed_n`: the sheet's sound records, each with its place among those of its key; `own_n`: the base's keys."""
    columns = [f"c{staged[part].index(name)}" for name in join.key]
    filled = " AND ".join(f"{column} <> ''" for column in columns)
    every = ", ".join((*_OWN, *(f"c{index}" for index in range(len(staged[part])))))
    pipeline.add(
        f"placed_{part}",
        f"SELECT {every}, row_number() OVER (PARTITION BY {', '.join(columns)} ORDER BY {FILE}, {LINE}) AS place "
        f"FROM sheet_{part} WHERE {FAULT} IS NULL AND {filled}",
    )
    base = ", ".join(f"c{staged[0].index(name)}" for name in join.base_key)
    pipeline.add(f"own_{part}", f"SELECT {base} FROM sheet_0 WHERE {FAULT} IS NULL GROUP BY {base}")


def _joined_text(
    joins: Sequence[Join], staged: Sequence[Sequence[str]], names: Sequence[str], owner: dict[str, int]
) -> str:
    """The SQL of the joined text; views: `sheet_0`, `sheet_1` and so on."""
    pipeline = Pipeline()
    aliases = ["b", *(f"j{part}" for part in range(1, len(joins) + 1))]
    columns = [
        f"{aliases[owner[name]]}.c{staged[owner[name]].index(name)} AS c{index}"
        for index, name in enumerate(names)
    ]
    beside, refused = [], []
    empty = ", ".join(f"CAST(NULL AS VARCHAR) AS c{index}" for index in range(len(names)))
    for part, join in enumerate(joins, 1):
        _pieces(pipeline, join, part, staged)
        beside.append(
            f"LEFT JOIN placed_{part} j{part} ON j{part}.place = 1 AND {_equal(join, part, staged, 'b', f'j{part}')}"
        )
        first = f"c{staged[0].index(join.base_key[0])}"
        refused.append(
            f"SELECT p.{FILE}, p.{LINE}, CASE WHEN o.{first} IS NULL THEN '{Reason.UNMATCHED}' "
            f"ELSE '{Reason.DUPLICATE}' END AS {FAULT}, p.{TEXT}, {empty}\n"
            f"FROM placed_{part} p LEFT JOIN own_{part} o ON {_equal(join, part, staged, 'o', 'p')}\n"
            f"WHERE p.place > 1 OR o.{first} IS NULL"
        )
        filled = " AND ".join(f"c{staged[part].index(name)} <> ''" for name in join.key)
        refused.append(
            f"SELECT {FILE}, {LINE}, COALESCE({FAULT}, '{Reason.REQUIRED}') AS {FAULT}, {TEXT}, {empty}\n"
            f"FROM sheet_{part} WHERE {FAULT} IS NOT NULL OR NOT COALESCE({filled}, FALSE)"
        )
    own = ", ".join(f"b.{name}" for name in _OWN)
    listed = ", ".join((own, *columns))
    return pipeline.text(
        "\nUNION ALL\n".join([f"SELECT {listed}\nFROM sheet_0 b\n" + "\n".join(beside), *refused])
    )


def _count_text(join: Join, part: int, staged: Sequence[Sequence[str]]) -> str:
    """The SQL of the figures of one sheet; views: `sheet_0`, that sheet, and `raw`, the joined text."""
    pipeline = Pipeline()
    _pieces(pipeline, join, part, staged)
    pipeline.add(
        "refused",
        f"""SELECT CAST(count(*) AS BIGINT) AS refused,
  CAST(count(*) FILTER (WHERE r.{FAULT} = '{Reason.DUPLICATE}') AS BIGINT) AS duplicates,
  CAST(count(*) FILTER (WHERE r.{FAULT} = '{Reason.UNMATCHED}') AS BIGINT) AS unmatched
FROM raw r JOIN sheet_{part} s ON s.{FILE} = r.{FILE} AND s.{LINE} = r.{LINE}""",
    )
    first = f"c{staged[part].index(join.key[0])}"
    pipeline.add(
        "lacking",
        f"""SELECT CAST(count(*) AS BIGINT) AS lacking
FROM sheet_0 b LEFT JOIN placed_{part} p ON p.place = 1 AND {_equal(join, part, staged, "b", "p")}
WHERE b.{FAULT} IS NULL AND p.{first} IS NULL""",
    )
    pipeline.add("records", f"SELECT CAST(count(*) AS BIGINT) AS records FROM sheet_{part}")
    return pipeline.text(
        "SELECT t.records, t.records - f.refused AS joined, f.duplicates, f.unmatched, f.refused, l.lacking "
        "FROM refused f CROSS JOIN lacking l CROSS JOIN records t"
    )
