"""The tables of a delivered file: itself, the members of an archive, the sheets of a workbook."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from weixi.flow.extract.archive import is_archive, members
from weixi.flow.extract.breakage import readable
from weixi.flow.extract.header import folded
from weixi.flow.extract.look import TITLE_ROWS
from weixi.flow.extract.manifest import is_mark
from weixi.flow.extract.mapping import FeedMapping, OperatorMapping
from weixi.flow.extract.sheet import sheet_names, sheet_rows
from weixi.flow.extract.source import Source, open_source
from weixi.flow.extract.tables import FeedName
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class TablePlace:
    """One table that a feed reads, and how it is called below the name of its file ('' for the file itself).

    `part` is 0 for the feed's own table, else the number of the join.
    """

    feed: FeedName
    source: Source
    sheet: str | None
    below: str
    part: int = 0


def feeds_of(name: str, mapping: OperatorMapping) -> list[FeedName]:
    """The feeds whose files have such names."""
    return list(dict.fromkeys(feed for feed, _ in _parts_of(name, mapping)))


def _parts_of(name: str, mapping: OperatorMapping) -> list[tuple[FeedName, int]]:
    """The feeds, and the parts of them, whose files have such names."""
    return [
        (feed, part)
        for feed, one in mapping.feeds.items()
        for part, (files, _) in enumerate(one.parts)
        if fnmatchcase(name, files)
    ]


def tables_of(path: Path, mapping: OperatorMapping, feed: FeedName | None = None) -> list[TablePlace]:
    """The tables of the file that the mapping reads, in order. `feed` is what the file is said to be."""
    own = [one for one in _parts_of(path.name, mapping) if feed in (None, one[0])]
    if not own and feed is not None:
        own = [(feed, 0)]
    if not is_archive(path):
        return list(_of(Source(path), own, mapping, ""))
    found: list[TablePlace] = []
    for member in members(path):
        base = PurePosixPath(member).name
        if is_mark(base):
            continue
        if base.lower().endswith(".zip"):
            raise DataError(
                "extract.nested",
                Text(f"压缩包里还有压缩包 {member}", f"an archive inside the archive: {member}"),
                Text("解压一层后重新打包", "unpack one of them"),
                where=str(path),
            )
        found += _of(Source(path, member), _parts_of(base, mapping) or own, mapping, f"/{member}")
    return found


def digest_of(place: TablePlace, of_file: str) -> str:
    """The SHA-256 that names the table's content; `of_file` is its file's."""
    digest = of_file
    if place.source.member is not None:
        sha = hashlib.sha256()
        with readable(place.source), open_source(place.source) as stream:
            while piece := stream.read(1024 * 1024):
                sha.update(piece)
        digest = sha.hexdigest()
    return digest if place.sheet is None else hashlib.sha256(f"{digest}#{place.sheet}".encode()).hexdigest()


def _holds(source: Source, sheet: str, feed: FeedMapping, part: int) -> bool:
    """Whether one of the sheet's first rows names the columns that the mapping reads; of several parts, the key's."""
    names = feed.names
    if feed.joins:
        names = feed.joins[part - 1].key if part else feed.joins[0].base_key
    wanted = {folded(name) for name in names}
    return any(wanted <= {folded(cell) for cell in row} for _, row in sheet_rows(source, sheet, TITLE_ROWS))


def _of(
    source: Source, parts: list[tuple[FeedName, int]], mapping: OperatorMapping, below: str
) -> Iterator[TablePlace]:
    if not source.is_workbook:
        for feed, part in parts[:1]:
            yield TablePlace(feed, source, None, below, part)
        return
    if not parts:
        return
    with readable(source):
        names = sheet_names(source)
    for feed, part in parts:
        wanted = mapping.feeds[feed].parts[part][1].sheet
        chosen = [name for name in names if fnmatchcase(name, wanted)] if wanted else names
        if wanted is None and len(names) > 1:
            chosen = [name for name in names if _holds(source, name, mapping.feeds[feed], part)] or names
        if not chosen or (wanted is None and len(chosen) > 1):
            raise DataError(
                "extract.sheet",
                Text(
                    f"没有工作表“{wanted}”" if wanted else "工作簿有几张表可用，映射没有说用哪一张",
                    f"there is no sheet “{wanted}”"
                    if wanted
                    else "the workbook has several sheets and the mapping does not say which",
                ),
                Text(
                    f'现有：{"、".join(names)}；在映射 [{feed}] 写 sheet = "…"（"*" 为全部）',
                    f'it has: {", ".join(names)}; write sheet = "…" under [{feed}] of the mapping ("*" for all)',
                ),
                where=str(source),
            )
        for name in chosen:
            yield TablePlace(feed, source, name, f"{below}#{name}", part)
