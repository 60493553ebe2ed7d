"""Changed columns: what a missing one is called now, and what else is said."""

import pytest

from weixi.flow.extract.drift import drift_remarks, renamed_to
from weixi.flow.extract.header import aligned, clean_name, folded, place_of

BEFORE = ["USER_ID", "BILL", "CALLS"]


@pytest.mark.parametrize(
    ("names", "before", "guess"),
    [
        (["USER_ID", "BILL_AMT", "CALLS"], [], "BILL_AMT"),
        (["USER_ID", "出账收入", "CALLS"], BEFORE, "出账收入"),
        (["USER_ID", "出账收入", "CALLS"], [], None),
        (["USER_ID", "CALLS", "BIL1"], BEFORE, "BIL1"),
        (["USER_ID", "CALLS"], BEFORE, None),
    ],
)
def test_a_missing_column_is_guessed_by_place_then_by_likeness(
    names: list[str], before: list[str], guess: str | None
) -> None:
    assert renamed_to("BILL", names, ["USER_ID", "CALLS", "BILL"], before) == guess


def test_what_is_new_gone_and_moved_is_one_remark() -> None:
    assert not list(drift_remarks("a.csv", ["user_id", "BILL ", "CALLS"], BEFORE))
    (said,) = drift_remarks("a.csv", ["BILL", "USER_ID", "备注"], BEFORE)
    assert (
        said.zh
        == "a.csv 与上次导入相比：新增列 备注（未映射，未读取）；减少列 CALLS；列序有变（按列名读取，不受影响）"
    )
    assert "new columns 备注" in said.en


def test_names_match_whatever_their_blanks_width_and_case() -> None:
    assert clean_name("\ufeff 出账\n收入 ") == "出账 收入"
    assert folded("出账收入 （元）") == folded("出账收入(元)")
    assert aligned(["ｕｓｅｒ＿ｉｄ", "BILL"], ["USER_ID", "BILL"]) == ["USER_ID", "BILL"]
    assert place_of("USER_ID", ["x", "user_id"]) == 1
    with pytest.raises(ValueError, match="user"):
        place_of("USER", ["user_id"])
