"""One feed from several files: joined by key, and every record of every file accounted for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from weixi.cli.app import house
from weixi.engine import Store, open_engine
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.extract import QUARANTINE

MAPPING = """
[mapping]
name = "two"
currency = "CNY"

[org]
name = "全部"
code = "ALL"

[subscriber]
files = "main.csv"
key = ["用户编号"]
month = {fixed = "2025-12"}

[[subscriber.join]]
files = "bill.csv"
key = ["USER_ID"]
base_key = ["用户编号"]

[subscriber.columns]
line_type = {value = "MOBILE_MAIN"}
line_use = {value = "COMMERCIAL"}
service_status = {value = "IN_SERVICE"}
plan_code = {from = "套餐"}
bill_fen = {from = "出账", unit = "yuan"}

[subscriber.left_out]
"流失评分" = "SCORE"
"""
MAIN = ["用户编号,套餐", "A,甲", "B,乙", "C,丙", "A,重复", "D,丁"]
BILL = ["USER_ID,出账,流失评分", "A,10.5,1", "B,20,2", "B,99,3", "X,7,4", ",8,5", "C,30,6", "C"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, lines in (("main.csv", MAIN), ("bill.csv", BILL), ("m.toml", MAPPING.splitlines())):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return [str(tmp_path / name) for name in ("main.csv", "bill.csv")]


def test_joined_records_are_one_and_the_others_are_refused_by_name(files: list[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = ["--home", str(home), "import", *files, "--mapping", str(tmp_path / "m.toml")]
    done = CliRunner().invoke(house, [*command, "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["input"], said["accepted"], said["quarantined"], said["duplicates"]) == (9, 4, 5, 2)
    assert said["feeds"][0]["reasons"] == {"DUPLICATE": 2, "FIELD_COUNT": 1, "REQUIRED": 1, "UNMATCHED": 1}
    (join,) = said["feeds"][0]["joins"]
    assert join == {
        "files": "bill.csv", "records": 7, "joined": 3, "duplicates": 1, "unmatched": 1, "refused": 4, "lacking": 1,
    }  # fmt: skip
    assert said["left_out"]["流失评分"]["zh"].startswith("别的模型")
    engine = open_engine("duckdb", scratch=home / "scratch")
    try:
        store = Store(home, engine)
        booked = store.rows(
            "SELECT i.source_key, b.plan_code, b.bill_fen FROM b JOIN i ON i.subscriber_id = b.subscriber_id "
            "ORDER BY i.source_key",
            inputs={"b": store.require(SUBSCRIBER_MONTH, month=202512), "i": store.partitions(IDENTITY)},
        )
        assert [tuple(row.values()) for row in booked] == [
            ("A", "甲", 1050), ("B", "乙", 2000), ("C", "丙", 3000), ("D", "丁", None),
        ]  # fmt: skip
        refused = store.rows(
            "SELECT file, line, text, reason FROM q ORDER BY file, line",
            inputs={"q": store.require(QUARANTINE, month=202512, feed="subscriber")},
        )
        assert [tuple(row.values()) for row in refused] == [
            ("bill.csv", 4, "B,99,3", "DUPLICATE"),
            ("bill.csv", 5, "X,7,4", "UNMATCHED"),
            ("bill.csv", 6, ",8,5", "REQUIRED"),
            ("bill.csv", 8, "C", "FIELD_COUNT"),
            ("main.csv", 5, "A,重复", "DUPLICATE"),
        ]
    finally:
        engine.close()
    shown = CliRunner().invoke(house, command)
    assert "连接 bill.csv：7 条，3 条接上；主表有而此表没有 1；此表有而主表没有（已隔离） 1" in shown.output
    assert "不入账册：流失评分" in shown.output


def test_a_joined_file_that_is_not_given_is_named(files: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(
        house,
        ["--home", str(tmp_path / "home"), "import", files[0], "--mapping", str(tmp_path / "m.toml")],
    )
    assert done.exit_code == 1
    assert "extract.join_missing" in done.output
    assert "bill.csv" in done.output
