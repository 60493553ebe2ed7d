"""The whole suggestion: what it makes of labels, months and leaks, and the TOML it writes."""

import tomllib
from pathlib import Path

import pytest

from weixi.flow.extract import read_mapping, suggest, write_mapping
from weixi.flow.extract.suggest import Role, Suggestion
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.period import Month

ASSUMED = Month.of(2025, 12)


def suggested(tmp_path: Path, text: str, name: str = "a.csv", month: Month | None = None) -> Suggestion:
    path = tmp_path / name
    path.write_text(text)
    found = suggest([path], month, ASSUMED)
    written = write_mapping(found)
    read_mapping(written.encode(), "a.toml")
    return found


def lines(header: str, row: str, count: int = 40) -> str:
    return "\n".join([header, *(row.replace("#", str(place)) for place in range(count))]) + "\n"


def test_a_status_that_names_exits_needs_no_second_month(tmp_path: Path) -> None:
    text = "用户编号,用户状态,是否离网\n" + "".join(
        f"U{place},{'离网' if place % 5 == 0 else '正常'},{int(place % 5 == 0)}\n" for place in range(40)
    )
    found = suggested(tmp_path, text)
    assert [str(month) for month, _ in found.months] == ["2025-12"]
    assert found.label is not None
    assert found.label.gone == ("1",)


def test_the_month_comes_from_the_column_the_call_the_name_or_is_assumed(tmp_path: Path) -> None:
    plain = lines("用户编号,出账", "U#,#.5")
    several = "用户编号,账期,出账\n" + "".join(
        f"U{place},20250{1 + place % 2},{place}.5\n" for place in range(40)
    )
    assert suggested(tmp_path, several).period.column == "账期"
    assert suggested(tmp_path, plain, month=Month.of(2024, 3)).months[0][0] == Month.of(2024, 3)
    assert suggested(tmp_path, plain, "用户_202506.csv").months[0][0] == Month.of(2025, 6)
    found = suggested(tmp_path, plain)
    assert found.months[0][0] == ASSUMED
    assert any("假定为 2025-12" in said.zh for said in found.assumes)


def test_in_a_series_of_months_the_label_marks_exits_of_its_own_month(tmp_path: Path) -> None:
    text = "用户编号,账期,用户状态,是否离网\n" + "".join(
        f"U{place},20250{1 + place % 2},正常,{'是' if place % 7 == 0 else '否'}\n" for place in range(40)
    )
    found = suggested(tmp_path, text)
    spec = found.columns["service_status"]
    assert spec["codes"] == {"正常": "IN_SERVICE", "EXITED": "EXITED"}
    assert "'是'" in spec["expression"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Churn Reason", "AFTER_EXIT"),
        ("CLTV", "SCORE"),
        ("满意度", "SURVEY"),
        ("挽留次数", "RETENTION"),
        ("佣金", "COST"),
        ("Churn Value", "LABEL"),
    ],
)
def test_what_gives_the_end_away_is_left_out_with_the_reason(
    tmp_path: Path, header: str, reason: str
) -> None:
    found = suggested(tmp_path, lines(f"用户编号,{header}", "U#,#"))
    (leak,) = found.of(Role.LEFT_OUT)
    assert (leak.column, leak.left_out) == (header, reason)
    assert tomllib.loads(write_mapping(found))["subscriber"]["left_out"] == {header: reason}


def test_names_that_toml_must_quote_come_back_as_they_were(tmp_path: Path) -> None:
    odd = '出账"\\#=（元）'
    header = '"' + odd.replace('"', '""') + '"'
    found = suggested(tmp_path, lines(f"用户编号,{header}", "U#,#.5"))
    columns = tomllib.loads(write_mapping(found))["subscriber"]["columns"]
    assert columns["bill_fen"] == {"from": odd, "unit": "yuan"}


def test_files_that_have_nothing_in_common_are_not_joined(tmp_path: Path) -> None:
    for name, text in (("a.csv", lines("用户编号,出账", "U#,#.5")), ("b.csv", lines("网格,容量", "G#,#"))):
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=r"suggest\.unrelated"):
        suggest([tmp_path / "a.csv", tmp_path / "b.csv"], None, ASSUMED)


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"suggest\.empty"):
        suggested(tmp_path, "用户编号,出账\n")
