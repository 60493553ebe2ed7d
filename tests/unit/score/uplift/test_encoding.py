"""Columns of any table as numbers."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa

from weixi.flow.score.uplift.encoding import encode_columns


def test_numbers_stay_words_become_flags_and_what_says_nothing_is_left_out() -> None:
    table = pa.table(
        {
            "fee": pa.array([Decimal("1.5"), None, Decimal("2.5"), Decimal("1.5")], pa.decimal128(9, 2)),
            "since": [date(1970, 1, 2), date(1970, 1, 5), None, date(1970, 1, 2)],
            "vip": [True, False, None, True],
            "city": ["甲", "乙", "甲", None],
            "same": [7, 7, 7, 7],
            "some": [7, None, 7, 7],
            "key": ["a", "b", "c", "d"],
        }
    )
    found = encode_columns(table, table.column_names)
    assert found.names == (
        "fee",
        "since",
        "vip",
        "city=甲",
        "city=乙",
        "city=…",
        "some",
        "key=a",
        "key=b",
        "key=c",
        "key=d",
        "key=…",
    )
    nan = np.nan
    expected = [
        [1.5, 1, 1, 1, 0, 0, 7], [nan, 4, 0, 0, 1, 0, nan], [2.5, nan, nan, 1, 0, 0, 7], [1.5, 1, 1, 0, 0, 0, 7],
    ]  # fmt: skip
    np.testing.assert_array_equal(found.matrix(table)[:, :7], np.array(expected, dtype=float))
    assert found.left_out == ("same",)


def test_a_word_that_was_not_there_before_is_another_one_and_a_key_is_left_out() -> None:
    table = pa.table({"city": ["甲", "乙"] * 20, "key": [f"k{n}" for n in range(40)]})
    found = encode_columns(table, ["city", "key"])
    assert found.left_out == ("key",)
    assert found.names == ("city=乙", "city=甲", "city=…")
    later = pa.table({"city": ["丙", "甲"], "key": ["k1", "k2"]})
    np.testing.assert_array_equal(found.matrix(later), [[0, 0, 1], [0, 1, 0]])


def test_the_rarer_words_share_a_flag() -> None:
    words = [f"w{n:02}" for n in range(25) for _ in range(30 - n)]
    found = encode_columns(pa.table({"plan": words}), ["plan"])
    assert len(found.names) == 21
    assert found.matrix(pa.table({"plan": ["w24", "w00", None]}))[:, -1].tolist() == [1, 0, 0]
