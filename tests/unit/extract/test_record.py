"""Splitting text into records: every physical line is a record, part of one, blank, or bad, and keeps its number."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.flow.extract.blocks import blocks
from weixi.flow.extract.record import Records, Splitter
from weixi.flow.extract.tables import Reason


def split(data: bytes, fields: int = 3, *, size: int = 1 << 20, encoding: str = "utf-8") -> list[Records]:
    splitter = Splitter(",", encoding, fields, line=1)
    found, pending = [], b""
    for block, last in blocks(io.BytesIO(data), size):
        if pending + block:
            records, pending = splitter.split(pending + block, last=last)
            found.append(records)
    return found


def outcome(data: bytes, fields: int = 3, *, size: int = 1 << 20) -> dict[int, object]:
    """Line → the record's text, its fields (several lines) or its reason."""
    found: dict[int, object] = {}
    for records in split(data, fields, size=size):
        texts = records.data.decode().splitlines() if records.lines.size else []
        texts = [text for text in texts if text]
        found |= dict(zip(records.lines.tolist(), texts, strict=True))
        found |= dict(records.spanning)
        found |= {bad.line: bad.reason for bad in records.bad}
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\nd,e,f", {1: "a,b,c", 2: "d,e,f"}),
        ("a,b,c\r\nd,e,f\r\n", {1: "a,b,c", 2: "d,e,f"}),
        ("a,b\nc,d,e,f\ng,h,i\n", {1: Reason.FIELD_COUNT, 2: Reason.FIELD_COUNT, 3: "g,h,i"}),
        ("\n\na,b,c\n\n", {3: "a,b,c"}),
        ('"a,1",b,c\n', {1: '"a,1",b,c'}),
        ('"a ""x""",b,c\n"",,""\n', {1: '"a ""x""",b,c', 2: '"",,""'}),
        ('a,5" screen,c\nd,e,f\n', {1: Reason.QUOTING, 2: "d,e,f"}),
        ('"a"x,b,c\nd,e,f\n', {1: Reason.QUOTING, 2: "d,e,f"}),
        ('a"b",b,c\n', {1: Reason.QUOTING}),
        ('a,"b\nc",d\ne,f,g\n', {1: ["a", "b\nc", "d"], 3: "e,f,g"}),
        ('a,"open,c\nd,e,f\ng,h,i\n', {1: Reason.QUOTING, 2: "d,e,f", 3: "g,h,i"}),
        ("a\rb,c,d\ne,f,g\n", {1: Reason.CONTROL, 2: "e,f,g"}),
        ("a\0,b,c\ne,f,g\n", {1: Reason.CONTROL, 2: "e,f,g"}),
    ],
)
def test_lines_keep_their_numbers_and_bad_ones_cost_only_themselves(
    text: str, expected: dict[int, object]
) -> None:
    assert outcome(text.encode()) == expected


def test_undecodable_bytes_are_one_bad_record() -> None:
    found = outcome(b"a,b,c\n\xff\xfe,b,c\nd,e,f\n")
    assert found == {1: "a,b,c", 2: Reason.ENCODING, 3: "d,e,f"}


def test_gb18030_becomes_utf8() -> None:
    (records,) = [r for r in split("王,李,张\n".encode("gb18030"), encoding="gb18030") if r.lines.size]
    assert records.data.decode() == "王,李,张\n"


fields = st.text(st.sampled_from('ab",\n 王'), max_size=4)


@settings(deadline=None)
@given(st.lists(st.tuples(fields, fields), min_size=1, max_size=12), st.integers(1, 40))
def test_what_csv_writes_is_read_back_whatever_the_blocks(rows: list[tuple[str, str]], size: int) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    data = written.getvalue().encode()
    back: dict[int, list[str]] = {}
    for records in split(data, 2, size=size):
        assert not records.bad
        parsed = list(csv.reader(io.StringIO(records.data.decode(), newline="")))
        back |= dict(zip(records.lines.tolist(), [row for row in parsed if row], strict=True))
        back |= dict(records.spanning)
    assert [tuple(back[line]) for line in sorted(back)] == rows


def judged(line: str, fields: int) -> Reason | None:
    """A line of its own, letter by letter: what is wrong with it."""
    if "\0" in line or "\r" in line:
        return Reason.CONTROL
    count, quoted, at_start, closed = 1, False, True, False
    for letter in line:
        if quoted:
            if letter == '"':
                quoted, closed = False, True
        elif letter == '"':
            if not at_start and not closed:
                return Reason.QUOTING
            quoted, closed = True, False
        elif letter == ",":
            count += 1
            closed = False
        elif closed:
            return Reason.QUOTING
        at_start = letter == "," and not quoted
    return None if count == fields else Reason.FIELD_COUNT


lines = st.text(st.sampled_from('a,,""\r\0王'), min_size=1, max_size=9).filter(
    lambda line: line.count('"') % 2 == 0 and not line.endswith("\r")
)


@given(st.lists(lines, min_size=1, max_size=12), st.booleans(), st.integers(1, 40))
def test_each_line_is_judged_as_it_is_letter_by_letter(found: list[str], windows: bool, size: int) -> None:
    end = "\r\n" if windows else "\n"
    made = outcome((end.join(found) + end).encode(), 2, size=size)
    reasons = {line: value for line, value in made.items() if isinstance(value, Reason)}
    expected = {line: judged(text, 2) for line, text in enumerate(found, 1)}
    assert reasons == {line: reason for line, reason in expected.items() if reason is not None}
    assert len(made) == len(found)


def test_a_line_with_an_open_quote_does_not_change_how_the_next_are_judged() -> None:
    assert outcome(b'a,"b,c\nd,"e,1",f\ng"h,i,j\n"k,1",l,m\n') == {
        1: Reason.QUOTING,
        2: 'd,"e,1",f',
        3: Reason.QUOTING,
        4: '"k,1",l,m',
    }


@given(st.lists(st.tuples(st.sampled_from(["王,李", "a,b", "é,ü"]), st.booleans()), min_size=1, max_size=40))
def test_lines_of_another_encoding_cost_themselves_alone(found: list[tuple[str, bool]]) -> None:
    data = b"".join(text.encode("gb18030" if other else "utf-8") + b"\n" for text, other in found)
    expected = {
        line: Reason.ENCODING if other and not text.isascii() else text
        for line, (text, other) in enumerate(found, 1)
    }
    assert outcome(data, 2) == expected
