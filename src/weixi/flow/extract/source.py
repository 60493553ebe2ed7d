"""Where the bytes of one table are: a file, or a member of a .zip; .gz is unpacked on the way, within bounds."""

import gzip
import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from weixi.flow.extract.archive import check_growth, members, open_member

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or the `member` of an archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The name that tells the form, in lower case."""
        return (self.member or self.path.name).lower()

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet, by its name."""
        return self.name.endswith(".parquet")

    @property
    def is_workbook(self) -> bool:
        """Whether it is a spreadsheet, by its name."""
        return self.name.endswith(WORKBOOKS)

    def __str__(self) -> str:
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"


def source_of(place: Path | Source) -> Source:
    """The source that a path or a source stands for."""
    return place if isinstance(place, Source) else Source(place)


@contextmanager
def open_source(source: Source) -> Iterator[io.BufferedReader]:
    """The bytes, unpacked where they are in a .zip or a .gz. Raises DataError where they grow out of measure."""
    with ExitStack() as stack:
        if source.member is None:
            file = stack.enter_context(source.path.open("rb"))
            if not source.name.endswith(".gz"):
                yield file
                return
            raw: IO[bytes] = file
            packed = source.path.stat().st_size
        else:
            raw = stack.enter_context(open_member(source.path, source.member))
            packed = members(source.path)[source.member].compress_size
        if source.name.endswith(".gz"):
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=raw))
            yield reader(_bounded(unpacked, packed, str(source)))
        else:
            yield reader(_bounded(raw, packed, str(source)))


def reader(pieces: Iterator[bytes]) -> io.BufferedReader:
    """The pieces, none of them empty, as one stream."""
    return io.BufferedReader(_Pieces(pieces), _PIECE)


def _bounded(stream: IO[bytes] | gzip.GzipFile, packed: int, where: str) -> Iterator[bytes]:
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        check_growth(size, packed, where)
        yield piece


class _Pieces(io.RawIOBase):
    """Pieces of bytes read as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer with the next bytes; 0 at the end."""
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        room = memoryview(buffer)
        count = min(len(room), len(self._rest))
        room[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
