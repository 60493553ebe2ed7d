"""The public churn sets that may not ship: imported whole by suggestion alone, and by the shipped mappings."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handmade.public import public_files
from weixi.cli.app import house
from weixi.engine import Store, open_engine
from weixi.flow.book import SUBSCRIBER_MONTH

CELL2CELL = {"No": 21_779, "Yes": 8_776}
IBM = {"No": 5_174, "Yes": 1_869}


def taken(home: Path, *arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(house, ["--home", str(home), "import", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_cell2cell_by_suggestion_alone(tmp_path: Path) -> None:
    (path,) = public_files("cell2cell/cell2cell_60.csv.gz")
    out = tmp_path / "c2c.toml"
    said = taken(tmp_path / "home", str(path), "--suggest", "--out", str(out))
    assert said["suggestion"]["key"] == ["CustomerID"]
    left_out = {one["column"] for one in said["suggestion"]["columns"] if one["role"] == "LEFT_OUT"}
    assert left_out == {"RetentionCalls", "RetentionOffersAccepted", "MadeCallToRetentionTeam"}
    done = taken(tmp_path / "home", str(path), "--mapping", str(out))
    assert (done["input"], done["accepted"], done["quarantined"]) == (30_555, 30_555, 0)
    assert done["label"] == {"column": "Churn", "gone": ["Yes"], "counts": CELL2CELL}


@pytest.mark.parametrize(
    ("patterns", "mapping", "rows", "label"),
    [
        (["cell2cell/cell2cell_60.csv.gz"], "cell2cell", 30_555, CELL2CELL),
        (["ibm_telco_ext/*.xlsx"], "ibm_telco_ext", 7_043, IBM),
        (["bigml_churn/churn5000_mlc.csv.gz"], "bigml", 5_000, {"no": 4_293, "yes": 707}),
    ],
)
def test_the_shipped_mappings(
    patterns: list[str], mapping: str, rows: int, label: dict[str, int], tmp_path: Path
) -> None:
    paths = [str(path) for path in public_files(*patterns)]
    home = tmp_path / "home"
    done = taken(home, *paths, "--mapping", mapping)
    assert (done["input"], done["accepted"]) == (rows, rows)
    assert done["label"]["counts"] == label
    engine = open_engine("duckdb", scratch=home / "scratch")
    try:
        store = Store(home, engine)
        (gone,) = store.rows(
            "SELECT CAST(count(*) AS BIGINT) AS line_count FROM b WHERE service_status = 'EXITED'",
            inputs={"b": store.require(SUBSCRIBER_MONTH, month=202601)},
        )
        assert gone["line_count"] == label[done["label"]["gone"][0]]
    finally:
        engine.close()


def test_the_five_workbooks_are_joined_whole_and_their_leaks_stay_out(tmp_path: Path) -> None:
    paths = [str(path) for path in public_files("ibm_telco_ext/*.xlsx")]
    said = taken(tmp_path / "home", *paths, "--suggest")
    assert (said["input"], said["accepted"]) == (7_043, 7_043)
    assert len(said["suggestion"]["joined"]) == 4
    left_out = {one["column"] for one in said["suggestion"]["columns"] if one["role"] == "LEFT_OUT"}
    assert left_out == {
        "Churn Value", "Customer Status", "Churn Reason", "Churn Category", "Churn Score", "CLTV", "Satisfaction Score",
    }  # fmt: skip
    done = taken(tmp_path / "home", *paths, "--mapping", "ibm_telco_ext", "--dry-run")
    assert [(join["records"], join["joined"]) for join in done["feeds"][0]["joins"]] == [(7_043, 7_043)] * 4
