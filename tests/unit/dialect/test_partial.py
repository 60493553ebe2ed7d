"""What a condition says while some columns are not known: TRUE only where no value of theirs could change it."""

from itertools import product

import duckdb
import pytest

from weixi.dialect.partial import decided

VALUES = (0, 1, None)


def holds(condition: str, **values: int | None) -> bool:
    words = {name: "NULL" if value is None else str(value) for name, value in values.items()}
    shown = ", ".join(f"CAST({word} AS BIGINT) AS {name}" for name, word in words.items())
    with duckdb.connect() as connection:
        (found,) = connection.execute(f"SELECT {condition} FROM (SELECT {shown})").fetchall()
    return bool(found[0])


@pytest.mark.parametrize(
    "condition",
    [
        "COALESCE(a > 0 AND b > 0, FALSE)",
        "COALESCE(a > 0 OR b > 0, FALSE)",
        "COALESCE(NOT (a > 0 AND b > 0), FALSE)",
        "COALESCE(a > 0 AND NOT COALESCE(b > 0, FALSE), FALSE)",
        "COALESCE(a > 0 AND COALESCE(b, 0) = 0, FALSE)",
        "COALESCE(a > 0 AND (b = 0 OR a + b > 0), FALSE)",
        "COALESCE(b IS NULL OR a > 0, FALSE)",
        "COALESCE(NOT b IN (0, 1) OR a = 1, FALSE)",
    ],
)
def test_what_is_decided_holds_for_every_value_of_the_unknown(condition: str) -> None:
    told = decided(condition, {"b"})
    for a in VALUES:
        if holds(told, a=a, b=None):
            assert all(holds(condition, a=a, b=b) for b in VALUES)
    for a, b in product(VALUES, VALUES):
        assert holds(decided(condition, set()), a=a, b=b) == holds(condition, a=a, b=b)


def test_a_known_branch_decides() -> None:
    assert holds(decided("COALESCE(a > 0 OR b > 0, FALSE)", {"b"}), a=1, b=None)
    assert not holds(decided("COALESCE(a > 0 AND COALESCE(b, 0) = 0, FALSE)", {"b"}), a=1, b=0)
