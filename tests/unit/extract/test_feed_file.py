"""Joins, the label and what is left out: faults at their lines."""

import pytest

from weixi.flow.extract import FeedName, read_mapping
from weixi.kernel.errors import FaultList

HEAD = """\
[mapping]
name = "county"
currency = "CNY"

[subscriber]
files = "user.csv"
key = ["USER_ID"]
month = {column = "MONTH"}

[subscriber.columns]
line_type = {value = "MOBILE_MAIN"}
line_use = {value = "COMMERCIAL"}
service_status = {value = "IN_SERVICE"}
plan_code = {from = "PLAN"}
"""
GOOD = """
[subscriber.label]
column = "LEFT"
gone = "1"

[subscriber.left_out]
POINTS = "SCORE"
"为什么走" = {zh = "走后才问", en = "asked after leaving"}

[[subscriber.join]]
files = "book.xlsx"
sheet = "账单"
key = ["ID"]
base_key = ["USER_ID"]

[[subscriber.join]]
files = "other.csv"
key = "USER_ID"
"""


def test_joins_label_and_left_out_are_read() -> None:
    feed = read_mapping((HEAD + GOOD).encode(), "m.toml").feeds[FeedName.SUBSCRIBER]
    assert [(join.files, join.style.sheet, join.key, join.base_key) for join in feed.joins] == [
        ("book.xlsx", "账单", ("ID",), ("USER_ID",)),
        ("other.csv", None, ("USER_ID",), ("USER_ID",)),
    ]
    assert feed.label is not None
    assert (feed.label.column, feed.label.gone) == ("LEFT", ("1",))
    assert [why.en for why in feed.left_out.values()][1] == "asked after leaving"
    assert {"LEFT", "ID", "USER_ID", "PLAN", "MONTH"} <= set(feed.names)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('[[subscriber.join]]\nfiles = "b.csv"', "join", 15),
        ('[[subscriber.join]]\nfiles = "b.csv"\nkey = ["A", "B"]\nbase_key = ["A"]', "join", 15),
        ('[subscriber.label]\ncolumn = "LEFT"', "label", 15),
        ('[subscriber.left_out]\nX = "BECAUSE"', "left_out", 16),
        ('[subscriber.left_out]\nPLAN = "SCORE"', "left_out", 16),
    ],
)
def test_faults_stand_at_their_lines(text: str, code: str, line: int) -> None:
    with pytest.raises(FaultList) as caught:
        read_mapping((HEAD + text).encode(), "m.toml")
    assert [(fault.code, fault.where) for fault in caught.value.faults] == [
        (f"mapping.{code}", f"m.toml:{line}")
    ]
