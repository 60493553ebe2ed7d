"""`weixi playbook check` and `show`, called as people and programs call them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import house


@pytest.fixture
def weixi():
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(house, list(arguments), prog_name="weixi")

    return run


def test_check_says_that_the_shipped_plan_is_right(weixi):
    done = weixi("playbook", "check")
    assert done.exit_code == 0
    assert "没有问题" in done.stdout
    assert "work_plan" in done.stdout


def test_check_of_both_shipped_plans_for_programs(weixi):
    done = weixi("playbook", "check", "work_plan", "care_scheme", "--json")
    answer = json.loads(done.stdout)
    assert (answer["name"], answer["faults"]) == ("work_plan+care_scheme", [])
    assert len(answer["fingerprint"]) == 64


def test_check_says_every_fault_and_ends_with_1(weixi, small, tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(small.replace("window_days = 30", "window_days = 0").replace('["care"]', '["car"]'))
    done = weixi("playbook", "check", str(path))
    assert done.exit_code == 1
    assert f"{path}:92" in done.stderr
    assert "没有 offer “car”" in done.stderr
    english = weixi("--lang", "en", "playbook", "check", str(path))
    assert "there is no offer “car”" in english.stderr


def test_check_gives_faults_to_programs_and_ends_with_1(weixi, small, tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(small.replace('["care"]', '["car"]'))
    done = weixi("playbook", "check", str(path), "--json")
    assert done.exit_code == 1
    [fault] = json.loads(done.stdout)["faults"]
    assert fault["code"] == "playbook.unknown_offer"
    assert fault["what"] == {"zh": "没有 offer “car”", "en": "there is no offer “car”"}


def test_show_prints_figures_with_their_lines(weixi):
    done = weixi("playbook", "show", "work_plan")
    assert done.exit_code == 0
    for words in (
        "≥ 35 %",
        "≥ 100 %",
        "≤ 7.5 % 每季",
        "$high_value_arpu",
        "80 元",
        "work plan:17 三",
        "清理黑话用户",
        "窗口内充值",
    ):
        assert words in done.stdout


def test_show_gives_the_whole_plan_to_programs(weixi):
    plan = json.loads(weixi("playbook", "show", "work_plan", "--json").stdout)
    assert plan["kpis"][0]["rate"] == 0.35
    assert [band["low_fen"] for band in plan["bands"]][3] == 8000
    assert plan["warnings"][0]["code"] == "port_out_query"
