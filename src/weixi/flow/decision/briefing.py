"""What who makes the contact must know beside the task: what it is worth, who else is there, what not to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, subscriber_pieces
from weixi.flow.decision.contact_policy import CONSENTS, is_sale
from weixi.flow.decision.eligibility import Refusal, fit_column
from weixi.flow.decision.evidence import Row
from weixi.flow.decision.wording import warning_name
from weixi.flow.warning import WARNING
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, LineType, ServiceStatus
from weixi.playbook import Offer, Playbook

ADULT = 18
"""Age is told by the year of birth, which may be a year ahead of the birthday: who is 18 by it may be a minor."""

PORT_OUT = "port_out"
"""What the names of the columns on number portability begin with."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What is at stake for the operator, fen: the task's lines over three and twelve months, and what the offer costs.

    `payback_months` is after how many months of those lines' revenue the offer is earned, rounded up; None where it
    costs nothing or they have had no revenue.
    """

    at_risk_3m_fen: int
    revenue_12m_fen: int
    cost_fen: int
    payback_months: int | None


@dataclass(frozen=True, slots=True)
class LineView:
    """One other line of the household: what it is, its three-month revenue, its warning, whether the task has it."""

    subscriber_id: int
    line_type: Text
    status: Text
    revenue_3m_fen: int
    warning: Text | None
    in_task: bool
    other_person: bool


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One way to the customer: whether something may be sold on it, and why not."""

    channel: Text
    may_sell: bool
    is_chosen: bool
    why: Text


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing not to say or do in this contact, with the reason that the data or the offer gives."""

    code: str
    text: Text


def worth(lines: Sequence[Row], task: Row) -> Worth:
    """What is at stake; `lines` are the household's, as `household` reads them."""
    listed = [line for line in lines if line["in_task"]]
    risk, cost = int(task["revenue_at_risk_fen"]), int(task["offer_cost_fen"])
    months = -(-cost * 3 // risk) if cost > 0 and risk > 0 else None
    return Worth(risk, sum(int(line["revenue_12m_fen"] or 0) for line in listed), cost, months)


def household(store: Store, month: Month, own: Row, task_lines: Sequence[int]) -> list[Row]:
    """Every line of the household of `own` in the month's book, with its warning.

    `in_task` marks those that the task lists. The household is asked for by its column, which an engine can skip by;
    a key made of it costs a reading of the whole month.
    """
    key = "subscriber_id" if own["household_id"] is None else "household_id"
    pieces = Pipeline()
    named = (key, "party_id", "line_type", "service_status", "revenue_3m_fen", "revenue_12m_fen")
    subscriber_pieces(pieces, columns=named)
    rows = store.rows(
        pieces.text(
            f"""SELECT s.subscriber_id, s.party_id, s.line_type, s.service_status, s.revenue_3m_fen, s.revenue_12m_fen,
  w.kind FROM subscriber AS s LEFT JOIN warning AS w ON w.subscriber_id = s.subscriber_id
WHERE s.{key} = $household ORDER BY s.subscriber_id"""
        ),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
            "warning": store.require(WARNING, month=month.number),
        },
        parameters={"as_of": month.last, "household": int(own[key])},
    )
    return [{**row, "in_task": row["subscriber_id"] in task_lines} for row in rows]


def line_views(playbook: Playbook, lines: Sequence[Row], own: Row) -> tuple[LineView, ...]:
    """The household's lines but `own`."""
    return tuple(
        LineView(
            subscriber_id=int(line["subscriber_id"]),
            line_type=LineType(str(line["line_type"])).text,
            status=ServiceStatus(str(line["service_status"])).text,
            revenue_3m_fen=int(line["revenue_3m_fen"] or 0),
            warning=warning_name(playbook, str(line["kind"])) if line["kind"] else None,
            in_task=bool(line["in_task"]),
            other_person=_other_person(line, own),
        )
        for line in lines
        if line["subscriber_id"] != own["subscriber_id"]
    )


def channel_views(
    fit: Row | None, leading: Row, task: Row, absent: frozenset[str]
) -> tuple[ChannelView, ...]:
    """Every way to the customer; `fit` is the eligibility row of the `leading` line."""
    complaint = fit is not None and bool(fit["has_complaint"])
    views = []
    for channel in Channel:
        column = CONSENTS.get(channel)
        if task["withdrawn_rule"] is not None or task["is_holdout"]:
            sells, why = False, Text("本户本月不联系", "the household is not contacted this month")
        elif complaint:
            sells, why = False, Text("投诉未办结，只服务、不营销", "an open complaint: service only, no sale")
        elif column is None:
            sells, why = True, Text("不需要单独同意", "needs no consent of its own")
        elif column in absent:
            sells, why = (
                True,
                Text(
                    "数据没有同意标志，联系前由网关核对",
                    "the data has no consent flag: checked before every contact",
                ),
            )
        elif leading[column]:
            sells, why = True, Text("客户已同意营销联系", "the customer has agreed to marketing")
        else:
            sells, why = (
                False,
                Text("客户未同意营销联系，只能谈服务", "no consent to marketing: service only"),
            )
        views.append(ChannelView(channel.text, sells, task["channel"] == channel, why))
    return tuple(views)


def cautions(
    playbook: Playbook, task: Row, fit: Row | None, leading: Row, lines: Sequence[Row], chosen: Offer | None
) -> tuple[Caution, ...]:
    """What not to say, each because of this line's data, this offer's terms or this task's warning."""
    found: list[Caution] = []

    def add(code: str, zh: str, en: str) -> None:
        found.append(Caution(code, Text(zh, en)))

    if task["withdrawn_rule"] is not None or task["is_holdout"]:
        add(
            "no_contact",
            "不打电话、不发短信、不上门，什么都不说",
            "no call, no message, no visit: say nothing at all",
        )
        return tuple(found)
    selling = chosen is not None and is_sale(chosen)
    if fit is not None and fit["has_complaint"]:
        add(
            "open_complaint",
            "本户有投诉未办结：先说投诉的进展，不推任何优惠",
            "a complaint of the household is open: speak of that first, and sell nothing",
        )
    if fit is not None and fit["may_call"] is False:
        add(
            "no_sale_by_call",
            "客户没有同意营销电话：电话里只谈服务，不推荐产品；客户自己问起，可以答",
            "no consent to marketing calls: speak of service, recommend nothing; what he asks may be answered",
        )
    if _knows_of_porting(playbook, task, leading):
        add(
            "port_out_known",
            "不说“您查过携转”“听说您要转网”：查询和申请是客户自己的事，也不得劝阻、拖延",
            "do not say that we know of a port-out query or application; do not dissuade or delay",
        )
    if selling and chosen is not None:
        add(
            "port_out_condition",
            f"不拿“不携转”作为办理“{chosen.text.zh}”的条件",
            f"never make staying with us the condition of “{chosen.text.en}”",
        )
        add(*_binding(chosen, task["task_date"]))
    if selling or _knows_of_porting(playbook, task, leading):
        add("rival", "不提、不比、不贬其他运营商", "name no rival, compare with none, run none down")
    refused = _refused(playbook, fit, chosen)
    if refused:
        names = Text("".join(f"“{o.text.zh}”" for o in refused), ", ".join(f"“{o.text.en}”" for o in refused))
        add(
            "refused_offers",
            f"不许诺办不了的优惠：{names.zh}",
            f"do not promise what cannot be given: {names.en}",
        )
    if leading["age"] is not None and int(leading["age"]) <= ADULT:
        add(
            "minor",
            "登记人可能未成年：不向本人推销，只与监护人谈",
            "the registered person may be a minor: no sale to him, speak with the guardian",
        )
    if leading["suspect_level"] == 1:
        add(
            "suspect",
            "不提话务异常：只是疑似，未经核实",
            "say nothing of unusual traffic: it is suspected, not confirmed",
        )
    if any(_other_person(line, leading) for line in lines):
        add(
            "other_people",
            "同户有别人名下的线路：不向接电话的人透露他人的账单、合约和预警",
            "lines of other people are in the household: tell nobody another's bills, contracts or warnings",
        )
    return tuple(found)


def _binding(offer: Offer, starts: date) -> tuple[str, str, str]:
    """An offer that binds is said with its end; one that does not is not made to."""
    if offer.term_months is None:
        return (
            "no_term",
            "这项优惠不捆绑：不附加在网期限，不说“办了就不能走”",
            "the offer does not bind: add no term, and do not say that he could not leave",
        )
    ends = Month.containing(starts).plus(offer.term_months)
    return (
        "term",
        f"捆绑 {offer.term_months} 个月，当天办理到 {ends.year} 年 {ends.first.month} 月止："
        "先说清期限和提前解除怎么算，不说“一直”“自动续”",
        f"it binds for {offer.term_months} months, to {ends} if taken that day: say so first, "
        "and what leaving early costs",
    )


def _knows_of_porting(playbook: Playbook, task: Row, leading: Row) -> bool:
    columns = {column for rule in playbook.warnings if rule.code == task["kind"] for column in rule.columns}
    return (
        any(PORT_OUT in column for column in columns)
        or bool(leading["port_out_query_count"])
        or leading["port_out_application_date"] is not None
    )


def _refused(playbook: Playbook, fit: Row | None, chosen: Offer | None) -> list[Offer]:
    """The offers that answer the warning and sell something, but cannot be had."""
    if fit is None:
        return []
    return [
        offer
        for offer in playbook.offers
        if is_sale(offer)
        and offer != chosen
        and int(fit[fit_column(offer)]) not in (0, Refusal.OTHER_KIND, Refusal.OPEN_COMPLAINT)
    ]


def _other_person(line: Row, own: Row) -> bool:
    return (
        line["party_id"] is not None and own["party_id"] is not None and line["party_id"] != own["party_id"]
    )
