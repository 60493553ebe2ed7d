"""Slices hold every line of every file, each once."""

from hypothesis import given
from hypothesis import strategies as st

from weixi.flow.book import slices as room

SIZES = st.lists(st.integers(1, 7_000_000), min_size=0, max_size=12)


def holds(each: dict[str, object], file: int, line: int) -> bool:
    return bool(
        each["first_file"] <= file <= each["last_file"] and each["first_line"] <= line <= each["last_line"]
    )


@given(SIZES, st.integers(0, 2))
def test_every_line_is_in_one_slice(sizes: list[int], gap: int) -> None:
    lengths = [(number * (1 + gap), size) for number, size in enumerate(sizes)]
    found = list(room.slices(lengths))
    for file, size in lengths:
        for line in {1, size, *range(room.SLICE_LINES, size, room.SLICE_LINES), size // 2 + 1}:
            for place in {line, min(line + 1, size)}:
                assert sum(holds(each, file, place) for each in found) == 1, (file, place, found)


@given(SIZES)
def test_no_slice_is_larger_than_agreed(sizes: list[int]) -> None:
    lengths = list(enumerate(sizes))
    for each in room.slices(lengths):
        lines = [
            min(size, int(each["last_line"])) - max(1, int(each["first_line"])) + 1
            for file, size in lengths
            if each["first_file"] <= file <= each["last_file"]
        ]
        assert sum(lines) <= room.SLICE_LINES


def test_an_empty_month_has_one_slice() -> None:
    assert len(list(room.slices([]))) == 1
