"""离网率: every calibre of churn, its splits, and churn by exit."""

from collections.abc import Iterable

from weixi.flow.assessment.calibre import Calibre, Input
from weixi.flow.assessment.entry import BASE, CHURN, IN_MONTH, S0, count, line
from weixi.kernel.language import Text
from weixi.kernel.terms import ContractKind, CustomerKind, ExitType, PaymentType, Term

_MONTHLY = ("now.service_status", "previous.service_status")


def _of_base(
    code: str,
    name: Text,
    left: tuple[str, Text],
    among: tuple[str, Text] = ("in_base", BASE),
    columns: Iterable[str] = (),
) -> Calibre:
    """Who of a part of the sealed network has left; `left` and `among` are each (condition, words)."""
    return line(
        CHURN,
        code,
        name,
        (count(left[0]), left[1]),
        (count(among[0]), among[1]),
        inputs=[Input.NETWORK],
        columns=("now.service_status", *columns),
    )


_LEFT = Text("其中到本月末已离网的", "of them, those that have left by the month's end")


def _split(code: str, name: Text, column: str, word: Term) -> Calibre:
    among = f"in_base AND base_{column} = '{word}'"
    base = Text(f"{BASE.zh}，限{word.text.zh}", f"{BASE.en}: {word.text.en}")
    return _of_base(code, name, (f"{among} AND NOT is_in_service", _LEFT), (among, base), [f"base.{column}"])


def _exits(kind: ExitType) -> Calibre:
    return _of_base(
        kind.lower(),
        Text(f"离网率：{kind.text.zh}", f"churn by exit: {kind.text.en}"),
        (
            f"in_base AND NOT is_in_service AND left_as = '{kind}'",
            Text(f"其中到本月末以“{kind.text.zh}”离网的", f"of them, those that have left: {kind.text.en}"),
        ),
        columns=["now.exit_type"],
    )


CHURN_CALIBRES: tuple[Calibre, ...] = (
    _of_base(
        "gross",
        Text("离网率（拍照累计，总离网，考核）", "churn to date, gross (assessed)"),
        ("in_base AND NOT is_in_service", _LEFT),
    ),
    line(
        CHURN,
        "net",
        Text("离网率（净，在网数之差）", "net churn, difference of counts in service"),
        (
            f"{count('in_base')} - {count('is_counted_now AND is_in_service AND is_existing')}",
            Text(
                "基期在网数 − 本月末基期已存在用户在网数",
                "count in service on date 0 − count in service now of lines that existed then",
            ),
        ),
        (count("in_base"), BASE),
        inputs=[Input.NETWORK],
        columns=["now.service_status"],
    ),
    line(
        CHURN,
        "net_billed",
        Text("离网率（净，出账数之差）", "net churn, difference of billed counts"),
        (
            f"{count('in_base AND base_is_billed')} - {count('is_counted_now AND is_billed AND is_existing')}",
            Text(
                "基期出账数 − 本月末基期已存在用户出账数",
                "count billed on date 0 − count billed now of lines that existed then",
            ),
        ),
        (count("in_base AND base_is_billed"), Text("基期末出账移动主卡", "main cards billed on date 0")),
        inputs=[Input.NETWORK],
        columns=("now.service_status", "now.bill_fen", "base.bill_fen"),
    ),
    line(
        CHURN,
        "monthly_opening",
        Text("月离网率（÷期初）", "monthly churn ÷ opening base"),
        (
            count("is_opening AND NOT is_in_service"),
            Text("上月末在网、本月末不在网", "in service last month's end, not now"),
        ),
        (count("is_opening"), Text("上月末在网移动主卡", "main cards in service at last month's end")),
        inputs=[Input.PREVIOUS],
        columns=_MONTHLY,
        period=IN_MONTH,
    ),
    line(
        CHURN,
        "monthly_closing",
        Text("月离网率（÷期末）", "monthly churn ÷ closing base"),
        (
            count("is_opening AND NOT is_in_service"),
            Text("上月末在网、本月末不在网", "in service last month's end, not now"),
        ),
        (
            count("is_counted_now AND is_in_service"),
            Text("本月末在网移动主卡", "main cards in service at the month's end"),
        ),
        inputs=[Input.PREVIOUS],
        columns=_MONTHLY,
        period=IN_MONTH,
    ),
    line(
        CHURN,
        "monthly_mean",
        Text("月离网率（÷期初期末平均）", "monthly churn ÷ mean base"),
        (
            count("is_opening AND NOT is_in_service", 2),
            Text("2×（上月末在网、本月末不在网）", "2 × (in service last month's end, not now)"),
        ),
        (
            f"{count('is_opening')} + {count('is_counted_now AND is_in_service')}",
            Text("期初在网 + 期末在网", "opening base + closing base"),
        ),
        inputs=[Input.PREVIOUS],
        columns=_MONTHLY,
        period=IN_MONTH,
    ),
    line(
        CHURN,
        "monthly_average",
        Text("离网率（拍照月均）", "churn to date, monthly average"),
        (
            count("in_base AND NOT is_in_service"),
            Text("基期在网用户中已离网", "members of the base that have left"),
        ),
        (
            "CASE WHEN in_base THEN $months ELSE 0 END",
            Text("基期在网用户 × 已过月数", "the base × months since date 0"),
        ),
        inputs=[Input.NETWORK],
        columns=["now.service_status"],
    ),
    _split("prepaid", Text("离网率：预付", "churn: prepaid"), "payment_type", PaymentType.PREPAID),
    _split("postpaid", Text("离网率：后付", "churn: postpaid"), "payment_type", PaymentType.POSTPAID),
    _split("enterprise", Text("离网率：政企", "churn: enterprise"), "customer_kind", CustomerKind.ENTERPRISE),
    _split("public", Text("离网率：公众", "churn: public"), "customer_kind", CustomerKind.PUBLIC),
    _split(
        "handset_lease",
        Text("离网率：租机", "churn: handset lease"),
        "contract_kind",
        ContractKind.HANDSET_LEASE,
    ),
    line(
        CHURN,
        "arpu80",
        Text("离网率：拍照用户", "churn: sealed cohort"),
        (
            count("was_high AND NOT is_in_service"),
            Text("S0 中已不在网", "members of S0 no longer in service"),
        ),
        (count("was_high"), S0),
        inputs=[Input.HIGH],
        columns=["now.service_status"],
        population=S0,
    ),
    line(
        CHURN,
        "new_lines",
        Text("离网率：新发展", "churn: lines opened this year"),
        (
            count("is_opened AND NOT is_in_service"),
            Text("基期后入网且已离网", "opened since date 0 and left"),
        ),
        (count("is_opened"), Text("基期后入网的移动主卡", "main cards opened since date 0")),
        inputs=[],
        columns=("now.service_status", "now.open_date"),
        population=Text("当年新发展移动主卡", "main cards opened in the year"),
    ),
    *(_exits(kind) for kind in ExitType),
)
