"""Words about data that ended some time ago, right on the day they are read."""

from datetime import date, timedelta

import pytest

from weixi.flow.decision.lapse import moved, told_on
from weixi.kernel.language import Text
from weixi.playbook import Playbook

AS_OF = date(2026, 10, 31)
ENDS = date(2026, 11, 2)
BROADBAND = Text(
    "宽带 {broadband_end_date} 到期，还有 {days_to_broadband_end} 天",
    "broadband ends on {broadband_end_date}, in {days_to_broadband_end} days",
)
ROW = {"broadband_end_date": ENDS, "days_to_broadband_end": 2}


@pytest.mark.parametrize(
    ("today", "zh", "en"),
    [
        (AS_OF, "宽带 2026年11月2日 到期，还有 2 天", "broadband ends on 2026-11-02, in 2 days"),
        (date(2026, 11, 1), "宽带 2026年11月2日 到期，还有 1 天", "broadband ends on 2026-11-02, in 1 days"),
        (ENDS, "宽带 2026年11月2日 到期，就在今天", "broadband ends on 2026-11-02, today"),
        (
            date(2026, 11, 22),
            "宽带 已于 2026年11月2日 到期，已过 20 天",
            "broadband ended on 2026-11-02, 20 days ago",
        ),
    ],
)
def test_days_left_are_counted_from_the_day_the_card_is_read(today, zh, en):
    assert told_on(BROADBAND, ROW, "CNY", as_of=AS_OF, today=today) == Text(zh, en)


def test_days_since_grow_and_other_numbers_stay():
    row = {
        "days_since_exit": 3,
        "days_to_contract_end": 30,
        "run_out_days": 5,
        "balance_fen": 100,
        "age": 40,
        "x": None,
    }
    assert moved(row, 10) == {**row, "days_since_exit": 13, "days_to_contract_end": 20, "run_out_days": -5}


def test_a_balance_that_may_be_used_up_is_said_to_be():
    said = Text(
        "余额 {balance_fen}，约可用 {run_out_days} 天",
        "balance {balance_fen}, about {run_out_days} days of spend",
    )
    row = {"balance_fen": 1250, "run_out_days": 9}
    told = told_on(said, row, "CNY", as_of=AS_OF, today=AS_OF + timedelta(days=9))
    assert told.zh == "余额 ¥12.50，约可用 0 天"
    told = told_on(said, row, "CNY", as_of=AS_OF, today=AS_OF + timedelta(days=10))
    assert told == Text("余额 ¥12.50，按用量推算可能已经用完", "balance ¥12.50, which may be used up by now")


def test_a_text_that_is_nothing_but_the_days_stays_a_sentence():
    said = Text("还有 {days_to_contract_end} 天", "{days_to_contract_end} days left")
    told = told_on(said, {"days_to_contract_end": 1}, "CNY", as_of=AS_OF, today=AS_OF + timedelta(days=4))
    assert told == Text("期限已过 3 天", "it ended 3 days ago")


def test_values_that_are_not_there_are_unknown_and_a_clock_before_the_data_moves_nothing():
    row = {"broadband_end_date": None, "days_to_broadband_end": None}
    assert "未知" in told_on(BROADBAND, row, "CNY", as_of=AS_OF, today=ENDS).zh
    assert "还有 2 天" in told_on(BROADBAND, ROW, "CNY", as_of=AS_OF, today=date(2026, 1, 1)).zh
    assert "还有 2 天" in told_on(BROADBAND, ROW, "CNY", as_of=None, today=ENDS).zh


def test_no_words_of_the_playbook_say_that_days_are_left_when_none_are(work_plan: Playbook) -> None:
    texts = [reason.text for rule in work_plan.warnings for reason in rule.reasons]
    texts += [rule.script for rule in work_plan.warnings if rule.script is not None]
    counted = 0
    for text in texts:
        names = {part.split("}")[0] for part in text.zh.split("{")[1:]}
        row = {
            name: 2
            if "days" in name
            else ENDS
            if name.endswith("_date")
            else 1000
            if name.endswith("_fen")
            else 1
            for name in names
        }
        told = told_on(text, row, "CNY", as_of=AS_OF, today=AS_OF + timedelta(days=60))
        counted += any(name.startswith("days_to_") or name == "run_out_days" for name in names)
        assert "还有" not in told.zh or "天" not in told.zh.split("还有")[1][:6]
        assert "-" not in told.zh.replace("—", "")
    assert counted >= 5
