"""The hand-written peers of the benchmark give our rows: other SQL, other libraries, the same plan."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
SIZE = ("2000", "3")

pytestmark = pytest.mark.slow


def bench(home: Path) -> subprocess.CompletedProcess[str]:
    size = ["--subscribers", SIZE[0], "--months", SIZE[1]]
    command = [sys.executable, "-m", "benchmarks.flow", "--home", str(home), *size, "--rows-only"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


def test_every_peer_gives_our_rows(home: Path) -> None:
    done = bench(home)
    assert done.returncode == 0, done.stderr
    left_out = json.loads(done.stdout)["left_out"]
    if left_out:
        pytest.skip(f"some scripts were left out, for want of their libraries: {left_out}")


def test_a_single_other_value_is_shown_and_ends_the_bench(home: Path) -> None:
    """The comparison itself can fail: one bill of one line is changed in the peer's output."""
    if not (home / "bench").exists():
        assert bench(home).returncode == 0
    folder = next((home / "bench").iterdir())
    changed = folder / "changed"
    shutil.copytree(folder / "peers" / "label", changed, dirs_exist_ok=True)
    rows = pq.read_table(changed / "label.parquet")
    first = pc.min(rows["subscriber_id"])
    band = pc.if_else(pc.equal(rows["subscriber_id"], first), "B999", rows["band"])
    at = rows.schema.get_field_index("band")
    pq.write_table(rows.set_column(at, "band", band.cast(pa.string())), changed / "label.parquet")
    command = [
        sys.executable,
        "-m",
        "benchmarks.flow.compare",
        str(folder / "ours"),
        "2026-01",
        str(changed),
        "label",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "only theirs: 1 rows" in done.stdout
    assert "B999" in done.stdout
