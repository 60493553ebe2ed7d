"""Bad rows among the good ones, so that an import has something to refuse; the truth folder counts them.

Each stands beside the good rows: but for the second copies, no line of the operator hides behind one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.demo import columns
from weixi.demo.actions import FIRST_USER
from weixi.demo.lines import Array

STRANGER = FIRST_USER + 90_000_000_000
"""USER_IDs from here on belong to no line."""


class Fault(StrEnum):
    """One kind of bad row."""

    BAD_DATE = "BAD_DATE"
    NEGATIVE_AMOUNT = "NEGATIVE_AMOUNT"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    TEXT_IN_NUMBER = "TEXT_IN_NUMBER"


@dataclass(slots=True)
class Planter:
    """Plants the bad rows of one month, chunk by chunk, and counts them."""

    share: float
    counts: dict[Fault, int] = field(default_factory=lambda: dict.fromkeys(Fault, 0))

    def plant(self, batch: pa.RecordBatch, rng: np.random.Generator) -> list[pa.RecordBatch]:
        """The bad rows that follow `batch`, made from copies of its rows."""
        made: list[pa.RecordBatch] = []
        if not batch.num_rows:
            return made
        for fault in Fault:
            count = max(int(rng.poisson(self.share * batch.num_rows)), int(not self.counts[fault]))
            if not count:
                continue
            rows = np.sort(rng.integers(0, batch.num_rows, count))
            bad = batch.take(pa.array(rows))
            users = np.arange(count) + STRANGER + sum(self.counts.values())
            values: Mapping[str, pa.Array] = {
                "USER_ID": bad["USER_ID"] if fault is Fault.DUPLICATE_KEY else columns.key(0, users),
                **_spoilt(fault, bad, count),
            }
            made.append(
                pa.RecordBatch.from_arrays(
                    [values.get(name, bad[name]) for name in batch.schema.names], schema=batch.schema
                )
            )
            self.counts[fault] += count
        return made


def _spoilt(fault: Fault, bad: pa.RecordBatch, count: int) -> Mapping[str, pa.Array]:
    """The columns that are wrong in the rows of one fault."""
    negative = columns.yuan(np.full(count, -8_800), np.ones(count, dtype=np.bool_))
    match fault:
        case Fault.BAD_DATE:
            return {"OPEN_DT": _last_word(bad["OPEN_DT"])}
        case Fault.NEGATIVE_AMOUNT:
            return {"BILL_AMT": negative, "OWE_AMT": negative}
        case Fault.UNKNOWN_CODE:
            return {"STATUS_CD": _last_word(bad["STATUS_CD"])}
        case Fault.TEXT_IN_NUMBER:
            return {"PLAN_FEE": _last_word(bad["PLAN_FEE"])}
        case Fault.DUPLICATE_KEY:
            paid = pc.fill_null(bad["SMS_CNT"], 0)
            return {"SMS_CNT": pc.add(paid, 1)}


def _last_word(column: pa.DictionaryArray) -> pa.Array:
    """The same dictionary, every row its last word."""
    index: Array = np.full(len(column), len(column.dictionary) - 1)
    return pa.DictionaryArray.from_arrays(pa.array(index, pa.int32()), column.dictionary)
