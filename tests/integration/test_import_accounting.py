"""The benchmark's import: every planted row is in quarantine as it was planted, and a difference is seen."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROWS = 10_000

pytestmark = pytest.mark.slow


def bench(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "weixi", "--home", str(home), "bench", "import", f"--rows={ROWS}"]
    return subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


def test_what_was_planted_is_what_was_refused(home: Path) -> None:
    done = bench(home, "--no-scripts", "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert len(report["planted"]) == 14
    assert all(report["planted"].values())
    assert report["accepted"] + report["bad"] == report["rows"] == ROWS
    assert report["peers"]["duckdb_csv"]["rows"] == ROWS - sum(report["planted"].values())
    assert report["import"]["cpu"] > 0


def test_a_single_other_byte_in_the_file_is_seen(home: Path) -> None:
    """The comparison itself can fail: one code of one planted row is made a good one."""
    (file,) = (home / "bench" / "import").glob("subscriber_*.csv")
    data = file.read_bytes()
    assert b",ZZ," in data
    file.write_bytes(data.replace(b",ZZ,", b",1,", 1))
    done = bench(home, "--no-scripts")
    assert done.returncode == 1
    assert "not in quarantine" in done.stderr
    assert "accepted: planted" in done.stderr
    assert done.stdout == ""
