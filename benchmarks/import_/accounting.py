"""Whether an import said, kept and refused what the file is known to hold."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.flow.home import files
from benchmarks.import_.file import Made
from benchmarks.import_.truth import KINDS

SHOWN = 3


def differences(made: Made, said: dict[str, Any], home: Path, month: int) -> list[str]:
    """What is not as planted: counts, reasons, and every refused row's file, line, text and reason. Empty: all is."""
    accepted = made.rows - made.bad
    reasons = Counter[str]()
    for name, count in made.planted.items():
        reason = KINDS[name].reason
        if reason is not None:
            reasons[reason.value] += count
    book = sum(pq.read_metadata(file).num_rows for file in files(home, "subscriber_month", month=month))
    expected = {
        "input": (made.rows, said["input"]),
        "accepted": (accepted, said["accepted"]),
        "quarantined": (made.bad, said["quarantined"]),
        "rows of the book": (accepted, book),
        "reasons": (dict(reasons), said["reasons"]),
    }
    found = [
        f"{name}: planted {one}, found {other}" for name, (one, other) in expected.items() if one != other
    ]
    return found + _rows(made, home, month)


def _rows(made: Made, home: Path, month: int) -> list[str]:
    """The refused rows one by one."""
    planted = set()
    for row in pq.read_table(made.truth / "planted.parquet").to_pylist():
        reason = KINDS[row["kind"]].reason
        if reason is not None:
            planted.add((made.path.name, row["line"], row["text"].decode("utf-8", "replace"), reason.value))
    parts = files(home, "quarantine", month=month, feed="subscriber")
    kept = [row for part in parts for row in pq.read_table(part, partitioning=None).to_pylist()]
    refused = [(row["file"], row["line"], row["text"], row["reason"]) for row in kept]
    lacking, strange = planted - set(refused), set(refused) - planted
    found = [f"not in quarantine: {row}" for row in sorted(lacking)[:SHOWN]]
    found += [f"in quarantine and not planted so: {row}" for row in sorted(strange)[:SHOWN]]
    if len(refused) != len(set(refused)):
        found.append(f"quarantine holds {len(refused) - len(set(refused))} rows twice")
    return found
