"""What a column's name may mean."""

import pytest

from weixi.flow.extract.feeds import SUBSCRIBER
from weixi.flow.extract.mapping import FACTORS, Unit
from weixi.flow.extract.suggest.words import header_of, meaning_of, targets, unit_of, words


def best(name: str) -> str | None:
    found = sorted(targets(header_of(name)), key=lambda pair: -pair[1])
    return found[0][0] if found else None


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("用户编号", "subscriber_key"),
        ("USER_ID", "subscriber_key"),
        ("主叫", "msisdn"),
        ("手机号", "msisdn"),
        ("当月出账金额（元）", "bill_fen"),
        ("MonthlyRevenue", "bill_fen"),
        ("monthly_charges", "bill_fen"),
        ("欠费", "arrears_fen"),
        ("账户余额_元", "balance_fen"),
        ("合约到期时间", "contract_end_date"),
        ("宽带到期日", "broadband_end_date"),
        ("发展人", "acquiring_agent_code"),
        ("网格", "home_unit_code"),
        ("归属县分", "unit_code"),
        ("客户入网时间", "open_date"),
        ("Truck Owner", None),
        ("余额不足提醒次数", None),
    ],
)
def test_names_in_both_languages(name: str, target: str | None) -> None:
    assert best(name) == target


@pytest.mark.parametrize(
    "name", ["上月出账", "近三月ARPU", "PercChangeRevenues", "累计流量", "last_month_bill"]
)
def test_another_month_s_figure_is_known_by_its_name(name: str) -> None:
    assert header_of(name).is_other_time


@pytest.mark.parametrize(
    ("name", "suffix", "unit"),
    [
        ("流量(MB)", "_kb", Unit.MB),
        ("流量_GB", "_kb", Unit.GB),
        ("Avg Monthly GB Download", "_kb", Unit.GB),
        ("通话时长（秒）", "_seconds", Unit.SECONDS),
        ("通话分钟数", "_seconds", Unit.MINUTES),
        ("余额(分)", "_fen", Unit.FEN),
        ("通话时长(分)", "_seconds", Unit.MINUTES),
        ("出账", "_fen", None),
    ],
)
def test_the_unit_that_a_name_tells(name: str, suffix: str, unit: Unit | None) -> None:
    assert unit_of(header_of(name), FACTORS[suffix]) is unit


def test_a_word_means_one_thing() -> None:
    """No word stands for two columns, but where one is said to be only near."""
    table = words()["column"]
    assert set(table) <= {column.name for column in SUBSCRIBER.columns}
    seen: dict[str, str] = {}
    for target, entry in table.items():
        for word in entry["exact"]:
            assert seen.setdefault(word, target) == target, word


def test_every_code_is_one_of_the_column_s() -> None:
    columns = {column.name: column for column in SUBSCRIBER.columns}
    for name, codes in words()["code"].items():
        values = columns[name].values
        assert values is not None
        assert set(codes) <= set(values)
        spelled = [word for said in codes.values() for word in said]
        assert len(spelled) == len(set(spelled)), name
    assert meaning_of(" 双停 ", words()["code"]["service_status"]) == "TWO_WAY_STOPPED"
