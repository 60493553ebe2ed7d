"""动态保有率 and 收入保有率: every calibre of retention, and the waterfall that the assessed one closes."""

from collections.abc import Iterable

from weixi.flow.assessment.calibre import Calibre, Input
from weixi.flow.assessment.entry import IN_MONTH, RETENTION, REVENUE, S0, count, line
from weixi.kernel.language import Text
from weixi.kernel.terms import ExitType

HIGH_TEST = "now.high"
"""Stands among a calibre's columns for every column that the test of the cohort arpu80 names."""

_HIGH_NOW = ("now.service_status", "now.bill_fen", "base.bill_fen", HIGH_TEST)


def _of_high(
    code: str, name: Text, condition: str, words: Text, columns: Iterable[str] = _HIGH_NOW
) -> Calibre:
    return line(
        RETENTION,
        code,
        name,
        (count(condition), words),
        (count("was_high"), S0),
        inputs=[Input.HIGH],
        columns=columns,
        population=S0,
    )


def _exits(kind: ExitType) -> Calibre:
    return _of_high(
        f"exits_{kind.lower()}",
        Text(f"瀑布：离网，{kind.text.zh}", f"waterfall: exits, {kind.text.en}"),
        f"was_high AND NOT is_in_service AND left_as = '{kind}'",
        Text(f"S0 中已{kind.text.zh}", f"members of S0 that left: {kind.text.en}"),
        ("now.service_status", "now.exit_type"),
    )


RETENTION_CALIBRES: tuple[Calibre, ...] = (
    _of_high(
        "existing",
        Text("动态保有率（老用户，考核）", "dynamic retention, existing lines (assessed)"),
        "is_high AND is_existing",
        Text(
            "本月末在网出账且 ARPU≥80、基期已存在的用户 He",
            "He: lines high at the month's end that existed on date 0",
        ),
    ),
    _of_high(
        "with_new",
        Text("动态保有率（含新增）", "dynamic retention with new lines"),
        "is_high",
        Text("本月末在网出账且 ARPU≥80 的用户 H", "H: lines high at the month's end"),
    ),
    _of_high(
        "static_in_service",
        Text("静态保有率（在网）", "static retention, in service"),
        "was_high AND is_in_service",
        Text("S0 中本月末在网", "members of S0 in service"),
        ["now.service_status"],
    ),
    _of_high(
        "static_billed",
        Text("静态保有率（出账）", "static retention, billed"),
        "was_high AND is_billed",
        Text("S0 中本月末在网且出账", "members of S0 in service and billed"),
        ["now.service_status", "now.bill_fen"],
    ),
    _of_high(
        "static_value",
        Text("静态保有率（价值）", "static retention of value"),
        "was_high AND is_high",
        Text("S0 中本月末仍 ARPU≥80", "members of S0 that are in H"),
    ),
    line(
        RETENTION,
        "rolling",
        Text("滚动保有率", "rolling retention"),
        (
            count("was_high_before AND is_high"),
            Text("上月与本月均 ARPU≥80", "high both at last month's end and now"),
        ),
        (
            count("was_high_before"),
            Text("上月末 ARPU≥80 用户 H(t−1)", "H(t−1): lines high at last month's end"),
        ),
        inputs=[Input.PREVIOUS],
        columns=("now.service_status", "now.bill_fen", "previous.bill_fen", HIGH_TEST),
        population=Text("上月末 ARPU≥80 的移动主卡", "main cards high at last month's end"),
        period=IN_MONTH,
    ),
    _of_high(
        "exits",
        Text("瀑布：离网", "waterfall: exits"),
        "was_high AND NOT is_in_service",
        Text("S0 中已不在网", "members of S0 no longer in service"),
        ["now.service_status"],
    ),
    _of_high(
        "fell",
        Text("瀑布：降出", "waterfall: fell"),
        "was_high AND is_in_service AND NOT is_high",
        Text("S0 中在网但已不在 H（含未出账）", "members of S0 in service but not in H, unbilled included"),
    ),
    _of_high(
        "rose",
        Text("瀑布：升入", "waterfall: rose"),
        "is_high AND is_existing AND NOT was_high",
        Text("He 中原不属 S0（含复机）", "He without S0, returned lines included"),
    ),
    _of_high(
        "joined_high",
        Text("瀑布旁列：新增高值", "beside the waterfall: joined high"),
        "is_high AND NOT is_existing",
        Text("基期后入网且 ARPU≥80", "lines opened since date 0 that are high"),
    ),
    *(_exits(kind) for kind in ExitType),
)

REVENUE_CALIBRES: tuple[Calibre, ...] = (
    line(
        REVENUE,
        "base",
        Text("收入保有率", "revenue retention"),
        (
            "CASE WHEN was_high THEN bill_fen ELSE 0 END",
            Text("S0 本月出账收入（分）", "billed revenue of S0 in the month, fen"),
        ),
        (
            "CASE WHEN was_high THEN base_bill_fen ELSE 0 END",
            Text("S0 基期月出账收入（分）", "billed revenue of S0 in the base month, fen"),
        ),
        inputs=[Input.HIGH],
        columns=("now.bill_fen", "base.bill_fen"),
        population=S0,
        period=Text("本月比基期月", "the month against the base month"),
    ),
)
