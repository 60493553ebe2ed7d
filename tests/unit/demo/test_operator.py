"""The simulated operator: one seed is one history, its marginals are a county's, its truth is exact."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.demo import ACTION_SCHEMA, Form, Operator, Rates
from weixi.demo.rates import Leaving, Population
from weixi.kernel.errors import UsageError
from weixi.kernel.period import Month

START = Month.of(2024, 1)
SIZE = 2_000
MONTHS = 4


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    made = Operator(SIZE, 11, START, out=tmp_path_factory.mktemp("op") / "extract")
    for k in range(MONTHS):
        made.advance(START.plus(k))
    return made


def table(folder: Path, name: str, month: Month = START) -> pa.Table:
    return pq.read_table(folder / f"{name}_{month.number}.parquet")


def good(rows: pa.Table) -> list[dict[str, Any]]:
    """The rows that are not planted: known keys, first of each."""
    seen, kept = set(), []
    for row in rows.to_pylist():
        if row["USER_ID"] < "95" and row["USER_ID"] not in seen:
            seen.add(row["USER_ID"])
            kept.append(row)
    return kept


def mains(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Commercial main cards in service."""
    return [r for r in rows if r["LINE_TYPE"] == "10" and r["USE_TYPE"] == "1" and r["STATUS_CD"] in "12345"]


def test_same_seed_writes_the_same_bytes(operator: Operator, tmp_path: Path) -> None:
    again = Operator(SIZE, 11, START, out=tmp_path / "extract")
    again.advance(START)
    first = {f.path: f.sha256 for f in operator.files if f.month == START.number}
    assert {f.path: f.sha256 for f in again.files} == first
    assert table(again.out, "subscriber").equals(table(operator.out, "subscriber"))
    other = Operator(SIZE, 12, START, out=tmp_path / "other")
    other.advance(START)
    assert all(first[f.path] != f.sha256 for f in other.files)


def test_manifest_names_every_file_as_it_is(operator: Operator) -> None:
    manifest = json.loads((operator.out / "manifest.json").read_text("utf-8"))
    on_disk = {path.name for path in operator.out.iterdir()} - {"manifest.json"}
    assert manifest["mapping"] == "simulated"
    assert {f["path"] for f in manifest["files"]} == on_disk
    assert len(on_disk) == 3 * MONTHS
    for f in manifest["files"]:
        raw = (operator.out / f["path"]).read_bytes()
        assert (f["bytes"], f["sha256"]) == (len(raw), sha256(raw).hexdigest())
        assert f["rows"] == pq.read_metadata(operator.out / f["path"]).num_rows
        assert f["path"] == f"{f['feed']}_{f['month']}.parquet"


def test_truth_is_apart_from_the_extract(operator: Operator, tmp_path: Path) -> None:
    assert operator.truth_folder == operator.out.parent / "extract_truth"
    names = {name for path in operator.out.glob("*.parquet") for name in pq.read_schema(path).names}
    assert not {"HAZARD", "REASON_1", "SKILL", "IS_SUSPECT", "IS_GAMED"} & names
    with pytest.raises(UsageError, match=r"simulate\.truth"):
        Operator(1_000, 1, START, out=tmp_path / "x", truth_folder=tmp_path / "x" / "truth")


def test_every_planted_row_is_counted(operator: Operator) -> None:
    planted = json.loads((operator.truth_folder / "truth.json").read_text("utf-8"))["planted"]
    for k in range(MONTHS):
        month = START.plus(k)
        rows = table(operator.out, "subscriber", month).to_pylist()
        strangers = [r for r in rows if r["USER_ID"] >= "95"]
        keys = Counter(r["USER_ID"] for r in rows)
        found = {
            "BAD_DATE": sum(r["OPEN_DT"] == "2024-02-30" for r in rows),
            "NEGATIVE_AMOUNT": sum((r["BILL_AMT"] or 0) < 0 and r["OWE_AMT"] < 0 for r in rows),
            "UNKNOWN_CODE": sum(r["STATUS_CD"] == "ZZ" for r in rows),
            "TEXT_IN_NUMBER": sum(r["PLAN_FEE"] == "五十九元" for r in rows),
            "DUPLICATE_KEY": sum(count - 1 for count in keys.values()),
        }
        assert found == planted[str(month)]
        assert min(found.values()) >= 1
        assert len(strangers) == sum(found.values()) - found["DUPLICATE_KEY"]


def test_bills_are_those_of_a_county(operator: Operator) -> None:
    bills = [float(r["BILL_AMT"]) for r in mains(good(table(operator.out, "subscriber")))]
    assert 38 <= np.median(bills) <= 52
    assert 0.20 <= np.mean([bill >= 80 for bill in bills]) <= 0.31
    assert min(bills) >= 0


def test_lines_leave_by_every_way_at_a_plausible_pace(tmp_path: Path) -> None:
    rates = Rates(population=Population(suspect_share=0.03))
    made = Operator(SIZE, 3, START, out=tmp_path / "extract", rates=rates)
    base, ways, lifted = 0, Counter[str](), 0
    for k in range(12):
        made.advance(START.plus(k))
        rows = table(made.out, "subscriber", START.plus(k))
        for status, code, day, kind, use, user in zip(
            *(
                rows[c].to_pylist()
                for c in ("STATUS_CD", "EXIT_CD", "EXIT_DT", "LINE_TYPE", "USE_TYPE", "USER_ID")
            ),
            strict=True,
        ):
            if kind != "10" or use != "1" or user >= "95":
                continue
            base += status in "12345"
            if status == "9" and day[:7] == str(START.plus(k)):
                ways[code] += 1
        lifted += sum(table(made.truth_folder, "truth", START.plus(k))["IS_GAMED"].to_pylist())
    total = sum(ways.values())
    assert 0.018 <= total / base <= 0.028
    assert 0.30 <= ways["X1"] / total <= 0.55
    assert 0.25 <= ways["X2"] / total <= 0.50
    assert 0.10 <= ways["X3"] / total <= 0.35
    assert 0 < ways["X4"] / total <= 0.15
    assert lifted > 0


def test_port_out_is_asked_for_and_applied_for_before(operator: Operator) -> None:
    seen: dict[str, dict[str, list[str]]] = {}
    ported = []
    for k in range(MONTHS):
        month = START.plus(k)
        for event in table(operator.out, "event", month).to_pylist():
            if event["EVT_TYPE"] in ("06", "07"):
                seen.setdefault(event["USER_ID"], {}).setdefault(event["EVT_TYPE"], []).append(
                    event["EVT_TIME"][:10]
                )
        ported += [
            (row["USER_ID"], row["EXIT_DT"])
            for row in good(table(operator.out, "subscriber", month))
            if row["EXIT_CD"] == "X1" and row["EXIT_DT"][:7] == str(month)
        ]
    assert len(ported) > 20
    for user, day in ported:
        assert min(seen[user]["07"]) <= day
        assert min(seen[user]["06"]) <= min(seen[user]["07"])


def test_no_value_leaks_where_there_is_none(operator: Operator) -> None:
    for path in operator.out.glob("*.parquet"):
        rows = pq.read_table(path)
        for name in rows.schema.names:
            assert not pa.types.is_floating(rows.schema.field(name).type)
        texts = {str(value) for name in rows.schema.names for value in set(rows[name].to_pylist())}
        assert not {"nan", "NaN", "inf", "NaT", ""} & texts
    for row in good(table(operator.out, "subscriber")):
        line = row["STATUS_CD"] != "0"
        assert (row["BILL_AMT"] is not None) == line
        assert (row["EXIT_DT"] is not None) == (row["STATUS_CD"] == "9") == (row["EXIT_CD"] is not None)
        assert (row["BAL_AMT"] is not None) == (row["PAY_MODE"] == "1")
        assert (row["OPEN_DT"] is not None) == line
        if line:
            assert row["BILL_AMT"] <= row["BILL_AMT_BEF"]
            assert row["OPP_NUM_CNT"] <= row["CALL_OUT_CNT"] <= row["CALL_CNT"]
            assert row["OPEN_DT"] <= (row["EXIT_DT"] or "2024-01-31")
            assert (row["AGRMT_TYPE"] == "0") == (row["AGRMT_END_DT"] is None)


def test_events_belong_to_their_month_and_to_known_lines(operator: Operator) -> None:
    for k in range(MONTHS):
        month = START.plus(k)
        rows = table(operator.out, "event", month).to_pylist()
        known = set(table(operator.out, "subscriber", month)["USER_ID"].to_pylist())
        assert {row["EVT_TIME"][:7] for row in rows} == {str(month)}
        assert {row["USER_ID"] for row in rows} <= known
        assert all(row["AMT"] is None or row["AMT"] >= 0 for row in rows)
        kinds = {row["EVT_TYPE"] for row in rows}
        assert kinds == {f"{n:02d}" for n in range(1, 12)}


def test_what_is_received_is_what_the_events_say(operator: Operator) -> None:
    month = START.plus(1)
    received: Counter[str] = Counter()
    for event in table(operator.out, "event", month).to_pylist():
        if event["EVT_TYPE"] in ("01", "02"):
            received[event["USER_ID"]] += event["AMT"]
    rows = good(table(operator.out, "subscriber", month))
    prepaid = [r for r in rows if r["LINE_TYPE"] == "10" and r["PAY_MODE"] == "1" and r["STATUS_CD"] in "12"]
    prepaid = [r for r in prepaid if r["USE_TYPE"] == "1"]
    assert len(prepaid) > 800
    assert all(r["PAY_AMT"] == received[r["USER_ID"]] for r in prepaid)


def test_the_tree_is_whole(operator: Operator) -> None:
    nodes = {row["ORG_ID"]: row for row in table(operator.out, "org").to_pylist()}
    for row in nodes.values():
        if row["ORG_LVL"] == "1":
            assert row["PARENT_ID"] is None
        else:
            assert int(nodes[row["PARENT_ID"]]["ORG_LVL"]) == int(row["ORG_LVL"]) - 1
        assert (row["CAPACITY"] is not None) == (row["ORG_LVL"] == "5")
    for row in good(table(operator.out, "subscriber")):
        for column, level in (
            ("UNIT_ID", "4"),
            ("OWNER_ID", "5"),
            ("GRP_MGR_ID", "5"),
            ("HOME_UNIT_ID", "4"),
        ):
            assert row[column] is None or nodes[row[column]]["ORG_LVL"] == level
        if row["OWNER_ID"]:
            assert nodes[row["OWNER_ID"]]["PARENT_ID"] == row["UNIT_ID"]


def test_everyone_the_plan_speaks_of_is_there(operator: Operator) -> None:
    rows = good(table(operator.out, "subscriber"))
    assert {r["LINE_TYPE"] for r in rows} == {"10", "11", "20"}
    assert {r["STATUS_CD"] for r in rows} >= {"1", "2", "3", "4", "9", "0"}
    assert {r["AGRMT_TYPE"] for r in rows} == {"0", "1", "2", "3", None}
    assert {r["GRP_TYPE"] for r in rows} == {"A", "B", "C", None}
    assert {"金鹏A5156", "三星W579", "三星W629"} <= {r["TERM_MODEL"] for r in rows}
    assert any(r["KEY_FLAG"] == "Y" for r in rows)
    assert any(r["RURAL_FLAG"] == "Y" for r in rows)
    assert any(r["CAMPUS_FLAG"] == "Y" for r in rows)
    suspect = [r for r in rows if r["HH_LEVEL"] and r["STATUS_CD"] == "1"]
    assert any(r["CALL_OUT_CNT"] > 20 * (r["CALL_CNT"] - r["CALL_OUT_CNT"]) for r in suspect)
    house = Counter(r["FAMILY_ID"] for r in rows if r["FAMILY_ID"])
    assert max(house.values()) >= 3
    assert min(house.values()) >= 1


def test_an_exited_line_is_listed_once(operator: Operator) -> None:
    gone: set[str] = set()
    for k in range(MONTHS):
        rows = good(table(operator.out, "subscriber", START.plus(k)))
        assert not gone & {r["USER_ID"] for r in rows}
        gone |= {r["USER_ID"] for r in rows if r["STATUS_CD"] == "9"}


def test_csv_says_what_parquet_says(tmp_path: Path) -> None:
    for form in Form:
        made = Operator(1_000, 5, START, out=tmp_path / form, form=form)
        made.advance(START)
    binary = table(tmp_path / "parquet", "subscriber").to_pylist()
    raw = (tmp_path / "csv" / f"subscriber_{START.number}.csv").read_text("utf-8").splitlines()
    assert raw[0] == ",".join(f'"{name}"' for name in binary[0])
    assert len(raw) == len(binary) + 1
    for line, row in zip(raw[1:], binary, strict=True):
        assert line.split(",") == [
            ""
            if v is None
            else str(v)
            if isinstance(v, int)
            else f'"{v}"'
            if isinstance(v, str)
            else f'"{v:.2f}"'
            for v in row.values()
        ]


def test_what_is_agreed_lowers_the_hazard_by_its_true_effect(tmp_path: Path) -> None:
    rates = Rates(leaving=Leaving(voluntary_rate=0.15, late_share=0.0))
    left, expected, spread = {}, {}, 0.0
    for name in ("alone", "treated"):
        made = Operator(2_000, 9, START, out=tmp_path / name, rates=rates)
        made.advance(START)
        truth = table(made.truth_folder, "truth")
        hazard, effect = (truth[c].to_numpy() for c in ("HAZARD", "EFFECT_RECONTRACT"))
        treated = name == "treated"
        users = truth["USER_ID"].to_pylist()
        day = START.plus(1).first
        actions = pa.Table.from_pylist(
            [
                {
                    "user_id": u,
                    "offer_code": "RECONTRACT",
                    "agreed_date": day,
                    "channel": "PHONE",
                    "agent_code": "W1",
                }
                for u in users
                if treated
            ],
            schema=ACTION_SCHEMA,
        )
        made.advance(START.plus(1), actions)
        gone = table(made.truth_folder, "exit", START.plus(1)).to_pylist()
        known = set(users)
        left[name] = sum(
            r["USER_ID"] in known and r["EXIT_TYPE"] in ("PORTED_OUT", "CANCELLED") for r in gone
        )
        chance = hazard * (1 - effect) if treated else hazard
        expected[name] = chance.sum()
        spread = max(spread, float((chance * (1 - chance)).sum()) ** 0.5)
        if treated:
            events = table(made.out, "event", START.plus(1)).to_pylist()
            orders = {e["USER_ID"] for e in events if e["OFFER_ID"] == "RECONTRACT" and e["STAFF_ID"] == "W1"}
            assert len(orders) > 0.95 * len(users)
            ends = {r["USER_ID"]: r for r in good(table(made.out, "subscriber", START.plus(1)))}
            bound = [r for u, r in ends.items() if u in orders and r["LINE_TYPE"] == "10"]
            assert all(r["AGRMT_TYPE"] != "0" and r["AGRMT_END_DT"] > "2025-01" for r in bound)
    # Secondary cards that leave with their main card come on top: under 2 % of the lines.
    for name in left:
        assert expected[name] - 4 * spread <= left[name] <= expected[name] + 4 * spread + 40
    assert left["alone"] - left["treated"] > 0.5 * (expected["alone"] - expected["treated"]) > 20


def test_what_the_operator_does_not_know_changes_nothing(tmp_path: Path) -> None:
    plain = Operator(1_000, 2, START, out=tmp_path / "plain")
    plain.advance(START)
    row = {"user_id": "999999999999", "offer_code": "X", "agreed_date": START.first, "channel": "SMS"}
    other = Operator(1_000, 2, START, out=tmp_path / "other")
    other.advance(START, pa.Table.from_pylist([row], schema=ACTION_SCHEMA))
    assert table(plain.out, "subscriber").equals(table(other.out, "subscriber"))


def test_refuses_what_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"simulate\.size"):
        Operator(999, 1, START, out=tmp_path / "a")
    made = Operator(1_000, 1, START, out=tmp_path / "b")
    with pytest.raises(UsageError, match=r"simulate\.month"):
        made.advance(START.plus(1))
    row = {"user_id": "860000000001", "agreed_date": START.plus(1).first}
    with pytest.raises(UsageError, match=r"simulate\.date"):
        made.advance(START, pa.Table.from_pylist([row], schema=ACTION_SCHEMA))
    made.advance(START)
    with pytest.raises(UsageError, match=r"simulate\.folder"):
        Operator(1_000, 1, START, out=tmp_path / "b")
