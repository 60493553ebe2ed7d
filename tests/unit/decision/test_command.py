"""`weixi plan` on a month of hand-made lines, planned by the shipped work plan."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import house
from weixi.engine import Store

Run = Callable[..., Result]


@pytest.fixture
def weixi(june: Store) -> Run:
    """Runs the command in the home of the store `june`."""

    def run(*arguments: str, lang: str = "zh") -> Result:
        return CliRunner().invoke(house, ["--home", str(june.home), "--lang", lang, "plan", *arguments])

    return run


def test_show_gives_the_plan_in_figures_and_writes_the_list(june: Store, weixi: Run) -> None:
    shown = weixi("show", "--out")
    assert shown.exit_code == 0, shown.output
    assert "租机协议即将到期" in shown.output
    assert "节点Q1" in shown.output
    assert (june.home / "out" / "plan-2025-06.csv").exists()
    told = json.loads(weixi("show", "--json", "--month", "2025-06", "--unit", "U1").output)
    assert told["file"] is None
    assert told["summary"]["task_count"] == 3
    assert told["summary"]["withdrawn_count"] == 1
    assert {group["code"] for group in told["summary"]["by_kind"]} == {
        "handset_lease_expiring",
        "large_arrears_recovery",
    }


@pytest.mark.req("X6")
@pytest.mark.parametrize("name", ["1", "USER0001", "id:1"])
def test_explain_answers_by_id_and_by_the_operators_key(weixi: Run, name: str) -> None:
    told = weixi("explain", name)
    assert told.exit_code == 0, told.output
    assert "130****0001" in told.output
    assert "13000000001" not in told.output
    assert "租机协议 2025年7月10日 到期，还有 40 天" in told.output
    assert "✓" in told.output
    assert "WX-D02" in told.output


def test_explain_for_programs_and_in_english(weixi: Run) -> None:
    told = json.loads(weixi("explain", "1", "--json").output)
    assert told["verdict"] == "TASK"
    assert told["task"]["task_date"] == "2025-06-01"
    assert sum(offer["is_chosen"] for offer in told["offers"]) == 1
    english = weixi("explain", "4", lang="en").output
    assert "no contact: port-out applied for: every retention contact stops" in english


def test_what_is_not_there_is_an_error_with_its_own_exit_code(weixi: Run) -> None:
    unknown = weixi("explain", "77")
    assert unknown.exit_code == 2
    assert "plan.no_subscriber" in unknown.output
    none = weixi("show", "--month", "2031-01")
    assert none.exit_code == 1
    assert "plan.no_month" in none.output
