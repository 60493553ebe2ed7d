"""What a task's card says to who makes the contact: the playbook's words, filled with the facts of the task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from weixi.dialect.types import ColumnType
from weixi.flow.decision.briefing import Caution, LineView, Worth, cautions, line_views, worth
from weixi.flow.decision.contact_policy import is_sale
from weixi.flow.decision.eligibility import Refusal, fit_column
from weixi.flow.decision.evidence import Row
from weixi.flow.decision.explanation import LabelView
from weixi.flow.decision.facts import LINE_COLUMNS, Facts, card_columns, named_columns
from weixi.flow.decision.label_words import label_views
from weixi.flow.decision.lapse import told_on
from weixi.flow.decision.tables import PLAN
from weixi.flow.decision.wording import reason_text_of, time_limit, warning_name
from weixi.flow.segment import DIMENSIONS, LABELLED_COLUMNS
from weixi.flow.warning import CLOCKS
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.terms import Channel, ContractKind, TaskType, WarningLevel
from weixi.playbook import Offer, Playbook

_ENDS = {
    "run_out": "run_out_date",
    "lease_end": "contract_end_date",
    "subsidy_end": "subsidy_end_date",
    "broadband_end": "broadband_end_date",
}
_SHOWN_DAYS = range(-31, 181)
"""Days to the end within which a clock is on the card."""


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock of one line of the household: what ends, when, and in how many days (below 0: it has ended)."""

    clock: str
    text: Text
    subscriber_id: int
    ends: date
    days: int


@dataclass(frozen=True, slots=True)
class HouseLine:
    """One line of the household: what it is, whether the task lists it, its faults not repaired, its own warning."""

    view: LineView
    leads: bool
    open_repair_count: int
    clocks: tuple[ClockView, ...]


@dataclass(frozen=True, slots=True)
class OfferBrief:
    """What to offer: its words, its code in the billing system, what it costs (fen), how long it binds (months)."""

    code: str
    text: Text
    billing_code: str
    cost_fen: int
    term_months: int | None
    is_sale: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """One task in words for who makes the contact. It holds no calibre, no score and nothing of how it was decided.

    `limit` is the time in which it is to be handled (empty: none); `worth` money in fen of `currency`. `as_of` is the
    day on which the data of its facts end, None where there are none; days are counted from the day it is told on.
    `may_sell_by_call`: the customer has agreed to marketing calls; without it a call is service, and sells nothing.
    """

    kind: Text
    task_type: Text
    level: Text
    success: Text | None
    limit: Text
    channel: Text | None
    labels: tuple[LabelView, ...]
    reasons: tuple[Text, ...]
    offer: OfferBrief | None
    worth: Worth
    script: tuple[Text, ...]
    not_to_say: tuple[Caution, ...]
    lines: tuple[HouseLine, ...]
    clocks: tuple[ClockView, ...]
    currency: str
    as_of: date | None
    may_sell_by_call: bool


def brief(
    playbook: Playbook,
    task: Mapping[str, Any],
    facts: Facts,
    *,
    today: date,
    kinds: Mapping[str, Text] | None = None,
    reasons: Mapping[str, Text] | None = None,
) -> Brief:
    """The card of one task, told on `today`: `task` has the columns of PLAN (an empty text for none) and five labels.

    `kinds` and `reasons` are the words of those that the playbook does not know. A task without facts is told by what
    it says itself.
    """
    currency = str(facts.get("currency", HOME_CURRENCY))
    row: dict[str, Any] = {name: task[name] if task[name] != "" else None for name in PLAN.types}
    kind, subscriber = str(row["kind"]), int(row["subscriber_id"])
    leading = _typed(facts.get("own", {}), [*card_columns(playbook), "party_id"])
    leading |= {"subscriber_id": subscriber, "party_id": 0}
    lines = [_typed(line, [*LINE_COLUMNS, "kind", "in_task"]) for line in facts.get("lines", ())]
    may_sell_by_call = not facts.get("no_sale_by_call", False)
    fit: dict[str, Any] | None = None
    if facts:
        codes = facts.get("fit", {})
        fit = {
            fit_column(o): Refusal.OTHER_KIND if o.kinds and kind not in o.kinds else codes.get(o.code, 0)
            for o in playbook.offers
        }
        fit |= {"has_complaint": bool(facts.get("complaint")), "may_call": may_sell_by_call}
    chosen = next((offer for offer in playbook.offers if offer.code == row["offer_code"]), None)
    rule = next((rule for rule in playbook.warnings if rule.code == kind), None)
    as_of = date.fromisoformat(facts["as_of"]) if "as_of" in facts else None
    order = (kind, *(warning.code for warning in playbook.warnings))
    given = [str(row[f"reason_{n}"]) for n in (1, 2, 3) if row[f"reason_{n}"]]
    house = tuple(
        _house_line(playbook, line, leading, today if as_of is not None else None) for line in lines
    )
    say = _Sayer(leading, currency, as_of, today)
    # A household's broadband stands on each of its lines.
    once = {(clock.ends, clock.clock): clock for line in house for clock in line.clocks}
    return Brief(
        kind=warning_name(playbook, kind) if rule is not None else (kinds or {}).get(kind, Text(kind, kind)),
        task_type=TaskType(str(row["task_type"])).text,
        level=WarningLevel(str(row["level"])).text,
        success=rule.success.text if rule is not None else None,
        limit=time_limit(playbook, kind, str(row["level"])),
        channel=Channel(str(row["channel"])).text if row["channel"] else None,
        labels=label_views(playbook, {n: task[n] or None for n in DIMENSIONS}, currency)
        if task["band"] or task["grade"]
        else (),
        reasons=tuple(_reason(playbook, order, code, say, reasons or {}) for code in given),
        offer=_offer(chosen, int(row["offer_cost_fen"])) if chosen is not None else None,
        worth=worth(lines, row),
        script=_script(rule.script if rule is not None else None, chosen if may_sell_by_call else None, say),
        not_to_say=cautions(playbook, row, fit, leading, lines, chosen),
        lines=house,
        clocks=tuple(once[key] for key in sorted(once)),
        currency=currency,
        as_of=as_of,
        may_sell_by_call=may_sell_by_call,
    )


def _offer(chosen: Offer, cost_fen: int) -> OfferBrief:
    return OfferBrief(
        chosen.code, chosen.text, chosen.billing_code, cost_fen, chosen.term_months, is_sale(chosen)
    )


def _script(script: Text | None, chosen: Offer | None, say: "_Sayer") -> tuple[Text, ...]:
    """What to say, in order: how to open, the offer where something is sold, its term; and that he may say no."""
    said = []
    opening = say(script) if script is not None else None
    if opening is not None:
        said.append(opening)
    if chosen is not None and is_sale(chosen):
        said.append(
            Text(
                f"这次可以给您办“{chosen.text.zh}”，您看合适吗？不合适也没关系。",
                f"We can offer you “{chosen.text.en}”. Does it suit you? It is quite all right if not.",
            )
        )
        if chosen.term_months is not None:
            said.append(
                Text(
                    f"它的期限是 {chosen.term_months} 个月，提前解除怎么算，办之前先跟您说清楚。",
                    f"It runs for {chosen.term_months} months; what leaving early costs I say before you take it.",
                )
            )
    return tuple(said)


def _reason(
    playbook: Playbook, kinds: tuple[str, ...], code: str, say: "_Sayer", others: Mapping[str, Text]
) -> Text:
    """The reason in words; one that is nowhere known is what somebody wrote, and is shown as it is."""
    if not any((kind, code) in playbook.reasons for kind in kinds):
        return others.get(code, Text(code, code))
    return say(reason_text_of(playbook, kinds, code))


@dataclass(frozen=True, slots=True)
class _Sayer:
    """Fills a text with the leading line's values as of today; one that the facts lack is said to be unknown."""

    row: Row
    currency: str
    as_of: date | None
    today: date

    def __call__(self, text: Text) -> Text:
        """The text filled."""
        values = {name: self.row.get(name) for name in named_columns(text)}
        return told_on(text, values, self.currency, as_of=self.as_of, today=self.today)


def _house_line(playbook: Playbook, line: Row, leading: Row, today: date | None) -> HouseLine:
    found = []
    for clock, column in _ENDS.items():
        ends = line[column]
        if ends is None or today is None or (ends - today).days not in _SHOWN_DAYS:
            continue
        text = CLOCKS[clock]
        if clock == "lease_end" and line["contract_kind"] != ContractKind.HANDSET_LEASE:
            text = Text("合约到期", "contract ends")
        found.append(ClockView(clock, text, int(line["subscriber_id"]), ends, (ends - today).days))
    nobody: Row = {"subscriber_id": 0, "party_id": leading["party_id"]}
    return HouseLine(
        view=line_views(playbook, [line], nobody)[0],
        leads=line["subscriber_id"] == leading["subscriber_id"],
        open_repair_count=int(line["open_repair_count"] or 0),
        clocks=tuple(found),
    )


def _typed(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The values of those columns as the book has them; None where the facts have none."""
    typed: dict[str, Any] = {}
    for name in names:
        value = values.get(name)
        is_date = LABELLED_COLUMNS.get(name) is ColumnType.DATE
        typed[name] = date.fromisoformat(value) if is_date and isinstance(value, str) else value
    return typed
