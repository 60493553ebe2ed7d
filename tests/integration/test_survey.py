"""A survey of satisfaction on its way into the book: every answer is taken or refused with its reason."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from weixi.engine import Store
from weixi.flow.book import IDENTITY, SURVEY, Intake, import_extract
from weixi.flow.extract import QUARANTINE, open_folder, read_mapping

MAPPING = """
[mapping]
name = "asked"
currency = "CNY"
encoding = "utf-8"
delimiter = ","
decimal = "."
header_row = 1

[subscriber]
files = "user_*"
key = ["USER"]
month = {column = "MONTH", format = "%Y%m"}

[subscriber.columns]
line_type = {value = "MOBILE_MAIN"}
line_use = {value = "COMMERCIAL"}
service_status = {value = "IN_SERVICE"}
plan_code = {from = "PLAN"}

[survey]
files = "survey_*"
key = ["USER"]
month = {column = "MONTH", format = "%Y%m"}

[survey.columns]
asked_date = {from = "DAY", format = "%Y%m%d"}
score = {from = "SCORE"}
channel = {from = "WAY", codes = {"1" = "PHONE", "2" = "SMS"}}
"""
NOW = datetime(2025, 7, 1, tzinfo=UTC)


def folder(path: Path, **files: str) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


@pytest.mark.req("Z1")
def test_every_answer_is_taken_or_refused(store: Store, tmp_path: Path) -> None:
    survey = """MONTH,USER,DAY,SCORE,WAY
202506,1,20250620,0,2
202506,2,20250621,10,1
202506,2,20250625,7,
202506,1,20250622,11,2
202506,1,20250622,-1,2
202506,1,20250622,4.5,2
202506,1,,5,2
202506,9,20250622,5,2
"""
    given = folder(tmp_path / "x", user_1="MONTH,USER,PLAN\n202506,1,A\n202506,2,A\n", survey_1=survey)
    mapping = read_mapping(MAPPING.encode(), "asked.toml")
    results = import_extract(store, open_folder(given, mapping), Intake(actor="li", now=NOW))
    (result,) = [each for each in results if each.feed == "survey"]
    assert (result.input, result.accepted, result.quarantined) == (8, 3, 5)
    refused = store.rows(
        "SELECT line, reason, value FROM q ORDER BY line",
        inputs={"q": store.require(QUARANTINE, month=202506, feed="survey")},
    )
    assert [tuple(row.values()) for row in refused] == [
        (5, "MAXIMUM", "11"),
        (6, "MINIMUM", "-1"),
        (7, "WHOLE_NUMBER", "4.5"),
        (8, "REQUIRED", None),
        (9, "UNKNOWN_SUBSCRIBER", "9"),
    ]
    kept = store.rows(
        """SELECT i.source_key, s.asked_date, s.score, s.channel, s.survey_code
FROM s JOIN i ON i.subscriber_id = s.subscriber_id ORDER BY s.answer_id""",
        inputs={"s": store.require(SURVEY, month=202506), "i": store.partitions(IDENTITY)},
    )
    assert [tuple(row.values())[1:] for row in kept] == [
        (date(2025, 6, 20), 0, "SMS", None),
        (date(2025, 6, 21), 10, "PHONE", None),
        (date(2025, 6, 25), 7, None, None),
    ]
    assert [row["source_key"][-1] for row in kept] == ["1", "2", "2"]
    again = import_extract(store, open_folder(given, mapping), Intake(actor="li", now=NOW))
    assert not any(each.is_changed for each in again)


def test_an_extract_without_a_survey_is_whole(store: Store, tmp_path: Path) -> None:
    given = folder(tmp_path / "x", user_1="MONTH,USER,PLAN\n202506,1,A\n")
    mapping = read_mapping(MAPPING.encode(), "asked.toml")
    results = import_extract(store, open_folder(given, mapping), Intake(actor="li", now=NOW))
    assert [each.feed for each in results] == ["subscriber"]
    assert store.partitions(SURVEY) == []
