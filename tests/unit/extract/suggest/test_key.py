"""What is a sound key: never a masked number, never one that collides."""

from pathlib import Path

import pyarrow as pa
import pytest

from weixi.flow.extract.style import Style
from weixi.flow.extract.suggest.key import choose_key
from weixi.flow.extract.suggest.profile import Sheet


def sheet(**columns: list[str]) -> Sheet:
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return Sheet((Path("x.csv"),), Style(), table, table.num_rows, 0, None)


PLACES = range(200)
BILLS = [f"{place}.5" for place in PLACES]


def test_an_id_goes_before_a_number() -> None:
    numbers = [f"138{place:08d}" for place in PLACES]
    ids = [f"U{place}" for place in PLACES]
    assert choose_key(sheet(手机号=numbers, 用户编号=ids, 出账=BILLS), None).columns == ("用户编号",)
    alone = choose_key(sheet(手机号=numbers, 出账=BILLS), None)
    assert alone.columns == ("手机号",)
    assert alone.score < 0.7


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ([f"138****{place:04d}" for place in PLACES], "打码"),
        ([f"1380000{place % 199:04d}" for place in PLACES], "不唯一"),
        ([f"138{place:08d}" if place else "" for place in PLACES], "为空"),
    ],
)
def test_a_masked_colliding_or_lacking_number_is_no_key(numbers: list[str], why: str) -> None:
    found = choose_key(sheet(手机号=numbers, 出账=BILLS), None)
    assert found.columns == ()
    assert why in found.refused[0].zh


def test_masked_values_under_the_name_of_an_id_are_no_key_either() -> None:
    masked = [f"138****{place:04d}" for place in PLACES]
    assert choose_key(sheet(用户编号=masked, 出账=BILLS), None).columns == ()


def test_rows_that_stand_twice_keep_the_key_and_are_said() -> None:
    ids = [f"U{place}" for place in PLACES]
    found = choose_key(sheet(用户编号=[*ids, *ids[:3]], 出账=[*BILLS, *BILLS[:3]]), None)
    assert found.columns == ("用户编号",)
    assert any("3 行" in said.zh for said in found.why)


def test_a_customer_with_several_lines_is_no_key_for_a_line() -> None:
    customers = [f"C{place // 2}" for place in PLACES]
    assert choose_key(sheet(客户编号=customers, 出账=BILLS), None).columns == ()


def test_the_same_id_in_another_month_is_the_same_key() -> None:
    ids = [f"U{place}" for place in PLACES] * 2
    months = ["202501"] * 200 + ["202502"] * 200
    listed = sheet(用户编号=ids, 账期=months, 出账=[*BILLS, *BILLS])
    assert choose_key(listed, "账期").columns == ("用户编号",)
