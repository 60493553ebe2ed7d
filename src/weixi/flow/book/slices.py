"""A month's records in slices, so that joining them needs no more memory for a longer file."""

from collections.abc import Iterator, Sequence

from weixi.engine import Part, Store
from weixi.engine.port import Value
from weixi.flow.extract import FILE, LINE, Listed

SLICE_LINES = 1_000_000
"""Physical lines of one slice; a slice is some lines of one file, or all of several files."""

WITHIN = f"{FILE} BETWEEN $first_file AND $last_file AND {LINE} BETWEEN $first_line AND $last_line"
"""The condition that a record is of the slice."""

_ENDLESS = 2**62


def parts(scratch: Store, listed: Listed, text: str) -> list[Part]:
    """The text once for each slice of the month's records; it asks for them by `WITHIN`.

    Its joins run as written: the wide records pass by the narrow keys, which are held.
    """
    lengths = scratch.rows(
        f"SELECT {FILE}, max({LINE}) AS line_count FROM converted GROUP BY {FILE} ORDER BY {FILE}",
        inputs={"converted": listed.converted.rows},
    )
    return [
        Part(text, each, as_written=True)
        for each in slices([(row[FILE], row["line_count"]) for row in lengths])
    ]


def slices(lengths: Sequence[tuple[int, int]]) -> Iterator[dict[str, Value]]:
    """The slices of files of (number, last line), in order: together they hold every line, each once."""
    first = last = None
    filled = 0
    for file, lines in lengths:
        if first is not None and last is not None and filled + lines > SLICE_LINES:
            yield _slice(first, last, 0, _ENDLESS)
            first, filled = None, 0
        if lines > SLICE_LINES:
            for start in range(0, lines, SLICE_LINES):
                yield _slice(file, file, start + 1, start + SLICE_LINES)
            continue
        first, last = file if first is None else first, file
        filled += lines
    if first is not None and last is not None:
        yield _slice(first, last, 0, _ENDLESS)
    elif not lengths:
        yield _slice(0, 0, 0, _ENDLESS)


def _slice(first: int, last: int, start: int, end: int) -> dict[str, Value]:
    return {"first_file": first, "last_file": last, "first_line": start, "last_line": end}
