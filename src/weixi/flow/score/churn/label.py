"""The label: which column says who left, and which of its values mean it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from weixi.flow.extract import gone_words, label_likeness
from weixi.flow.score.churn.frame import Ints
from weixi.flow.score.churn.reading import TextTable
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text

_SHOWN = 8
"""Values of a column that are looked at for words of leaving, and that an error lists."""
LEAST = 20
"""So few rows of either kind, and nothing can be learnt or measured."""


@dataclass(frozen=True, eq=False)
class Label:
    """The column, the values that mean having left, and 1 or 0 for every row."""

    column: str
    positive: tuple[str, ...]
    values: Ints


def read_label(table: TextTable, column: str | None, positive: Sequence[str]) -> Label:
    """The label of the table; what is not given is found by the words of `weixi import --suggest`.

    Raises UsageError where it cannot be told, DataError where a row has no value or one kind has hardly a row.
    """
    name = _column(table, column)
    texts = table.columns[name]
    counts = {str(one["values"]): int(one["counts"]) for one in pc.value_counts(texts).to_pylist()}
    gone = _positive(name, counts, positive)
    if counts.get("", 0) and "" not in gone:
        raise DataError(
            "lab.label.empty",
            Text(f"“{name}”有 {counts['']:,} 行为空", f"{name} is empty in {counts['']:,} rows"),
            Text("去掉这些行，或补上结果", "leave those rows out, or fill them in"),
        )
    values = np.isin(np.asarray(texts.to_pylist(), dtype=object), gone).astype(np.int64)
    left = int(values.sum())
    if min(left, len(values) - left) < LEAST:
        raise DataError(
            "lab.label.few",
            Text(
                f"“{name}”为离网 {left:,} 行，未离网 {len(values) - left:,} 行；两类都至少要 {LEAST} 行",
                f"{name}: {left:,} rows left, {len(values) - left:,} stayed; {LEAST} of each are needed",
            ),
            Text(
                "核对 --label 与 --positive，或给出更多数据",
                "check --label and --positive, or give more data",
            ),
        )
    return Label(name, gone, values)


def _column(table: TextTable, column: str | None) -> str:
    if column is not None:
        found = [name for name in table.columns if name == column] or [
            name for name in table.columns if name.casefold() == column.strip().casefold()
        ]
        if found:
            return found[0]
        raise UsageError(
            "lab.label.unknown",
            Text(f"表里没有“{column}”这一列", f"the table has no column {column}"),
            Text(f"有：{'、'.join(table.columns)}", f"there are: {', '.join(table.columns)}"),
        )
    named = [(label_likeness(name), -place, name) for place, name in enumerate(table.columns)]
    named = [one for one in named if one[0]]
    likely = [one for one in named if gone_words(_values(table, one[2]))]
    if named and not likely:
        best = max(named)[2]
        values = _values(table, best)
        raise UsageError(
            "lab.label.values",
            Text(
                f"“{best}”像离网标识，但没有一个值看得出是离网",
                f"{best} looks like the label, but no value of it plainly means left",
            ),
            Text(
                f"用 --label 与 --positive 指明；值有：{'、'.join(values) or '太多，不列'}",
                f"name it with --label and --positive; its values: {', '.join(values) or 'too many to list'}",
            ),
        )
    if not likely:
        raise UsageError(
            "lab.label.unnamed",
            Text("看不出哪一列是离网标识", "no column looks like the label"),
            Text(
                f"用 --label 指明；有：{'、'.join(table.columns)}",
                f"name it with --label: {', '.join(table.columns)}",
            ),
        )
    return max(likely)[2]


def _values(table: TextTable, name: str) -> list[str]:
    found = [str(value) for value in pc.unique(table.columns[name]).to_pylist()]
    return found if len(found) <= _SHOWN else []


def _positive(name: str, counts: dict[str, int], positive: Sequence[str]) -> tuple[str, ...]:
    unknown = [value for value in positive if value not in counts]
    gone = tuple(positive) if positive else gone_words(counts)
    if unknown or not gone:
        said = f"“{'、'.join(unknown)}”" if unknown else "离网的值"
        shown = sorted(counts, key=lambda value: (-counts[value], value))[:_SHOWN]
        raise UsageError(
            "lab.label.positive",
            Text(
                f"“{name}”里看不到{said}",
                f"{name} has no {', '.join(unknown) or 'value that plainly means left'}",
            ),
            Text(
                f"用 --positive 指明；值有：{'、'.join(shown)}",
                f"name it with --positive; the values: {', '.join(shown)}",
            ),
        )
    return gone
