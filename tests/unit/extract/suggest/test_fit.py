"""Whether values can fill a column, and the entry that does it."""

import pyarrow as pa
import pytest

from weixi.flow.extract.feeds import SUBSCRIBER
from weixi.flow.extract.suggest.fit import fit, month_form, months_ago
from weixi.flow.extract.suggest.profile import Profile

COLUMNS = {column.name: column for column in SUBSCRIBER.columns}


def profile(name: str, *values: str) -> Profile:
    return Profile(name, pa.array(list(values), pa.string()))


@pytest.mark.parametrize(
    ("target", "values", "unit"),
    [
        ("bill_fen", ["59.00", "129.5"], "yuan"),
        ("bill_fen", ["5900", "12900"], "fen"),
        ("bill_fen", ["1,259.00", "80.10"], "yuan"),
        ("voice_seconds", ["120.5", "300"], "minutes"),
        ("voice_seconds", ["7200", "90000"], "seconds"),
        ("data_kb", ["1048576", "5242880"], "KB"),
        ("data_kb", ["1024", "20480"], "MB"),
        ("data_kb", ["1.5", "20.2"], "GB"),
    ],
)
def test_units_by_magnitude_are_never_certain_where_they_could_be_others(
    target: str, values: list[str], unit: str
) -> None:
    found = fit(profile("x", *values), COLUMNS[target])
    assert found.spec == {"from": "x", "unit": unit}
    assert found.score < 1


def test_whole_money_is_in_the_unit_of_the_file_s_other_money() -> None:
    found = fit(profile("余额", "5900", "12900"), COLUMNS["balance_fen"], is_in_yuan=True)
    assert found.spec["unit"] == "yuan"


def test_words_among_numbers_are_empty_and_many_words_are_no_numbers() -> None:
    found = fit(profile("HandsetPrice", "30", "Unknown", "60", "Unknown"), COLUMNS["handset_price_fen"])
    assert found.spec["nulls"] == ["Unknown"]
    assert not fit(profile("x", *"abcdefgh"), COLUMNS["bill_fen"]).spec


def test_a_few_negative_values_become_empty_where_none_may_be() -> None:
    values = [str(number) for number in range(1, 100)]
    found = fit(profile("fee", "-5", *values), COLUMNS["plan_fee_fen"])
    assert found.spec["expression"] == 'CASE WHEN starts_with("fee", \'-\') THEN NULL ELSE "fee" END'
    assert not fit(profile("fee", "-5", "6"), COLUMNS["plan_fee_fen"]).spec
    assert fit(profile("bill", "-5", "6.5"), COLUMNS["bill_fen"]).spec == {"from": "bill", "unit": "yuan"}


@pytest.mark.parametrize(
    ("values", "spec"),
    [
        (["2020-01-31"], {"from": "d", "format": "%Y-%m-%d"}),
        (["20200131", "99991231"], {"from": "d", "nulls": ["99991231"], "format": "%Y%m%d"}),
        (["2020年01月31日"], {"from": "d", "format": "%Y年%m月%d日"}),
        (["2020/01/31 08:00:00"], {"expression": 'left("d", 10)', "format": "%Y/%m/%d"}),
        (["202001", "202112"], {"expression": "concat(\"d\", '01')", "format": "%Y%m%d"}),
        (["31.01.2020"], {}),
    ],
)
def test_dates(values: list[str], spec: dict[str, object]) -> None:
    assert fit(profile("d", *values), COLUMNS["open_date"]).spec == spec


def test_codes_that_nobody_knows_are_asked_for_and_not_guessed() -> None:
    numbers = fit(profile("状态", "1", "2", "9"), COLUMNS["service_status"])
    assert (numbers.spec, len(numbers.open)) == ({}, 1)
    partly = fit(profile("状态", "正常", "双停", "奇怪"), COLUMNS["service_status"])
    assert partly.spec["codes"] == {"正常": "IN_SERVICE", "双停": "TWO_WAY_STOPPED"}
    assert "奇怪" in partly.open[0].zh
    assert fit(profile("是否融合", "是", "否", "是"), COLUMNS["is_converged"]).spec["codes"] == {
        "是": True,
        "否": False,
    }


def test_counts_are_whole_and_not_below_their_minimum() -> None:
    assert fit(profile("n", "3", "4.0"), COLUMNS["sms_count"]).spec == {"from": "n"}
    assert not fit(profile("n", "3", "4.5"), COLUMNS["sms_count"]).spec
    assert not fit(profile("n", "3", "-1"), COLUMNS["sms_count"]).spec


def test_months() -> None:
    assert month_form(profile("账期", "202501", "202502")) == "%Y%m"
    assert month_form(profile("账期", "202501", "202513")) is None
    assert months_ago(profile("网龄", "0", "31"), "month").spec == {"from": "网龄", "months_before": "month"}
    assert not months_ago(profile("网龄", "-1", "31"), "month").spec
