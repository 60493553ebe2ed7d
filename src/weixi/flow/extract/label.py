"""Counting the label: how many accepted records have each value of the operator's column that says who left."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.engine import Store
from weixi.flow.extract.judging import Listed
from weixi.flow.extract.text_batch import FILE, LINE


@dataclass(frozen=True, slots=True)
class LabelCount:
    """The label of one feed and month: accepted records by value ('' where empty); `gone` values mean leaving."""

    column: str
    gone: tuple[str, ...]
    counts: Mapping[str, int]


def count_label(scratch: Store, listed: Listed) -> LabelCount | None:
    """The label's count; None where the mapping names none."""
    staged = listed.converted.staged
    label = staged.batch.mapping.label
    if label is None:
        return None
    column = staged.converter.staged(label.column)
    found = scratch.rows(
        f"""SELECT COALESCE(r.{column}, '') AS label_value, CAST(count(*) AS BIGINT) AS row_count
FROM ({listed.listed_text()}) a JOIN raw r ON r.{FILE} = a.{FILE} AND r.{LINE} = a.{LINE}
GROUP BY COALESCE(r.{column}, '') ORDER BY label_value""",
        inputs={**listed.inputs, "raw": staged.raw},
    )
    return LabelCount(label.column, label.gone, {row["label_value"]: int(row["row_count"]) for row in found})
