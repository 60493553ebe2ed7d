"""What DuckDB does beside the contract of the engines."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.engine import open_engine


def test_a_view_shows_the_files_that_it_was_told_last(tmp_path: Path) -> None:
    """The same files twice, other ones, a stream under the same name, and the first again."""
    schema = pa.schema([("number", pa.int64())])
    engine = open_engine("duckdb", tmp_path / "scratch")

    def told(values: list[int]) -> Path:
        path = tmp_path / f"{'-'.join(map(str, values))}.parquet"
        pq.write_table(pa.table({"number": values}, schema), path)
        return path

    def seen() -> list[int]:
        return engine.arrow("SELECT number FROM given ORDER BY number", {})["number"].to_pylist()

    one, two = told([1]), told([2, 3])
    for files, rows in (([one], [1]), ([one], [1]), ([two], [2, 3]), ([one, two], [1, 2, 3]), ([one], [1])):
        engine.scan("given", files)
        assert seen() == rows
    batches = iter([pa.record_batch({"number": [7]}, schema)])
    with engine.passing("given", schema, batches, tmp_path):
        assert seen() == [7]
    engine.scan("given", [one])
    assert seen() == [1]
    engine.close()
