"""Keeping what an import refused: each record with its file, line, text and reason."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.flow.extract.judging import Listed
from weixi.flow.extract.opening import ExtractFile
from weixi.flow.extract.read import record_texts
from weixi.flow.extract.style import Style
from weixi.flow.extract.tables import DAY_QUARANTINE, QUARANTINE
from weixi.flow.extract.text_batch import FILE, LINE, TEXT

ROWS = 50_000


def write_quarantine(
    store: Store, scratch: Store, listed: Listed, origin: str, day: date | None = None
) -> Partition:
    """The refused records of one feed and month, or of a `day`'s; `origin` names the import.

    Files are read again for the texts.
    """
    converted = listed.converted
    key: dict[str, int | str] = {"month": converted.month.number, "feed": converted.feed.name.value}
    return store.put(
        QUARANTINE if day is None else DAY_QUARANTINE,
        key if day is None else {**key, "day": day.isoformat()},
        _records(scratch, listed),
        origin=f"{origin} {converted.feed.name} {converted.month}",
        note={"input": converted.input, "accepted": listed.accepted, "duplicates": listed.duplicates},
    )


def _records(scratch: Store, listed: Listed) -> Iterator[pa.RecordBatch]:
    if not listed.refused.manifest.rows:
        return
    staged = listed.converted.staged
    for number, (file, style) in enumerate(zip(staged.files, staged.styles, strict=True)):
        refused = scratch.arrow(
            f"SELECT {LINE}, reason, column_name, value, {TEXT} FROM refused "
            f"WHERE {FILE} = $file ORDER BY {LINE}",
            inputs={"refused": listed.refused},
            parameters={"file": number},
        )
        for start in range(0, refused.num_rows, ROWS):
            yield _batch(file, refused.slice(start, ROWS), style)


def _batch(file: ExtractFile, refused: pa.Table, style: Style) -> pa.RecordBatch:
    lines = refused.column(LINE).to_numpy()
    texts = refused.column(TEXT).to_pylist()
    wanted = np.array([line for line, text in zip(lines, texts, strict=True) if text is None], np.int64)
    found = dict(record_texts(file.source, wanted, style)) if wanted.size else {}
    whole = [found[int(line)] if text is None else text for line, text in zip(lines, texts, strict=True)]
    return pa.RecordBatch.from_pydict(
        {
            "file": pa.array([file.name] * len(whole), pa.string()),
            "line": pa.array(lines, pa.int64()),
            "text": pa.array(whole, pa.string()),
            "reason": refused.column("reason").combine_chunks(),
            "column_name": refused.column("column_name").combine_chunks(),
            "value": refused.column("value").combine_chunks(),
        }
    )
