"""A mapping that takes nothing of the files is no import."""

from pathlib import Path

import pytest

from weixi.flow.extract import (
    load_mapping,
    read_mapping,
    require_recognised,
    shipped_mappings,
    suggest,
    write_mapping,
)
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month


def mapping_text(folder: Path, name: str, content: str) -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return write_mapping(suggest([path], None, Month.of(2026, 1)))


@pytest.mark.parametrize(
    "content",
    [
        "苹果,香蕉,!!!\n你好,xx,12\n??,abc,-9\n",
        "菜名,价格,辣度\n鱼香肉丝,28,1\n水煮鱼,68,3\n",
        "用户编号,苹果\nA1,x\nA2,y\n",  # a key, and nothing that says anything of a line
    ],
)
def test_a_table_of_something_else_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    text = mapping_text(tmp_path, "nonsense.csv", content)
    with pytest.raises(DataError, match=r"extract\.not_recognised") as caught:
        require_recognised(read_mapping(text.encode(), "m"), "nonsense.csv")
    assert caught.value.where == "nonsense.csv"
    assert "核对" in caught.value.remedy.zh
    assert "--" not in text + caught.value.remedy.zh
    assert "weixi" not in text


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_shipped_mapping_takes_enough(name: str) -> None:
    require_recognised(load_mapping(name), name)


def test_a_bill_and_a_key_are_enough(tmp_path: Path) -> None:
    text = mapping_text(tmp_path, "bill_202601.csv", "用户编号,出账金额\nA1,30\nA2,40\n")
    require_recognised(read_mapping(text.encode(), "m"), "bill_202601.csv")
