"""A planner checks and compares plans on a month's data: what is printed, what is counted, what stays as it was."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import house
from weixi.engine import Store, Table, open_engine
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import PARITY_AUDIT, PLAN, PLAN_LINE
from weixi.flow.segment import LABEL
from weixi.playbook import SHIPPED

MONTH = "2025-01"
PLANS = Path(__file__).parents[2] / "src" / "weixi" / "playbook"
Weixi = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated operator that has run one assessed month."""
    base = tmp_path_factory.mktemp("operator")
    arguments = ["demo", "--subscribers", "1000", "--months", "1", "--history", "3", "--start", "2025-01"]
    done = CliRunner().invoke(house, ["--home", str(base), *arguments], prog_name="weixi")
    assert done.exit_code == 0, done.output
    return base / "demo"


@pytest.fixture
def weixi(home: Path) -> Weixi:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(house, ["--home", str(home), "playbook", *arguments], prog_name="weixi")

    return run


@pytest.fixture
def mine(tmp_path: Path) -> Callable[..., Path]:
    """The work plan with some edits, as a file."""

    def write(*edits: tuple[str, str]) -> Path:
        text = (PLANS / "work_plan.toml").read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def rows_of(home: Path, table: Table, month: int) -> list[dict[str, Any]]:
    """The newest rows of one month, read from the files themselves."""
    folder = max(
        (home / "tables" / table.name / f"month={month}").iterdir(), key=lambda path: int(path.name[1:])
    )
    return [row for file in sorted(folder.glob("part-*.parquet")) for row in pq.read_table(file).to_pylist()]


def state(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


@pytest.mark.req("C1", "C2", "C3", "M6")
def test_a_shipped_plan_is_checked_on_data(weixi: Weixi, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "uncovered.csv"
    done = weixi("check", *SHIPPED, "--month", MONTH, "--out", str(out), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["data"]
    coverage = told["coverage"]
    dropped = sum(each["lines"] for each in coverage["dropped"])
    assert coverage["covered"] + dropped == coverage["base"] > 500
    assert all(
        each["rule"] in ("port_out_application", "suspect_usage_cleanup") for each in coverage["dropped"]
    )
    with out.open(encoding="utf-8-sig", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert Counter(row["dropped_by"] for row in listed) == {
        each["rule"]: each["lines"] for each in coverage["dropped"]
    }
    common = {each["code"] for each in coverage["measures"] if each["is_common"]}
    assert {"coverage", "parity", "deposit_as_general_method"} <= common
    assert not common & {"prepay_bonus", "raise_deposit", "key_callback"}
    assert sum(band["lines"] for band in told["bands"]) <= coverage["base"]
    highest = [band["ceiling_fen"] for band in told["bands"]]
    assert highest == sorted(highest)
    for shares in told["balance"].values():
        assert sum(share["base"] for share in shares) == coverage["base"]
        assert sum(share["base_share"] for share in shares) == pytest.approx(1)
        assert sum(share["task_share"] for share in shares) == pytest.approx(1)
        assert not any(share["is_left_out"] for share in shares)


def test_the_tables_are_printed_for_people(weixi: Weixi) -> None:
    done = weixi("check", "--month", MONTH)
    assert done.exit_code == 0
    for words in ("覆盖率", "新老用户同等", "优惠上限随贡献上升", "任务与用户的占比", "没有问题"):
        assert words in done.stdout


SOURCE = 'source = {document = "default", quote = "x"}'
WORDS = 'text = {zh = "词", en = "words"}'


def addition(path: Path, replaces: str, *entries: str) -> Path:
    """A playbook on the work plan that replaces whole sections of it."""
    header = f"""[playbook]
name = "mine"
version = "1"
title = {{zh = "试", en = "mine"}}
builds_on = ["work_plan"]
replaces = [{replaces}]
"""
    path.write_text(
        "\n".join([header, *(f"{entry}\n{WORDS}\n{SOURCE}" for entry in entries)]), encoding="utf-8"
    )
    return path


PRINCIPLE = '[[measure]]\ncode = "principle"\ngroup = "COMMON"\nwhen = "TRUE"'


@pytest.mark.req("C1")
def test_lines_that_no_measure_covers_are_listed_with_the_nearest_one(
    weixi: Weixi, home: Path, tmp_path: Path
) -> None:
    """One measure reaches people, and only those who are in service and pay ahead."""
    prepaid = "payment_type = 'PREPAID' AND is_in_service"
    only = f'[[measure]]\ncode = "ahead"\ngroup = "MASS"\nwhen = "{prepaid}"\nchannels = ["SMS"]'
    path = addition(tmp_path / "mine.toml", '"measure"', PRINCIPLE, only)
    out = tmp_path / "uncovered.csv"
    done = weixi("check", str(path), "--month", MONTH, "--out", str(out), "--json")
    assert done.exit_code == 1
    [fault] = json.loads(done.stdout)["faults"]
    assert fault["code"] == "playbook.uncovered"
    states = ("IN_SERVICE", "ONE_WAY_STOPPED", "TWO_WAY_STOPPED", "SUSPENDED", "PENDING_CANCEL")
    later = {
        row["subscriber_id"]
        for row in rows_of(home, SUBSCRIBER_MONTH, 202501)
        if (row["line_type"], row["line_use"]) == ("MOBILE_MAIN", "COMMERCIAL")
        and row["service_status"] in states
        and row["payment_type"] != "PREPAID"
    }
    with out.open(encoding="utf-8-sig", newline="") as stream:
        listed = {int(row["subscriber_id"]): row for row in csv.DictReader(stream)}
    silenced = {number for number, row in listed.items() if row["dropped_by"] != "no_measure"}
    assert later
    assert listed.keys() - silenced == later - silenced
    assert {row["nearest"] for number, row in listed.items() if number not in silenced} == {"ahead"}


@pytest.mark.req("M6")
def test_a_plan_for_rented_handsets_alone_is_told(weixi: Weixi, tmp_path: Path) -> None:
    warning = """[[warning]]
code = "lease"
task_type = "EXPIRY"
when = "contract_kind = 'HANDSET_LEASE'"
happens = "contract_end_date"
act_before_days = 0
window_days = 30
channel = "PHONE"
level = [{level = "BLUE", when = "TRUE"}]
reason = [{code = "lease", when = "TRUE", text = {zh = "租机", en = "leased"}}]
success = {when = "now_is_in_service", text = {zh = "在网", en = "in service"}}"""
    offer = """[[offer]]
code = "care_contact"
family = "SERVICE"
billing_code = "WX-S00"
cost = "0"
channels = ["PHONE"]
existing = true
new = false"""
    path = addition(
        tmp_path / "mine.toml",
        '"warning", "response", "offer", "measure", "lever"',
        warning,
        offer,
        PRINCIPLE + '\noffers = ["care_contact"]',
        '[[lever]]\ncode = "base_work"',
        '[[response]]\ncode = "lease"\nwithin_hours = 24',
    )
    done = weixi("check", str(path), "--month", MONTH)
    assert done.exit_code == 1
    assert "playbook.class_left_out" in done.stderr
    assert "“裸机”有" in done.stderr
    assert "“租机”有" not in done.stderr


@pytest.mark.req("C5", "C6", "C7")
def test_every_audit_is_kept_and_a_new_offer_that_breaks_parity_is_an_alarm(
    weixi: Weixi, home: Path, mine: Callable[..., Path]
) -> None:
    before = json.loads(weixi("check", "--month", MONTH, "--json").stdout)["audits"]
    assert [audit["month"] for audit in before].count(MONTH) >= 1
    assert {audit["month"] for audit in before} == {"2024-12", MONTH}, "every run audits its month"
    new = """
[[offer]]
code = "new_only"
text = {zh = "新用户专享", en = "for new ones"}
family = "SERVICE"
billing_code = "WX-X"
cost = "0"
channels = ["PHONE"]
existing = false
new = true
source = {document = "default", quote = "x"}

[[offer]]
code = "care_contact\""""
    path = mine(('\n[[offer]]\ncode = "care_contact"', new))
    done = weixi("check", str(path), "--month", MONTH)
    assert done.exit_code == 1
    assert "playbook.parity" in done.stderr
    assert "老用户不能办" in done.stdout
    assert "告警：新优惠 new_only 破坏同等" in done.stdout
    after = json.loads(weixi("check", str(path), "--month", MONTH, "--json").stdout)["audits"]
    assert after[: len(before)] == before, "nothing is lost"
    assert len(after) == len(before) + 1, "the same audit is kept once"
    assert (after[-1]["gaps"], after[-1]["alarms"]) == (1, ["new_only"])
    assert {row["offer_code"]: row["gap"] for row in rows_of(home, PARITY_AUDIT, 202501)}[
        "new_only"
    ] == "NO_PATH"


def test_two_plans_are_compared_and_the_home_stays_as_it_is(
    weixi: Weixi, home: Path, mine: Callable[..., Path], tmp_path: Path
) -> None:
    path = mine(("[parameter.gold_arpu]\nvalue = 200", "[parameter.gold_arpu]\nvalue = 100"))
    out = tmp_path / "changed.csv"
    before = state(home)
    done = weixi("diff", "work_plan", str(path), "--month", MONTH, "--out", str(out), "--json")
    assert done.exit_code == 0, done.output
    assert state(home) == before
    told = json.loads(done.stdout)
    [change] = told["changes"]
    assert (change["old"], change["new"], change["affects"]) == (
        "200 yuan",
        "100 yuan",
        ["grade:KEY", "holdout:high_end"],
    )
    data = told["data"]
    old = Counter(row["grade"] for row in rows_of(home, LABEL, 202501))
    for dimension in ("grade", "band", "stage", "cluster", "category"):
        assert (
            sum(m["lines"] for m in data["moves"] if m["dimension"] == dimension)
            == data["lines"]
            == sum(old.values())
        )
    grades = [m for m in data["moves"] if m["dimension"] == "grade"]
    assert {g: sum(m["lines"] for m in grades if m["old"] == g) for g in old} == old
    ruled = [m for m in data["moves"] if m["dimension"] == "rule_grade"]
    moved = [(m["old"], m["new"]) for m in ruled if m["old"] != m["new"]]
    assert moved == [("REGULAR", "KEY")]
    plan = rows_of(home, PLAN, 202502)
    assert sum(county["old_tasks"] for county in data["counties"]) == len(plan)
    assert sum(pool["old_used_fen"] for pool in data["pools"]) == sum(row["offer_cost_fen"] for row in plan)
    with out.open(encoding="utf-8-sig", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert len(listed) == data["changed"] > 0
    kinds = {str(row["subscriber_id"]) for row in rows_of(home, PLAN_LINE, 202502)}
    assert all(bool(row["old_kind"]) == (row["subscriber_id"] in kinds) for row in listed)


def test_a_plan_beside_itself_changes_nothing(weixi: Weixi) -> None:
    told = json.loads(weixi("diff", "work_plan", "work_plan", "--month", MONTH, "--json").stdout)
    assert (told["changes"], told["data"]["changed"]) == ([], 0)
    assert all(county["old_tasks"] == county["new_tasks"] for county in told["data"]["counties"])


def test_what_is_printed_of_a_comparison(weixi: Weixi) -> None:
    done = weixi("diff", "work_plan", "work_plan+care_scheme", "--month", MONTH)
    assert done.exit_code == 0
    for words in ("分级：原（行）→ 新（列）", "各县分任务", "优惠成本按资金池", "key_callback"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("check", "--out", "x.csv"), 2, "--month"),
        (("check", "--month", "2031-01"), 1, "没有"),
        (("diff", "work_plan", "work_plam"), 2, "work_plan"),
        (("diff", "work_plan", "work_plan", "--month", "2031-01"), 1, "没有"),
    ],
)
def test_wrong_calls_are_told(weixi: Weixi, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = weixi(*arguments)
    assert done.exit_code == code
    assert words in done.stderr


def test_seals_hold_after_all_this(home: Path) -> None:
    done = CliRunner().invoke(house, ["--home", str(home), "verify"], prog_name="weixi")
    assert done.exit_code == 0, done.output
    engine = open_engine("duckdb", scratch=home / "scratch")
    assert Store(home, engine).partitions(PARITY_AUDIT)
    engine.close()
