"""Bars that stay inside the picture, and words that say the same."""

from weixi.desk.subscriber.charts import HEIGHT, WIDTH, bars
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MONTHS = Month.of(2026, 1).back(3)
TITLE = Text("账单", "bill")


def test_bars_are_as_high_as_their_values() -> None:
    chart = bars("bill", TITLE, list(zip(MONTHS, (50, None, 100), ("¥50", "–", "¥100"), strict=True)))
    assert chart is not None
    first, none, last = chart.bars
    assert float(last.height) == 2 * float(first.height)
    assert float(none.height) == 0
    assert [bar.is_last for bar in chart.bars] == [False, False, True]
    for bar in chart.bars:
        assert 0 <= float(bar.x) <= WIDTH - float(bar.width)
        assert float(bar.y) + float(bar.height) <= HEIGHT
    assert chart.top == "¥100"
    assert chart.summary.zh == "账单：2025-11 ¥50，2026-01 ¥100，最高 2026-01 ¥100"


def test_without_a_value_there_is_no_chart() -> None:
    assert bars("bill", TITLE, [(month, None, "–") for month in MONTHS]) is None
    flat = bars("bill", TITLE, [(month, 0, "¥0") for month in MONTHS])
    assert flat is not None
    assert {bar.height for bar in flat.bars} == {"0.0"}
    below = bars("bill", TITLE, [(MONTHS[0], -500, "-¥5"), (MONTHS[1], 100, "¥1")])
    assert below is not None
    assert below.bars[0].height == "0.0"
