"""An operator's files into the book: every record accounted for, nothing twice, closed months kept."""

import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from handmade.extract import county_mapping, folder
from weixi.engine import Store
from weixi.flow import book
from weixi.flow.extract import QUARANTINE, FeedName, open_files, open_folder, read_mapping
from weixi.kernel.errors import DataError, FaultList
from weixi.kernel.period import Month
from weixi.kernel.terms import MonthState

NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)
MAPPING = county_mapping(
    lines="""
party_document = {from = "CERT"}
msisdn = {from = "TEL"}
line_type = {value = "MOBILE_MAIN"}
line_use = {value = "COMMERCIAL"}
service_status = {from = "ST", codes = {"1" = "IN_SERVICE", "9" = "EXITED", "0" = "PROSPECT"}}
exit_type = {from = "EXIT_CD", codes = {"X1" = "PORTED_OUT"}}
exit_date = {from = "EXIT_DT"}
open_date = {from = "OPEN_DT"}
bill_fen = {from = "BILL", unit = "yuan"}
arrears_fen = {from = "OWE", unit = "yuan"}
call_count = {from = "CALLS"}
unit_code = {from = "UNIT"}
""",
    events="""
event_type = {from = "KIND", codes = {"01" = "RECHARGE"}}
happened_at = {from = "AT"}
amount_fen = {from = "AMT", unit = "yuan"}
""",
    org="""
files = "org_*"

[org.columns]
node_code = {from = "CODE"}
parent_code = {from = "UP"}
level = {from = "LEVEL"}
name = {from = "NAME"}
""",
)
HEAD = "ACCT_MONTH,AREA,USER_ID,CERT,TEL,ST,EXIT_CD,EXIT_DT,OPEN_DT,BILL,OWE,CALLS,UNIT"


def line(month: str, user: str, **change: str) -> str:
    row = {
        "ACCT_MONTH": month, "AREA": "71", "USER_ID": user, "CERT": f"99{user}", "TEL": f"194{user}", "ST": "1",
        "EXIT_CD": "", "EXIT_DT": "", "OPEN_DT": "2024-01-05", "BILL": "88.50", "OWE": "0", "CALLS": "12", "UNIT": "U1",
    }  # fmt: skip
    return ",".join((row | change).values())


def users(*lines: str) -> str:
    return "\n".join([HEAD, *lines]) + "\n"


def take(store: Store, path: Path, **options: Any) -> list[book.FeedResult]:
    mapping = read_mapping(MAPPING.encode(), "county.toml")
    month = options.get("month")
    extract = open_folder(path, mapping, month) if path.is_dir() else open_files([path], mapping)
    return book.import_extract(store, extract, book.Intake(actor="li", now=NOW, **options))


def lines_of(store: Store, month: int) -> dict[str, dict[str, Any]]:
    """The month's rows by the operator's user id."""
    names = ", ".join(f"l.{name}" for name in book.SUBSCRIBER_MONTH.types)
    rows = store.rows(
        f"SELECT {names}, i.source_key FROM l JOIN i ON i.subscriber_id = l.subscriber_id",
        inputs={"l": store.require(book.SUBSCRIBER_MONTH, month=month), "i": store.partitions(book.IDENTITY)},
    )
    return {row["source_key"].rsplit(":", 1)[1]: row for row in rows}


def quarantined(store: Store, month: int, feed: str = "subscriber") -> list[tuple[Any, ...]]:
    rows = store.rows(
        "SELECT file, line, text, reason, column_name, value FROM q ORDER BY file, line",
        inputs={"q": store.require(QUARANTINE, month=month, feed=feed)},
    )
    return [tuple(row.values()) for row in rows]


def state_of(store: Store) -> list[tuple[str, str, int]]:
    """Every file under the tables of the home, with its time: what an import that does nothing must not touch."""
    root = store.home / "tables"
    return sorted((str(path.relative_to(root)), "", path.stat().st_mtime_ns) for path in root.rglob("*"))


def test_every_record_is_accepted_or_quarantined_with_its_line_and_reason(
    store: Store, tmp_path: Path
) -> None:
    bad = {
        4: (line("202506", "3", BILL="abc"), "NUMBER", "BILL", "abc"),
        5: (line("202506", "4", OPEN_DT="2025-02-30"), "DATE", "OPEN_DT", "2025-02-30"),
        6: (line("202506", "5", ST="Z"), "CODE", "ST", "Z"),
        7: (line("202506", "6", ST=""), "REQUIRED", "ST", None),
        8: (line("202506", "7", OWE="-3"), "MINIMUM", "OWE", "-3"),
        9: (line("202506", "1", BILL="1"), "DUPLICATE", None, "2:711:1"),
        10: (line("2025-6", "8"), "MONTH", "ACCT_MONTH", "2025-6"),
        11: (line("202506", ""), "REQUIRED", "AREA, USER_ID", None),
        12: ("202506,71", "FIELD_COUNT", None, None),
        13: (line("202506", "9", TEL='13"'), "QUOTING", None, None),
        14: (line("202506", "10", CALLS="1.5"), "WHOLE_NUMBER", "CALLS", "1.5"),
    }
    text = users(
        line("202506", "1"), line("202506", "2"), *(row[0] for row in bad.values()), "", line("202506", "11")
    )
    (result,) = take(store, folder(tmp_path / "x", user_1=text))
    assert (result.input, result.accepted, result.quarantined, result.duplicates) == (14, 3, 11, 1)
    assert quarantined(store, 202506) == [("user_1.csv", at, *row) for at, row in bad.items()]
    assert sum(result.reasons.values()) == result.quarantined
    kept = lines_of(store, 202506)
    assert sorted(kept) == ["1", "11", "2"]
    assert kept["1"]["bill_fen"] == 8850
    note = store.require(book.SUBSCRIBER_MONTH, month=202506).manifest.note
    assert "data_kb" in note["missing_columns"]
    assert "household_id" in note["missing_columns"]
    assert "party_id" not in note["missing_columns"]


def test_the_same_import_twice_changes_nothing_and_other_data_make_a_revision(
    store: Store, tmp_path: Path
) -> None:
    events = "AREA,USER_ID,KIND,AT,AMT\n71,1,01,2025-06-30 23:30:00,50\n"
    tree = "CODE,UP,LEVEL,NAME\nC,,COUNTY,county\nU1,C,UNIT,unit\n"
    first = folder(
        tmp_path / "a",
        user_1=users(line("202506", "1"), line("202506", "2")),
        event_202506=events,
        org_1=tree,
    )
    take(store, first, month=Month.parse("2025-06"))
    before = state_of(store)
    again = take(store, first, month=Month.parse("2025-06"))
    assert [result.is_changed for result in again] == [False, False, False]
    assert [result.revision for result in again] == [1, 1, 1]
    assert state_of(store) == before
    old = lines_of(store, 202506)
    second = folder(tmp_path / "b", user_1=users(line("202506", "2", BILL="90"), line("202506", "0")))
    (result,) = take(store, second)
    assert (result.revision, result.is_changed) == (2, True)
    new = lines_of(store, 202506)
    assert sorted(new) == ["0", "2"]
    assert new["2"]["subscriber_id"] == old["2"]["subscriber_id"]
    assert new["0"]["subscriber_id"] not in {row["subscriber_id"] for row in old.values()}
    assert new["2"]["party_id"] == old["2"]["party_id"]


def test_a_closed_month_takes_other_data_only_as_a_restatement(store: Store, tmp_path: Path) -> None:
    june = Month.parse("2025-06")
    first = folder(tmp_path / "a", user_1=users(line("202506", "1")))
    second = folder(tmp_path / "b", user_1=users(line("202506", "1", BILL="90")))
    take(store, first)
    assert book.month_state(store, june) is MonthState.OPEN
    entry = book.close_month(store, june, actor="li", now=NOW)
    assert book.close_month(store, june, actor="wang", now=NOW).path == entry.path
    assert [result.is_changed for result in take(store, first)] == [False]
    with pytest.raises(DataError, match=r"book\.closed") as caught:
        take(store, second)
    assert "--restate" in caught.value.remedy.en
    assert store.require(book.SUBSCRIBER_MONTH, month=202506).revision == 1
    (result,) = take(store, second, restate="bills corrected")
    assert result.revision == 2
    entries = book.ledger_entries(store, june)
    assert [(e.action, e.reason) for e in entries] == [
        ("CLOSE", ""),
        ("RESTATE", "subscriber: bills corrected"),
    ]
    assert book.month_state(store, june) is MonthState.CLOSED
    assert lines_of(store, 202506)["1"]["bill_fen"] == 9000


def test_lines_that_vanish_or_have_left_are_carried(store: Store, tmp_path: Path) -> None:
    gone = line("202505", "2", ST="9", EXIT_CD="X1", EXIT_DT="2025-05-09")
    prospect = line("202505", "3", ST="0")
    bad = line("202506", "5", BILL="abc")
    take(
        store,
        folder(
            tmp_path / "a",
            user_1=users(line("202505", "1"), gone, prospect, line("202505", "4"), line("202505", "5")),
        ),
    )
    (result,) = take(store, folder(tmp_path / "b", user_1=users(line("202506", "4"), bad)))
    assert (result.unlisted, result.held) == (1, 1)
    june = lines_of(store, 202506)
    assert sorted(june) == ["1", "2", "4", "5"]
    vanished, left, held = june["1"], june["2"], june["5"]
    assert (vanished["service_status"], vanished["exit_type"], vanished["exit_date"]) == (
        "EXITED",
        "UNLISTED",
        date(2025, 6, 30),
    )
    assert (vanished["is_carried"], vanished["bill_fen"], vanished["call_count"]) == (True, 0, 0)
    assert (left["exit_type"], left["exit_date"], left["bill_fen"]) == ("PORTED_OUT", date(2025, 5, 9), 0)
    assert (held["service_status"], held["bill_fen"], held["is_carried"]) == ("IN_SERVICE", None, True)
    months = [Month.parse("2025-06").plus(k) for k in range(1, 14)]
    for month in months:
        take(store, folder(tmp_path / str(month), user_1=users(line(str(month.number), "4"))))
    assert "2" in lines_of(store, 202606)
    assert "2" not in lines_of(store, 202607)


def test_a_line_that_has_not_left_has_no_exit_and_one_that_has_always_has_a_day(
    store: Store, tmp_path: Path
) -> None:
    back = line("202505", "1", EXIT_CD="X1", EXIT_DT="2025-01-01")
    undated = line("202505", "2", ST="9")
    take(store, folder(tmp_path / "a", user_1=users(back, undated)))
    take(store, folder(tmp_path / "b", user_1=users(line("202506", "2", ST="9"))))
    may, june = lines_of(store, 202505), lines_of(store, 202506)
    assert (may["1"]["exit_type"], may["1"]["exit_date"]) == (None, None)
    assert (may["2"]["exit_type"], may["2"]["exit_date"]) == ("UNLISTED", date(2025, 5, 31))
    assert june["2"]["exit_date"] == date(2025, 5, 31)


def test_keys_and_names_stay_out_of_the_book(store: Store, tmp_path: Path) -> None:
    take(store, folder(tmp_path / "a", user_1=users(line("202505", "777123"))))
    take(
        store,
        folder(
            tmp_path / "b", user_1=users(line("202506", "777123", TEL="19400000001"), line("202506", "888"))
        ),
    )
    for table in (book.SUBSCRIBER_MONTH, book.SURROGATE):
        for partition in store.partitions(table):
            for file in partition.files:
                assert b"777123" not in file.read_bytes()
    changed = store.rows(
        "SELECT subscriber_id, msisdn FROM i ORDER BY subscriber_id",
        inputs={"i": store.require(book.IDENTITY, month=202506)},
    )
    assert [row["msisdn"] for row in changed] == ["19400000001", "194888"]
    assert sorted(row["subscriber_id"] for row in lines_of(store, 202506).values()) == [1, 2]


def test_events_are_in_utc_and_of_known_lines_only(store: Store, tmp_path: Path) -> None:
    events = (
        "AREA,USER_ID,KIND,AT,AMT\n71,1,01,2025-06-01 00:30:00,50\n71,1,01,2025-06-30 23:30:00,30.5\n"
        "71,9,01,2025-06-02 10:00:00,1\n71,1,01,2025-07-01 00:00:00,1\n71,1,01,soon,1\n"
    )
    path = folder(tmp_path / "a", user_1=users(line("202506", "1")), event_202506=events)
    dry = take(store, path, month=Month.parse("2025-06"), dry_run=True)
    assert not store.partitions(book.EVENT)
    results = take(store, path, month=Month.parse("2025-06"))
    assert [(r.feed, r.input, r.accepted, r.quarantined) for r in dry] == [
        (FeedName.SUBSCRIBER, 1, 1, 0), (FeedName.EVENT, 5, 2, 3),
    ]  # fmt: skip
    assert [(r.feed, r.accepted, r.reasons) for r in results] == [
        (r.feed, r.accepted, r.reasons) for r in dry
    ]
    rows = store.rows(
        "SELECT event_id, happened_at, event_date, amount_fen FROM e ORDER BY event_id",
        inputs={"e": store.require(book.EVENT, month=202506)},
    )
    assert [tuple(row.values()) for row in rows] == [
        (1, datetime(2025, 5, 31, 16, 30), date(2025, 6, 1), 5000),
        (2, datetime(2025, 6, 30, 15, 30), date(2025, 6, 30), 3050),
    ]
    assert [(row[1], row[3]) for row in quarantined(store, 202506, "event")] == [
        (4, "UNKNOWN_SUBSCRIBER"), (5, "MONTH"), (6, "MOMENT"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("C,,COUNTY,a\nD,,COUNTY,b", "book.tree_roots"),
        ("C,,COUNTY,a\nU,X,UNIT,b", "book.tree_orphans"),
        ("P,,PROVINCE,a\nU,V,UNIT,b\nV,U,UNIT,c", "book.tree_levels"),
    ],
)
def test_a_tree_with_several_roots_orphans_or_a_cycle_is_refused(
    store: Store, tmp_path: Path, rows: str, code: str
) -> None:
    path = folder(tmp_path / "a", org_1=f"CODE,UP,LEVEL,NAME\n{rows}\n")
    with pytest.raises(DataError) as caught:
        take(store, path, month=Month.parse("2025-06"))
    assert caught.value.code == code
    assert not store.partitions(book.ORG_NODE)


def test_the_closure_of_a_tree(store: Store, tmp_path: Path) -> None:
    tree = "CODE,UP,LEVEL,NAME\nP,,PROVINCE,p\nC,P,COUNTY,c\nU,C,UNIT,u\nO,U,OWNER,o\n"
    take(store, folder(tmp_path / "a", org_1=tree), month=Month.parse("2025-06"))
    paths = store.rows(
        "SELECT node_code, ancestor_code, distance FROM p",
        inputs={"p": store.require(book.ORG_PATH, month=202506)},
    )
    assert {(row["node_code"], row["ancestor_code"], row["distance"]) for row in paths} == {
        (node, above, distance)
        for index, node in enumerate("PCUO")
        for distance, above in enumerate(reversed("PCUO"[: index + 1]))
    }


def test_several_months_in_gz_files_read_together(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.mkdir()
    for name, months in (("user_a.csv.gz", "202505 202506"), ("user_b.csv.gz", "202506 202506")):
        rows = [line(month, f"{name}{k}", TEL='"1\n2"') for k, month in enumerate(months.split())]
        (path / name).write_bytes(gzip.compress(users(*rows).encode()))
    results = take(store, path)
    assert [(str(r.month), r.input, r.accepted) for r in results] == [("2025-05", 1, 1), ("2025-06", 3, 3)]
    assert [result.is_changed for result in take(store, path)] == [False, False]


def test_files_without_a_month_and_twins_are_refused(store: Store, tmp_path: Path) -> None:
    tree = "CODE,UP,LEVEL,NAME\nP,,PROVINCE,p\n"
    with pytest.raises(DataError, match="month_unknown"):
        take(store, folder(tmp_path / "a", org_1=tree))
    text = users(line("202506", "1"))
    with pytest.raises(DataError, match="twins"):
        take(store, folder(tmp_path / "b", user_1=text, user_2=text))
    with pytest.raises(DataError, match="month_unread"):
        take(store, folder(tmp_path / "c", user_1=users(line("June", "1"))))


def test_a_mapped_column_that_the_file_lacks_points_at_the_mapping(store: Store, tmp_path: Path) -> None:
    text = users(line("202506", "1")).replace(",BILL,", ",FEE,")
    with pytest.raises(FaultList) as caught:
        take(store, folder(tmp_path / "a", user_1=text))
    assert "county.toml:" in str(caught.value)
    assert "“BILL”" in str(caught.value)


def test_an_import_that_breaks_off_leaves_no_scratch_and_can_be_repeated(
    store: Store, tmp_path: Path
) -> None:
    good = folder(tmp_path / "a", user_1=users(line("202506", "1")), org_1="CODE,UP,LEVEL,NAME\nU,X,UNIT,u\n")
    with pytest.raises(DataError, match="tree_roots"):
        take(store, good, month=Month.parse("2025-06"))
    assert [path for path in (store.home / "scratch").iterdir() if path.is_dir()] == []
    (good / "org_1.csv").write_text("CODE,UP,LEVEL,NAME\nU,,UNIT,u\n")
    results = take(store, good, month=Month.parse("2025-06"))
    assert [(r.feed.value, r.is_changed) for r in results] == [("subscriber", False), ("org", True)]
