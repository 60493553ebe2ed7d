"""`weixi lab churn` from a file to its answer: refusals, figures, plots, the same bytes twice."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import house

ROWS = 400
QUICK = ("--member", "logistic", "--folds", "2", "--threads", "1")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four hundred lines; two columns know the end of the story, one comes of retention work."""
    rng = np.random.default_rng(1)
    bill, use = rng.gamma(2, 30, ROWS), rng.normal(size=ROWS)
    left = rng.random(ROWS) < 1 / (1 + np.exp(1 + 1.5 * use))
    lines = ["用户编号,月账单,通话变化,地市,离网原因,状态,维系次数,是否离网"]
    for k in range(ROWS):
        town = ("甲", "乙", "丙")[k % 3]
        why, state, said = ("资费", "已拆", "是") if left[k] else ("", "正常", "否")
        lines.append(f"U{k:05d},{bill[k]:.2f},{use[k]:.3f},{town},{why},{state},{k % 2},{said}")
    path = tmp_path_factory.mktemp("lab") / "table.csv"
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    return path


def lab(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(house, ["lab", "churn", str(file), *QUICK, *arguments])


def answered(file: Path, *arguments: str) -> dict[str, Any]:
    done = lab(file, "--json", *arguments)
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_refusals_and_figures(file: Path) -> None:
    said = answered(file, "--no-peers", "--id", "用户编号")
    assert (said["label"], said["positive"], said["rows"]) == ("是否离网", ["是"], ROWS + 1)
    assert {(one["column"], one["leak"]) for one in said["refused"]} == {
        ("离网原因", "AFTER"),
        ("状态", "LABEL"),
    }
    assert [one["column"] for one in said["doubted"]] == ["维系次数"]
    assert said["features"] == ["月账单", "通话变化", "维系次数", "地市"]
    assert said["duplicate_rows"] == 1
    assert 0.7 < said["auc"] < 0.9
    assert said["ours"]["auc"] == said["auc"]
    assert {"auc", "pr_auc", "lift10", "brier", "ece", "emp"} <= said.keys()
    assert np.mean(said["ours"]["by_fold"]["auc"]) == pytest.approx(said["auc"], abs=1e-6)


def test_the_same_bytes_twice(file: Path) -> None:
    one, two = (lab(file, "--json", "--no-peers", "--group-duplicates").stdout for _ in range(2))
    assert one == two
    assert one != lab(file, "--json", "--no-peers", "--group-duplicates", "--seed", "7").stdout


def test_peers_in_the_same_folds(file: Path) -> None:
    said = answered(file, "--drop-doubted", "--drop", "地市", "--id", "用户编号")
    assert set(said["peers"]) | set(said["peers_not_installed"]) == {
        "logistic",
        "xgboost",
        "lightgbm",
        "catboost",
    }
    assert {"logistic", "lightgbm"} <= said["peers"].keys()
    assert said["features"] == ["月账单", "通话变化"]
    for figures in said["peers"].values():
        assert 0.6 < figures["auc"] < 0.9
        assert len(figures["by_fold"]["emp"]) == 2


def test_page_and_pictures(file: Path, tmp_path: Path) -> None:
    done = lab(file, "--no-peers", "--html", str(tmp_path / "a.html"), "--png", str(tmp_path / "p"))
    assert done.exit_code == 0, done.output
    assert "拒用 离网原因：离网之后才有" in done.output
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "http" not in page
    names = sorted(path.name for path in (tmp_path / "p").iterdir())
    assert names == ["calibration.png", "lift.png", "profit.png", "roc.png"]
    assert all((tmp_path / "p" / name).read_bytes().startswith(b"\x89PNG") for name in names)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["--label", "没有"], 2, "lab.label.unknown"),
        (["--drop", "没有"], 2, "lab.column"),
        (["--positive", "也许"], 2, "lab.label.positive"),
        (["--member", "forest"], 2, "lab.member"),
        (
            [
                "--drop",
                "月账单",
                "--drop",
                "通话变化",
                "--drop",
                "地市",
                "--drop",
                "维系次数",
                "--id",
                "用户编号",
            ],
            1,
            "lab.nothing",
        ),
    ],
)
def test_what_cannot_be_evaluated(file: Path, arguments: list[str], exit_code: int, said: str) -> None:
    done = lab(file, "--no-peers", *arguments)
    assert done.exit_code == exit_code
    assert said in done.output


def test_a_short_budget_says_what_it_left_out(file: Path) -> None:
    done = CliRunner().invoke(
        house, ["lab", "churn", str(file), "--folds", "2", "--no-peers", "--budget", "0.0001", "--json"]
    )
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert len(said["ours"]["members"]) == 1
    assert len(said["ours"]["members_left_out"]) >= 5
