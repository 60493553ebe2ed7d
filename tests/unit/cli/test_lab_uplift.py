"""`weixi lab uplift` on small tables: what it answers, writes, guesses and refuses."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from weixi.cli.app import house
from weixi.flow.score.churn.reading import read_table

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
        assert read_table(tmp_path / f"{name}.csv").rows == len(lines) - 1
    done = lab(tmp_path / "all.csv", "--treatment", "联系", "--outcome", "保有", "--json", *QUICK)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["control"], said["arms"][0]["arm"], said["outcome"]) == ("对照组", "短信", "保有 = 是")


def trial_rows(rows: dict[str, Any]) -> list[list[str]]:
    """A header and the rows of letters against nobody; the key has leading noughts."""
    kept = [n for n in range(ROWS) if rows["arm"][n] != "call"]
    return [
        ["key", "arm", "x", "stays"],
        *([f"{n:06}", rows["arm"][n], f"{rows['x'][n]:.3f}", rows["stays"][n]] for n in kept),
    ]


def test_a_key_keeps_its_noughts_and_rows_that_cannot_be_split_are_counted(
    rows: dict[str, Any], tmp_path: Path
) -> None:
    path, out = tmp_path / "ragged.csv", tmp_path / "out.csv"
    lines = [",".join(row) for row in trial_rows(rows)]
    path.write_text("\n".join([*lines, "000000,letter", "1,letter,2,yes,9"]) + "\n", encoding="utf-8")
    asked = (path, "--treatment", "arm", "--outcome", "stays", "--id", "key", "--out", out, *QUICK)
    done = lab(*asked, "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["rows"], said["faulty_rows"], said["features"]) == (len(lines) - 1, 2, ["x"])
    with out.open(encoding="utf-8") as stream:
        assert [row["key"] for row in csv.DictReader(stream)] == [row[0] for row in trial_rows(rows)[1:]]
    assert "2 行列数不对" in lab(*asked).output


def test_a_workbook_is_the_same_table(rows: dict[str, Any], tmp_path: Path) -> None:
    plain, packed = tmp_path / "trial.csv", tmp_path / "trial.xlsx"
    table = trial_rows(rows)
    plain.write_text("\n".join(",".join(row) for row in table) + "\n", encoding="utf-8")
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet("试验")
        for place, row in enumerate(table):
            sheet.write_row(place, 0, row)
    asked = ("--treatment", "arm", "--outcome", "stays", "--json", *QUICK)
    found = [
        json.loads(lab(path, *more, *asked).stdout)
        for path, more in ((plain, ()), (packed, ("--sheet", "试验")))
    ]
    for each in found:
        for method in each["arms"][0]["methods"]:
            del method["cpu_seconds_a_fold"]
    assert found[0] == found[1]
    assert "key" in found[0]["left_out"]
    assert "[lab.sheet]" in lab(plain, "--sheet", "试验", *asked).output
    assert "[extract.sheet]" in lab(packed, "--sheet", "别的", *asked).output


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("arm,x,x,stays\nnone,1,2,yes\n", "extract.header"),
        ("arm,x,stays\n", "lab.empty"),
        ("", "extract.empty"),
        ("arm,x,stays\n" + "none,1,yes\nletter,1,no\n" * 40, "lab.nothing"),
    ],
)
def test_a_table_without_rows_or_features_is_refused_in_words(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    done = lab(path, "--treatment", "arm", "--outcome", "stays", "--json", *QUICK)
    assert done.exit_code == 1, done.output
    assert f"[{code}]" in done.output
    assert "处理办法" in done.output


def test_an_outcome_that_is_no_rate_says_unknown_to_programs_as_well(tmp_path: Path) -> None:
    path = tmp_path / "amounts.csv"
    path.write_text("x,spend\n1,2.5\n2,7.5\n", encoding="utf-8")
    said = json.loads(lab(path, "--outcome", "spend", "--json").stdout)
    assert (said["effect"], said["rate"], said["hold_out"]) == ("UNKNOWN", None, [])
