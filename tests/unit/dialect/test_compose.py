"""Pieces become one statement."""

import pytest

from weixi.dialect.compose import Pipeline
from weixi.dialect.lint import outputs
from weixi.dialect.types import ColumnType as T
from weixi.kernel.errors import UsageError


def test_pieces_stand_in_their_order_and_may_name_those_before() -> None:
    pipeline = Pipeline().add("a", "SELECT 1 AS n").add("b", "SELECT n + 1 AS m FROM a\n")
    assert pipeline.names == ("a", "b")
    text = pipeline.text("SELECT m FROM b")
    assert text == "WITH a AS (\nSELECT 1 AS n\n),\nb AS (\nSELECT n + 1 AS m FROM a\n)\nSELECT m FROM b"
    assert outputs(text, {}) == {"m": T.INTEGER}


def test_without_pieces_the_select_stands_alone() -> None:
    assert Pipeline().text(" SELECT 1 AS n ") == "SELECT 1 AS n"


@pytest.mark.parametrize("name", ["a", "A", "a b", "1a", "", "a-b"])
def test_a_name_is_plain_and_used_once(name: str) -> None:
    pipeline = Pipeline().add("a", "SELECT 1 AS n")
    with pytest.raises(UsageError) as caught:
        pipeline.add(name, "SELECT 1 AS n")
    assert caught.value.code == "dialect.piece"
