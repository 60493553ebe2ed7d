"""Mappings: strict, every fault at its line."""

import pytest

from weixi.flow.extract import FeedName, load_mapping, read_mapping, shipped_mappings
from weixi.flow.extract.mapping import Unit
from weixi.flow.extract.style import UNKNOWN
from weixi.kernel.errors import FaultList, UsageError
from weixi.kernel.language import Text

GOOD = """\
[mapping]
name = "county"
currency = "CNY"

[subscriber]
files = "user_*"
key = ["USER_ID"]
month = {column = "ACCT_MONTH", format = "%Y%m"}

[subscriber.columns]
line_type = {value = "MOBILE_MAIN"}
line_use = {value = "COMMERCIAL"}
service_status = {from = "ST", codes = {"1" = "IN_SERVICE", "9" = "EXITED"}}
bill_fen = {from = "BILL", unit = "yuan"}
"""


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(FaultList) as caught:
        read_mapping(text.encode(), "county.toml")
    return [(fault.code, fault.where) for fault in caught.value.faults]


def test_a_good_mapping_says_what_it_leaves_out() -> None:
    mapping = read_mapping(GOOD.encode(), "county.toml")
    feed = mapping.feeds[FeedName.SUBSCRIBER]
    assert feed.key == ("USER_ID",)
    assert feed.columns["bill_fen"].unit is Unit.YUAN
    assert "open_date" in feed.missing
    assert "subscriber_key" not in feed.missing
    assert "bill_fen" not in feed.missing


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('currency = "CNY"', 'currancy = "CNY"', [("mapping.unknown_key", 3), ("mapping.missing_key", 1)]),
        (
            'bill_fen = {from = "BILL", unit = "yuan"}',
            'bill_fn = {from = "BILL"}',
            [("mapping.unknown_key", 14)],
        ),
        (', unit = "yuan"', "", [("mapping.unit", 14)]),
        ('unit = "yuan"', 'unit = "MB"', [("mapping.unit", 14)]),
        ('"9" = "EXITED"', '"9" = "GONE"', [("mapping.wrong_value", 13)]),
        (
            '{from = "ST", codes',
            '{from = "ST", value = "EXITED", codes',
            [("mapping.source", 13), ("mapping.required", 5)],
        ),
        ('line_type = {value = "MOBILE_MAIN"}', "", [("mapping.required", 5)]),
        ('key = ["USER_ID"]', "", [("mapping.key", 5)]),
        ('format = "%Y%m"', 'format = "%y%m"', [("mapping.format", 8)]),
        ("[mapping]", "[mapping", [("mapping.syntax", 0)]),
        (
            '{from = "BILL", unit = "yuan"}',
            '{from = "BILL", unit = "yuan", months_after = "2025-12"}',
            [("mapping.months", 14)],
        ),
        (
            'bill_fen = {from = "BILL", unit = "yuan"}',
            'open_date = {from = "T", months_before = "2025-12", months_after = "month"}',
            [("mapping.months", 14)],
        ),
        (
            'bill_fen = {from = "BILL", unit = "yuan"}',
            'open_date = {from = "T", months_after = "December"}',
            [("mapping.month", 14)],
        ),
        ('name = "county"', 'name = "county"\nassumes = ["x"]', [("mapping.wrong_type", 3)]),
        (
            'name = "county"',
            'name = "county"\nassumes = [{zh = "甲", e = "a"}]',
            [("mapping.unknown_key", 3), ("mapping.missing_key", 3)],
        ),
        ('name = "county"', 'name = "county"\ndelimiter = "||"', [("mapping.delimiter", 3)]),
        ('name = "county"', 'name = "county"\nencoding = "latin1"', [("mapping.wrong_value", 3)]),
    ],
)
def test_each_fault_points_at_its_line(old: str, new: str, expected: list[tuple[str, int]]) -> None:
    assert old in GOOD
    wanted = [(code, f"county.toml:{line}" if line else "county.toml") for code, line in expected]
    assert sorted(faults(GOOD.replace(old, new))) == sorted(wanted)


@pytest.mark.parametrize("name", shipped_mappings())
def test_shipped_mappings_are_good(name: str) -> None:
    assert load_mapping(name).name == name


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        load_mapping("simulatd")
    assert "simulated" in caught.value.remedy.en


def test_what_a_mapping_takes_for_granted_is_said_in_both_languages() -> None:
    told = read_mapping(
        GOOD.replace("[subscriber]", 'assumes = [{zh = "甲", en = "a"}]\n[subscriber]', 1).encode(), "x"
    )
    assert told.assumes == (Text("甲", "a"),)
    assert read_mapping(GOOD.encode(), "x").assumes == ()


def test_how_tables_are_written_is_said_for_all_feeds_or_for_one_and_else_looked_for() -> None:
    head = 'encoding = "gbk"\ndelimiter = "\\t"\ntotals = ["合 计"]\n[subscriber]\nheader_row = 3\nend_marker = "EOF"\n'
    style = (
        read_mapping(GOOD.replace("[subscriber]\n", head, 1).encode(), "x").feeds[FeedName.SUBSCRIBER].style
    )
    assert (style.encoding, style.delimiter, style.header_row, style.end_marker) == (
        "gb18030",
        "\t",
        3,
        "EOF",
    )
    assert (style.decimal, style.sheet, style.quote, style.totals) == (None, None, '"', ("合 计",))
    assert read_mapping(GOOD.encode(), "x").feeds[FeedName.SUBSCRIBER].style == UNKNOWN


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ('quote = "||"', "mapping.quote"),
        ('delimiter = ";"\nquote = ";"', "mapping.quote"),
        ('decimal = ";"', "mapping.wrong_value"),
        ("header_row = 0", "mapping.wrong_value"),
        ('header_row = "3"', "mapping.wrong_type"),
        ("totals = 3", "mapping.wrong_type"),
    ],
)
def test_a_style_that_cannot_be_is_refused_at_its_line(key: str, code: str) -> None:
    lines = key.count("\n")
    assert faults(GOOD.replace('name = "county"', f'name = "county"\n{key}')) == [
        (code, f"county.toml:{3 + lines}")
    ]
