"""`weixi lab uplift` on small tables: what it answers, writes, guesses and refuses."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import house
from weixi.cli.lab.uplift_table import read_table

ROWS = 900
QUICK = ("--folds", "2", "--no-peers")


def lab(*arguments: object) -> Result:
    return CliRunner().invoke(house, ["lab", "uplift", *map(str, arguments)])


@pytest.fixture(scope="module")
def rows() -> dict[str, Any]:
    """Three arms: letters help those with x above 0 and harm the others, calls help everybody a little."""
    rng = np.random.default_rng(1)
    arm = rng.choice(["none", "letter", "call"], ROWS)
    x, noise = rng.normal(size=ROWS), rng.normal(size=ROWS)
    gain = np.where(arm == "letter", np.where(x > 0, 0.35, -0.25), np.where(arm == "call", 0.1, 0))
    stays = rng.random(ROWS) < 0.5 + gain
    return {
        "line": [f"L{n:04}" for n in range(ROWS)],
        "arm": arm,
        "x": x,
        "side": np.where(x > 0, "plus", "minus"),
        "noise": noise,
        "after": stays + rng.normal(0, 0.1, ROWS),
        "stays": np.where(stays, "yes", "no"),
        "churn": (~stays).astype(int),
    }


@pytest.fixture
def table(rows: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "trial.csv"
    arrow_csv.write_csv(pa.table(rows), path)
    return path


def test_every_arm_is_set_against_the_control_and_every_row_gets_its_uplift(
    table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    done = lab(
        table, "--treatment", "arm", "--outcome", "stays", "--id", "line", "--drop", "after,churn", "--segment", "side",
        "--value", 100, "--cost", 5, "--out", out, "--json", *QUICK,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["control"], said["control_guessed"]) == ("none", True)
    assert set(said["features"]) == {"x", "noise", "side=minus", "side=plus", "side=…"}
    letter = next(arm for arm in said["arms"] if arm["arm"] == "letter")
    assert {arm["arm"] for arm in said["arms"]} == {"letter", "call"}
    assert letter["basis"] == "RANDOM"
    methods = {method["name"]: method for method in letter["methods"]}
    assert list(methods) == ["chosen", "same_odds", "two_models", "s_learner", "x_learner", "risk"]
    assert methods["two_models"]["qini"]["low"] > 0 > methods["risk"]["qini"]["low"]
    assert {each["segment"]: each["effect"] for each in letter["segments"]} == {
        "minus": "HARMS",
        "plus": "HELPS",
    }
    assert letter["profit"]["best_share"] < 0.8
    with out.open(encoding="utf-8") as stream:
        written = list(csv.DictReader(stream))
    assert [row["line"] for row in written] == [f"L{n:04}" for n in range(ROWS)]
    assert set(written[0]) == {"line", "uplift_letter", "effect_letter", "uplift_call", "effect_call"}
    with table.open(encoding="utf-8") as stream:
        x = np.array([float(row["x"]) for row in csv.DictReader(stream)])
    uplift = np.array([float(row["uplift_letter"]) for row in written])
    assert uplift[x > 0.5].mean() > 0.1 > 0 > uplift[x < -0.5].mean()
    assert sum(row["effect_letter"] == "HARMS" for row in written) == letter["do_not_wake"]


def test_a_test_file_is_judged_alone_and_the_plots_are_written(rows: dict[str, Any], tmp_path: Path) -> None:
    arm = rows["arm"] != "call"
    two = {name: np.asarray(values)[arm] for name, values in rows.items() if name not in ("after", "stays")}
    half = np.arange(int(arm.sum())) % 2 == 0
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    arrow_csv.write_csv(pa.table({n: v[half] for n, v in two.items()}), train)
    arrow_csv.write_csv(pa.table({n: v[~half] for n, v in two.items()}), test)
    out, plots = tmp_path / "out.parquet", tmp_path / "plots"
    done = lab(
        train, "--test", test, "--treatment", "arm", "--control", "none", "--outcome", "churn", "--good", 0,
        "--drop", "line,side", "--out", out, "--plots", plots, *QUICK,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "churn = 0" in done.output
    assert "有效" in done.output or "数据不足" in done.output
    written = pa.parquet.read_table(out)
    assert written.column_names == ["row", "uplift", "effect"]
    assert written.num_rows == int((~half).sum())
    page = (plots / "uplift.html").read_text(encoding="utf-8")
    assert "Qini 曲线：letter" in page
    assert "<script src" not in page
    assert (plots / "qini.png").read_bytes().startswith(b"\x89PNG")
    assert (plots / "tenths.png").stat().st_size > 10_000


@pytest.mark.parametrize("treatment", [(), ("--treatment", "arm")])
def test_without_a_trial_it_says_risk_only_and_offers_a_hold_out(
    treatment: tuple[str, ...], rows: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "no_trial.csv"
    arrow_csv.write_csv(pa.table({**rows, "arm": ["call"] * ROWS}), path)
    done = lab(path, *treatment, "--outcome", "stays")
    assert done.exit_code == 0, done.output
    assert "只有风险，效果未知" in done.output
    assert "[[holdout]]" in done.output
    said = json.loads(lab(path, *treatment, "--outcome", "stays", "--json").stdout)
    assert said["effect"] == "UNKNOWN"
    assert [need["share"] for need in said["hold_out"]] == [0.02, 0.05, 0.1] * 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--treatment", "arm", "--outcome", "churn"), "lab.good"),
        (("--treatment", "arm", "--outcome", "stays", "--good", "maybe"), "lab.good"),
        (("--treatment", "arm", "--outcome", "stays", "--control", "email"), "lab.control"),
        (("--treatment", "line", "--outcome", "stays"), "lab.control"),
        (("--treatment", "arm", "--outcome", "nothing"), "lab.column"),
        (("--treatment", "arm", "--outcome", "stays", "--cost", "3"), "lab.value"),
        (("--treatment", "arm", "--outcome", "stays", "--propensity", "x"), "lab.propensity"),
    ],
)
def test_a_call_that_cannot_be_taken_is_refused_with_what_to_do(
    arguments: tuple[str, ...], code: str, table: Path
) -> None:
    done = lab(table, *arguments, *QUICK)
    assert done.exit_code in (1, 2)
    assert f"[{code}]" in done.output
    assert "处理办法" in done.output


def test_a_column_that_the_treatment_changes_is_pointed_at(rows: dict[str, Any], tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    opened = (rng.random(ROWS) < 0.1 + 0.3 * (rows["arm"] == "letter")).astype(int)
    kept = rows["arm"] != "call"
    path = tmp_path / "leak.csv"
    columns = {"arm": rows["arm"], "x": rows["x"], "opened": opened, "stays": rows["stays"]}
    arrow_csv.write_csv(pa.table({n: np.asarray(v)[kept] for n, v in columns.items()}), path)
    done = lab(path, "--treatment", "arm", "--outcome", "stays", *QUICK)
    assert done.exit_code == 0, done.output
    assert "分组不像随机" in done.output
    assert "opened" in done.output
    assert "--drop" in done.output


def test_chinese_codes_of_old_files_are_read(rows: dict[str, Any], tmp_path: Path) -> None:
    lines = ["联系,用量,保有"]
    words = {"none": "对照组", "letter": "短信"}
    lines += [
        f"{words[arm]},{x:.3f},{'是' if stays == 'yes' else '否'}"
        for arm, x, stays in zip(rows["arm"], rows["x"], rows["stays"], strict=True)
        if arm in words
    ]
    for name, text in (("all", "\n".join(lines)), ("values", "\n".join(["t,x,stays", *lines[1:]]))):
        (tmp_path / f"{name}.csv").write_bytes(text.encode("gb18030"))
        assert read_table(tmp_path / f"{name}.csv").num_rows == len(lines) - 1
    done = lab(tmp_path / "all.csv", "--treatment", "联系", "--outcome", "保有", "--json", *QUICK)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["control"], said["arms"][0]["arm"], said["outcome"]) == ("对照组", "短信", "保有 = 是")
