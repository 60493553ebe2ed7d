"""`weixi import` on the real sample that ships: 7,043 customers of IBM's operator as two months."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import house
from weixi.engine import Store
from weixi.flow import book


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(house, ["--home", str(home), "--lang", "en", *arguments])


def test_the_ibm_sample_end_to_end(store: Store) -> None:
    first = run(store.home, "import", "sample:ibm_telco", "--json")
    assert first.exit_code == 0, first.output
    feeds = json.loads(first.stdout)["feeds"]
    assert [(f["month"], f["input"], f["accepted"], f["quarantined"]) for f in feeds] == [
        ("2025-12", 7043, 7043, 0), ("2026-01", 7043, 7043, 0),
    ]  # fmt: skip
    assert "balance_fen" in feeds[0]["missing_columns"]
    months = {number: store.require(book.SUBSCRIBER_MONTH, month=number) for number in (202512, 202601)}
    found = store.rows(
        """SELECT month, service_status, CAST(count(*) AS BIGINT) AS line_count,
  CAST(count(DISTINCT subscriber_id) AS BIGINT) AS id_count, CAST(sum(bill_fen) AS BIGINT) AS bill_fen,
  CAST(sum(plan_fee_fen) AS BIGINT) AS fee_fen
FROM line GROUP BY month, service_status ORDER BY month, service_status""",
        inputs={"line": list(months.values())},
    )
    fee_of_all, fee_of_leavers = 45_611_660, 13_913_085
    unbilled = 45_560
    assert [tuple(row.values()) for row in found] == [
        (202512, "IN_SERVICE", 7043, 7043, fee_of_all - unbilled, fee_of_all),
        (202601, "EXITED", 1869, 1869, None, fee_of_leavers),
        (202601, "IN_SERVICE", 5174, 5174, fee_of_all - fee_of_leavers, fee_of_all - fee_of_leavers),
    ]
    assert months[202512].manifest.note["currency"] == "USD"
    (tree,) = store.rows(
        "SELECT node_code, level FROM node", inputs={"node": store.require(book.ORG_NODE, month=202512)}
    )
    assert tree == {"node_code": "IBM", "level": "UNIT"}
    again = json.loads(run(store.home, "import", "sample:ibm_telco", "--json").stdout)["feeds"]
    assert [(f["is_changed"], f["revision"]) for f in again] == [(False, 1), (False, 1)]


def test_a_dry_run_counts_and_writes_nothing(home: Path) -> None:
    done = run(home, "import", "sample:ibm_telco", "--dry-run")
    assert done.exit_code == 0
    assert "7,043" in done.stdout
    assert "would change" in done.stdout
    assert not (home / "tables").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["import"], 2, "PATH"),
        (["import", "sample:none"], 2, "extract.sample"),
        (["import", "."], 2, "import.mapping"),
        (["import", "none.csv", "--mapping", "ibm_telco"], 2, "extract.path"),
        (["import", "none.csv"], 2, "extract.path"),
        (["import", "sample:ibm_telco", "--mapping", "none"], 2, "mapping.name"),
        (["import", "sample:ibm_telco", "--month", "June"], 2, "month.form"),
    ],
)
def test_a_call_that_cannot_be_taken_says_why(home: Path, arguments: list[str], code: int, said: str) -> None:
    done = run(home, *arguments)
    assert done.exit_code == code
    assert said in done.output


def test_the_simulated_operator_names_its_mapping_and_half_sent_extracts_are_refused(
    home: Path, tmp_path: Path
) -> None:
    extract = tmp_path / "x"
    made = run(home, "simulate", "--subscribers", "1000", "--months", "2", "--out", str(extract))
    assert made.exit_code == 0, made.output
    feeds = json.loads(run(home, "import", str(extract), "--json").stdout)["feeds"]
    assert {feed["feed"] for feed in feeds} == {"subscriber", "event", "org"}
    assert all(feed["input"] == feed["accepted"] + feed["quarantined"] for feed in feeds)
    assert all(feed["duplicates"] == feed["reasons"].get("DUPLICATE", 0) for feed in feeds)
    assert sum(feed["quarantined"] for feed in feeds) > 0
    lines = next(path for path in extract.iterdir() if path.name.startswith("subscriber_"))
    lines.write_bytes(lines.read_bytes()[:-1])
    torn = run(home, "import", str(extract))
    assert torn.exit_code == 1
    assert "extract.bytes" in torn.output


def test_a_table_of_something_else_is_refused_before_anything_is_written(home: Path, tmp_path: Path) -> None:
    table, mapping = tmp_path / "nonsense.csv", tmp_path / "nonsense.toml"
    table.write_text("苹果,香蕉,!!!\n你好,xx,12\n??,abc,-9\n", encoding="utf-8")
    suggested = run(home, "import", str(table), "--suggest", "--out", str(mapping))
    assert suggested.exit_code == 1
    assert "extract.not_recognised" in suggested.output
    assert not mapping.exists()
    mapping.write_text(
        '[mapping]\nname = "m"\ncurrency = "CNY"\n[org]\nname = "all"\ncode = "ALL"\n'
        '[subscriber]\nfiles = "nonsense.*"\nkey = "line"\n[subscriber.columns]\n'
        'line_type = {value = "MOBILE_MAIN"}\nline_use = {value = "COMMERCIAL"}\nunit_code = {value = "ALL"}\n'
        'service_status = {value = "IN_SERVICE"}\n[[subscriber.month]]\nfixed = "2026-01"\n',
        encoding="utf-8",
    )
    for more in ((), ("--dry-run",)):
        done = run(home, "import", str(table), "--mapping", str(mapping), *more)
        assert done.exit_code == 1
        assert "extract.not_recognised" in done.output
        assert not (home / "tables").exists()
