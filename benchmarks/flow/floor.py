"""A bare scan of exactly the columns that a step reads: `python -m benchmarks.flow.floor TEXTS SCRATCH`."""

import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from benchmarks.flow.gauge import answer
from benchmarks.flow.peer import connect


def columns_read(text: str, schema: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    """View → the columns that can change the text's rows; those that it only passes along unused are not among them."""
    tree = qualify(
        sqlglot.parse_one(text, read="duckdb"), schema=schema, dialect="duckdb", quote_identifiers=False,
        validate_qualify_columns=False,
    )  # fmt: skip
    found: dict[str, set[str]] = defaultdict(set)
    for scope in traverse_scope(pushdown_projections(tree)):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table) and source.name in schema:
                found[source.name] |= {column.name for column in scope.source_columns(alias)}
    return found


def main(texts: list[tuple[str, dict[str, list[str]]]], scratch: Path) -> None:
    """Scan what each text reads and answer with the CPU seconds."""
    connection = connect(scratch)
    scans = []
    for text, views in texts:
        schema = {view: _schema(connection, files) for view, files in views.items()}
        for view, columns in columns_read(text, schema).items():
            picked = ", ".join(f"max({name})" for name in sorted(columns)) or "count(*)"
            listed = ", ".join(f"'{file}'" for file in views[view])
            scans.append(f"SELECT {picked} FROM read_parquet([{listed}])")
    # Otherwise max() is answered from the files' footers, and nothing is scanned.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    began = time.process_time()
    for scan in scans:
        connection.execute(scan).fetchall()
    answer({"cpu": time.process_time() - began, "scans": scans})


def _schema(connection: duckdb.DuckDBPyConnection, files: list[str]) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{files[0]}')").fetchall()
    return {name: kind for name, kind, *_ in described}


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
