"""What a customer's page says of the book's columns, in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.period import Month
from weixi.kernel.terms import (
    ContractKind,
    CorporateKind,
    CustomerKind,
    ExitType,
    LineType,
    LineUse,
    PaymentType,
    ServiceStatus,
)

Row = Mapping[str, Any]
UNKNOWN = Text("未知", "unknown")
SOON_DAYS = 30
"""A date so near is marked."""
PAST_DAYS = 60
"""What ended longer ago is a clock no more."""
FRESH_MONTHS = 3
"""A book is old from the third month after its own."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card: what it is, its value, `tone` where it wants to be seen (red, yellow, green, empty)."""

    label: Text
    value: Text
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing that ends: the day, how many days from today (below 0: it has passed), and what to know beside it."""

    code: str
    label: Text
    day: date
    days_left: int
    note: Text | None = None

    @property
    def tone(self) -> str:
        """How near it is."""
        return "red" if self.days_left <= 7 else "yellow" if self.days_left <= SOON_DAYS else ""

    @property
    def when(self) -> Text:
        """How far away, in words."""
        if self.days_left < 0:
            return Text(f"已过 {-self.days_left} 天", f"{-self.days_left} days ago")
        if self.days_left == 0:
            return Text("就在今天", "today")
        return Text(f"还有 {self.days_left} 天", f"in {self.days_left} days")


def same(word: object) -> Text:
    """A value that is the same in both languages."""
    return Text(str(word), str(word))


def day(value: date | None) -> Text:
    """A date, or that it is not known."""
    return same(value.isoformat()) if value is not None else UNKNOWN


def money(value: int | None, currency: str) -> Text:
    """An amount, or that it is not known."""
    return same(show(value, currency)) if value is not None else UNKNOWN


def status_fact(line: Row) -> Fact:
    """The state of the line and since when; red where it is stopped or has left."""
    status = ServiceStatus(line["service_status"])
    said = status.text
    if status is ServiceStatus.EXITED and line["exit_type"]:
        how = ExitType(line["exit_type"]).text
        said = Text(f"{said.zh}（{how.zh}）", f"{said.en} ({how.en})")
    since = line["exit_date"] if status is ServiceStatus.EXITED else line["status_date"]
    if since is not None:
        said = Text(f"{said.zh}，{since.isoformat()} 起", f"{said.en} since {since.isoformat()}")
    tone = "green" if status is ServiceStatus.IN_SERVICE else "red"
    return Fact(Text("状态", "status"), said, tone)


def profile_facts(line: Row, as_of: date) -> tuple[Fact, ...]:
    """Who and what the line is."""
    kind = CustomerKind(line["customer_kind"]).text if line["customer_kind"] else UNKNOWN
    if line["corporate_kind"]:
        of = CorporateKind(line["corporate_kind"]).text
        kind = Text(f"{kind.zh}（{of.zh}）", f"{kind.en} ({of.en})")
    facts = [
        Fact(Text("线路", "line"), LineType(line["line_type"]).text),
        status_fact(line),
        Fact(Text("入网", "opened"), _tenure(line["open_date"], as_of)),
        Fact(
            Text("付费方式", "pays"),
            PaymentType(line["payment_type"]).text if line["payment_type"] else UNKNOWN,
        ),
        Fact(Text("客户类型", "customer"), kind),
    ]
    if line["line_use"] != LineUse.COMMERCIAL:
        facts.append(Fact(Text("用途", "use"), LineUse(line["line_use"]).text, "yellow"))
    if line["is_key_person"]:
        facts.append(Fact(Text("集团关键人", "key person of a group"), Text("是", "yes")))
    if line["birth_year"]:
        age = as_of.year - line["birth_year"]
        facts.append(Fact(Text("年龄", "age"), Text(f"{age} 岁", str(age)), "yellow" if age <= 18 else ""))
    return tuple(facts)


def product_facts(line: Row, currency: str) -> tuple[Fact, ...]:
    """Tariff, contract, handset, broadband."""
    plan = same(line["plan_code"]) if line["plan_code"] else UNKNOWN
    if line["plan_code"] and line["plan_fee_fen"] is not None:
        fee = show(line["plan_fee_fen"], currency)
        plan = Text(f"{line['plan_code']}，月费 {fee}", f"{line['plan_code']}, {fee} a month")
    facts = [Fact(Text("套餐", "tariff"), plan)]
    if line["min_spend_fen"]:
        facts.append(Fact(Text("最低消费", "minimum spend"), money(line["min_spend_fen"], currency)))
    contract = ContractKind(line["contract_kind"]).text if line["contract_kind"] else UNKNOWN
    if line["contract_start_date"] and line["contract_end_date"]:
        span = f"{line['contract_start_date']} – {line['contract_end_date']}"
        contract = Text(f"{contract.zh}，{span}", f"{contract.en}, {span}")
    facts.append(Fact(Text("合约", "contract"), contract))
    if line["subsidy_release_fen"]:
        facts.append(Fact(Text("每月返还", "released monthly"), money(line["subsidy_release_fen"], currency)))
    if line["handset_model"]:
        months = line["handset_month_count"]
        used = Text(
            f"{line['handset_model']}，已用 {months} 个月", f"{line['handset_model']}, {months} months"
        )
        facts.append(
            Fact(Text("手机", "handset"), used if months is not None else same(line["handset_model"]))
        )
    if line["is_converged"] is not None:
        fused = (
            Text("是，与宽带同套餐", "yes, sold with broadband") if line["is_converged"] else Text("否", "no")
        )
        facts.append(Fact(Text("融合", "converged"), fused))
    return tuple(facts)


def money_facts(line: Row, feature: Row | None, currency: str) -> tuple[Fact, ...]:
    """Bill, balance and debt at the month's end."""
    facts = [Fact(Text("本月账单", "bill of the month"), money(line["bill_fen"], currency))]
    if feature is not None and feature["complete_months"]:
        mean = feature["revenue_3m_fen"] // feature["complete_months"]
        facts.append(Fact(Text("近三月月均", "mean of three months"), money(mean, currency)))
        facts.append(Fact(Text("近一年收入", "twelve months"), money(feature["revenue_12m_fen"], currency)))
    if line["balance_fen"] is not None:
        low = "red" if line["balance_fen"] <= 0 else ""
        facts.append(Fact(Text("预存余额", "balance"), money(line["balance_fen"], currency), low))
    if line["arrears_fen"]:
        owed = show(line["arrears_fen"], currency)
        months = line["arrears_month_count"] or 0
        said = Text(f"{owed}，{months} 个月", f"{owed}, {months} months") if months else same(owed)
        facts.append(Fact(Text("欠费", "arrears"), said, "red"))
    return tuple(facts)


def consent_facts(line: Row) -> tuple[Fact, ...]:
    """What he agreed to: marketing by message and by telephone; and an open complaint."""
    names = {
        "consents_to_call": Text("营销电话", "marketing calls"),
        "consents_to_sms": Text("营销短信", "marketing SMS"),
    }
    facts = []
    for column, label in names.items():
        if line[column] is None:
            facts.append(
                Fact(label, Text("数据没有，联系前核对", "not in the data: check before contact"), "yellow")
            )
        elif line[column]:
            facts.append(Fact(label, Text("已同意", "agreed"), "green"))
        else:
            facts.append(Fact(label, Text("未同意，只谈服务", "not agreed: service only"), "red"))
    if line["has_open_complaint"]:
        facts.append(
            Fact(
                Text("投诉", "complaint"), Text("有投诉未办结，先服务不营销", "open: service, no sale"), "red"
            )
        )
    return tuple(facts)


def counted_from(month: Month, today: date) -> date:
    """The day from which days are counted: today, or the first after the book's month where the book is old."""
    return today if today < month.plus(FRESH_MONTHS).first else month.end


def clocks(line: Row, clock: Row | None, today: date) -> tuple[Clock, ...]:
    """What ends, the nearest first: balance, contract, subsidy, broadband; not what ended long ago."""
    found: list[Clock] = []

    def add(code: str, label: Text, ends: date | None, note: Text | None = None) -> None:
        if ends is not None and (ends - today).days >= -PAST_DAYS:
            found.append(Clock(code, label, ends, (ends - today).days, note))

    if clock is not None and clock["run_out_date"] is not None:
        low, high = clock["run_out_low_date"], clock["run_out_high_date"]
        note = None
        if low is not None and high is not None:
            note = Text(f"八成把握在 {low} 至 {high}", f"four in five between {low} and {high}")
        add("balance", Text("余额用完（预计）", "balance used up (forecast)"), clock["run_out_date"], note)
    add("contract", Text("合约到期", "contract ends"), line["contract_end_date"])
    add("subsidy", Text("补贴到期", "subsidy ends"), line["subsidy_end_date"])
    repairs = clock["open_repair_count"] if clock is not None else 0
    said = (
        Text(f"本月有 {repairs} 次报障未修复", f"{repairs} faults of the month not repaired")
        if repairs
        else None
    )
    add("broadband", Text("宽带到期", "broadband ends"), line["broadband_end_date"], said)
    return tuple(sorted(found, key=lambda c: (c.days_left < 0, abs(c.days_left))))


def _tenure(opened: date | None, as_of: date) -> Text:
    if opened is None:
        return UNKNOWN
    months = Month.containing(as_of).index - Month.containing(opened).index
    years, rest = divmod(months, 12)
    zh = f"{years} 年 {rest} 个月" if years else f"{rest} 个月"
    en = f"{years} years {rest} months" if years else f"{rest} months"
    return Text(f"{opened.isoformat()}，{zh}", f"{opened.isoformat()}, {en}")
