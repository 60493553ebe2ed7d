"""Apache Spark behind the port: the same texts, transpiled."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from weixi.dialect.transpile import to_spark
from weixi.engine.port import Value
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


class SparkEngine:
    """One Spark session over Parquet files; ANSI mode, UTC, plain (NTZ) timestamps."""

    name = "spark"

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def scan(self, view: str, files: Sequence[Path]) -> None:
        """Make `view` the union of the Parquet files."""
        self._session.read.parquet(*[str(file) for file in files]).createOrReplaceTempView(view)

    @contextmanager
    def passing(
        self, view: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch], folder: Path
    ) -> Iterator[None]:
        """Make `view` the batches, kept in `folder`: workers read files, not this process."""
        file = folder / "passing.parquet"
        with pq.ParquetWriter(file, schema, compression="lz4") as writer:
            for batch in batches:
                writer.write_batch(batch)
        self.scan(view, [file])
        yield

    @contextmanager
    def joins_as_written(self) -> Iterator[None]:
        """Nothing to do: Spark sorts both sides, or sends the small one round by the size of its files."""
        yield

    def materialize(self, text: str, values: Mapping[str, Value], folder: Path) -> None:
        """Run `text` into a folder of Parquet parts."""
        frame = self._session.sql(to_spark(text), args=dict(values))
        written = folder / "spark"
        frame.write.parquet(str(written), compression="snappy")
        for number, part in enumerate(sorted(written.glob("part-*.parquet"))):
            part.rename(folder / f"part-{number}.parquet")
        shutil.rmtree(written)

    def arrow(self, text: str, values: Mapping[str, Value]) -> pa.Table:
        """Run `text` and bring its rows into memory."""
        return self._session.sql(to_spark(text), args=dict(values)).toArrow()

    def close(self) -> None:
        """Stop the session."""
        self._session.stop()


def open_here(scratch: Path, memory_limit: str | None = None) -> SparkEngine:
    """A session on `WEIXI_SPARK_MASTER` (default: this machine). Raises UsageError where there is no Java."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise UsageError(
            "engine.java",
            Text("Spark 需要 Java 17，本机没有", "Spark needs Java 17 and this machine has none"),
            Text(
                "安装 openjdk-17-jre-headless，或用默认引擎 duckdb",
                "install openjdk-17-jre-headless, or use the default engine, duckdb",
            ),
        )
    scratch.mkdir(parents=True, exist_ok=True)
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.shuffle.partitions": os.environ.get("WEIXI_SPARK_PARTITIONS", "2"),
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.appName("weixi").master(os.environ.get("WEIXI_SPARK_MASTER", "local[2]"))
    for name, value in settings.items():
        builder = builder.config(name, value)
    return SparkEngine(builder.getOrCreate())
