"""Names of uploaded files, four eyes, and who changes what holds for the whole operator."""

import pytest

from weixi.desk.org.rules import Held, Role, sight
from weixi.desk.planning.rules import (
    EDITABLE,
    VersionState,
    hidden,
    require_editable,
    require_other,
    require_proposed,
    require_whole,
    safe_name,
)
from weixi.kernel.errors import UsageError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.csv", "a.csv"),
        ("../../a.csv", "a.csv"),
        ("..\\..\\a.CSV", "a.CSV"),
        ("/etc/passwd/x.txt", "x.txt"),
        ("C:\\data\\用户月表.xlsx", "用户月表.xlsx"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("  .hidden.csv", "hidden.csv"),
    ],
)
def test_a_name_keeps_its_last_part_alone(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("given", ["", "..", "a", "a.exe", "a.csv.sh", "../", "a.html", "."])
def test_other_kinds_are_refused(given: str) -> None:
    with pytest.raises(UsageError, match="file_kind"):
        safe_name(given)


def test_a_long_name_is_cut_but_keeps_its_ending() -> None:
    assert len(safe_name("长" * 400 + ".csv")) <= 120
    assert safe_name("长" * 400 + ".csv").endswith(".csv")


def test_only_the_planner_of_the_whole_operator() -> None:
    assert require_whole(sight(1, "", [Held(Role.PLANNER, "P01/")])) == "P01/"
    for held in ([Held(Role.PLANNER, "P01/C01/")], [Held(Role.ADMINISTRATOR, "P01/")], []):
        with pytest.raises(UsageError, match=r"planning\.whole"):
            require_whole(sight(1, "", held))


def test_four_eyes() -> None:
    require_other(1, 2)
    with pytest.raises(UsageError, match="four_eyes"):
        require_other(1, 1)


@pytest.mark.parametrize("state", list(VersionState))
def test_what_may_be_written_and_what_published(state: VersionState) -> None:
    if state in EDITABLE:
        require_editable(state)
    else:
        with pytest.raises(UsageError, match="not_editable"):
            require_editable(state)
    if state is VersionState.PROPOSED:
        require_proposed(state)
    else:
        with pytest.raises(UsageError, match="not_proposed"):
            require_proposed(state)


def test_long_numbers_and_names_are_hidden() -> None:
    said = hidden("13912345678,张三,畅享套餐八十元档,88.5,202601")
    assert said == "139****5678,张*,畅享套餐八十元档,88.5,202601"
