"""The leakage guard on a table whose leaks are known."""

import numpy as np
import pytest

from handmade.public import public_files
from weixi.flow.extract import LeftOut
from weixi.flow.score.churn import Leak
from weixi.flow.score.churn.frame import Frame, Words
from weixi.flow.score.churn.guard import guard
from weixi.flow.score.churn.kind import type_table
from weixi.flow.score.churn.label import read_label
from weixi.flow.score.churn.reading import read_table

ROWS = 4_000
RNG = np.random.default_rng(5)
LABEL = (RNG.random(ROWS) < 0.25).astype(np.int64)
NOISE = RNG.normal(size=ROWS)


def words(values: list[str]) -> Words:
    different = tuple(sorted(set(values)))
    return Words(different, np.array([different.index(value) for value in values]))


def judged(name: str, column: np.ndarray | Words) -> tuple[Leak | None, LeftOut | None]:
    numbers = {name: column} if isinstance(column, np.ndarray) else {}
    spelt = {name: column} if isinstance(column, Words) else {}
    found = guard(Frame(numbers, spelt, ROWS), LABEL, seed=1)
    return (
        found.refused[0].leak if found.refused else None,
        found.doubted[0].left_out if found.doubted else None,
    )


def test_the_label_in_other_words() -> None:
    assert judged("state", words([("stays", "gone")[y] for y in LABEL])) == (Leak.LABEL, None)
    assert judged("value", LABEL * 3.0 - 7) == (Leak.LABEL, None)


def test_filled_in_after_leaving() -> None:
    assert judged("why", words(["price" if y else "" for y in LABEL])) == (Leak.AFTER, None)
    closed = np.where(LABEL == 1, NOISE, np.nan)
    assert judged("closed", closed) == (Leak.AFTER, None)
    # A third of the leavers have a reason: weak as a predictor, and yet it knows the end.
    some = words(["price" if y and n > 0.4 else "" for y, n in zip(LABEL, NOISE, strict=True)])
    assert judged("sometimes", some) == (Leak.AFTER, None)


def test_too_good_alone() -> None:
    assert judged("score", LABEL * 3.0 + NOISE) == (Leak.TOO_GOOD, None)
    # Not monotonous: both ends leave.
    assert judged("bent", np.where(LABEL == 1, 4 * np.sign(NOISE), 0) + NOISE) == (Leak.TOO_GOOD, None)


def test_a_value_that_is_always_the_end() -> None:
    status = ["closing" if y and n > 1 else "open" for y, n in zip(LABEL, NOISE, strict=True)]
    assert judged("status", words(status)) == (Leak.TOO_GOOD, None)


def test_honest_columns_stay() -> None:
    assert judged("bill", NOISE + 0.8 * LABEL) == (None, None)
    assert judged("county", words([str(int(abs(n) * 20)) for n in NOISE])) == (None, None)
    holes = np.where(RNG.random(ROWS) < 0.3, np.nan, NOISE)
    assert judged("holes", holes) == (None, None)


def test_names_that_say_so() -> None:
    assert judged("Churn Reason", words(["x" if n > 0 else "" for n in NOISE]))[0] is Leak.AFTER
    assert judged("离网概率", NOISE) == (None, LeftOut.SCORE)
    assert judged("RetentionCalls", NOISE) == (None, LeftOut.RETENTION)


@pytest.mark.parametrize("label", ["Churn Label", "Churn Value"])
def test_every_leak_of_the_extended_set(label: str) -> None:
    (path,) = public_files("ibm_telco_ext/telco_ext_merged.csv.gz")
    table = read_table(path)
    read = read_label(table, label, ())
    found = guard(type_table(table).frame.without([label]), read.values, seed=42)
    other = {"Churn Label": "Churn Value", "Churn Value": "Churn Label"}[label]
    leaks = {"Satisfaction Score", "Churn Score", "Customer Status", "Churn Category", "Churn Reason", other}
    assert {one.column for one in found.refused} == leaks
    assert all(one.evidence.zh and one.evidence.en for one in found.refused)


@pytest.mark.parametrize(
    "pattern",
    [
        "ibm_telco/wa_churn_modeldata.csv.gz",
        "bigml_churn/churn5000_mlc.csv.gz",
        "cell2cell/cell2cell_60.csv.gz",
    ],
)
def test_no_honest_column_of_the_other_sets(pattern: str) -> None:
    (path,) = public_files(pattern)
    table = read_table(path)
    label = read_label(table, None, ())
    assert guard(type_table(table).frame.without([label.column]), label.values, seed=42).refused == ()
