"""What a task's card says to who makes the contact: the facts it needs, read for a whole plan at once, and its words.

The facts of a task are one value that JSON can hold, so that a desk may keep them beside the task and needs no join
when the card is opened. The words come from the playbook in force and those facts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType
from weixi.engine import Partition, Store
from weixi.flow.book import (
    DAY_FEATURE,
    DAY_LINE,
    FEATURE,
    SUBSCRIBER_MONTH,
    day_key,
    origin_of,
    subscriber_pieces,
)
from weixi.flow.decision.briefing import Caution, LineView, Worth, cautions, line_views, worth
from weixi.flow.decision.contact_policy import is_sale
from weixi.flow.decision.day import day_eligibility
from weixi.flow.decision.eligibility import Refusal, eligibility_table, fit_column
from weixi.flow.decision.evidence import Row
from weixi.flow.decision.explanation import LabelView
from weixi.flow.decision.lapse import told_on
from weixi.flow.decision.tables import PLAN
from weixi.flow.decision.why import label_views
from weixi.flow.decision.wording import reason_text_of, time_limit, warning_name
from weixi.flow.segment import DIMENSIONS, LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.flow.warning import CLOCKS, DAY_WARNING, WARNING
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, ContractKind, TaskType, WarningLevel
from weixi.playbook import Offer, Playbook

_ALWAYS = ("age", "port_out_application_date", "port_out_query_count", "suspect_level")
"""What the cautions ask of the leading line, beside what the playbook's words show."""

_LINE = (
    "subscriber_id", "party_id", "line_type", "service_status", "revenue_3m_fen", "revenue_12m_fen", "contract_kind",
    "contract_end_date", "subsidy_end_date", "broadband_end_date", "run_out_date", "open_repair_count",
)  # fmt: skip

_ENDS = {
    "run_out": "run_out_date",
    "lease_end": "contract_end_date",
    "subsidy_end": "subsidy_end_date",
    "broadband_end": "broadband_end_date",
}
_SHOWN_DAYS = range(-31, 181)
"""Days to the end within which a clock is on the card."""

Facts = Mapping[str, Any]


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


def card_columns(playbook: Playbook) -> list[str]:
    """The columns of the leading line that the playbook's reasons and scripts show or the cautions ask for."""
    named = {column for rule in playbook.warnings for reason in rule.reasons for column in reason.columns}
    named |= {column for rule in playbook.warnings for column in rule.script_columns} | set(_ALWAYS)
    return [column for column in LABELLED_COLUMNS if column in named]


def card_facts(
    store: Store, playbook: Playbook, plan: Partition, lines: Partition
) -> Iterator[tuple[str, Facts]]:
    """The facts of every task of a plan (a month's, or one morning's), in order of `task_id`.

    Two statements over the whole plan. Nothing where the data that the plan was made of are not there any more.
    """
    sources = _sources(store, playbook, plan)
    if sources is None:
        return
    inputs, as_of = sources
    before = Month.from_number(int(plan.key["month"])).plus(-1)
    currency = origin_of(store.require(SUBSCRIBER_MONTH, month=before.number)).currency
    own = store.arrow(own_text(playbook), inputs={**inputs, "plan": plan}, parameters={"as_of": as_of})
    house = store.arrow(
        HOUSE_TEXT,
        inputs={name: inputs[name] for name in ("line", "feature", "warning")}
        | {"plan": plan, "listed": lines},
        parameters={"as_of": as_of},
    )
    beside = _by_task(house)
    held: tuple[str, list[Row]] | None = next(beside, None)
    shown, offers = _Shown(playbook), playbook.offers
    for batch in own.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            task_id = row["task_id"]
            while held is not None and held[0] < task_id:
                held = next(beside, None)
            mine = held[1] if held is not None and held[0] == task_id else []
            facts: dict[str, Any] = {
                "as_of": as_of.isoformat(),
                "own": _plain({name: row[name] for name in shown(row)}),
                "lines": _shortened(mine, row["subscriber_id"]),
            }
            fit = {o.code: row[fit_column(o)] for o in offers if row[fit_column(o)] not in (0, None)}
            fit = {code: value for code, value in fit.items() if value != Refusal.OTHER_KIND}
            facts |= {"fit": fit} if fit else {}
            facts |= {"complaint": True} if row["has_complaint"] else {}
            facts |= {"currency": currency} if currency != HOME_CURRENCY else {}
            yield task_id, facts


def own_text(playbook: Playbook) -> str:
    """The statement over the plan that gives each task's leading line and what it may be offered."""
    pieces = Pipeline()
    shown = card_columns(playbook)
    labelled_pieces(pieces, shown)
    own = ", ".join(f"l.{name}" for name in shown)
    fits = "".join(f", e.{fit_column(offer)}" for offer in playbook.offers)
    return pieces.text(
        f"""SELECT p.task_id, p.subscriber_id, p.kind, p.reason_1, p.reason_2, p.reason_3, {own},
            e.has_complaint{fits}
        FROM plan AS p JOIN labelled AS l ON p.subscriber_id = l.subscriber_id
        LEFT JOIN eligibility AS e ON p.subscriber_id = e.subscriber_id
        ORDER BY p.task_id"""
    )


def _house_text() -> str:
    pieces = Pipeline()
    subscriber_pieces(pieces, columns=[*_LINE, "household_key"])
    return pieces.text(
        f"""SELECT p.task_id, {", ".join(f"s.{name}" for name in _LINE)}, w.kind,
            CASE WHEN t.subscriber_id IS NULL THEN FALSE ELSE TRUE END AS in_task
        FROM plan AS p JOIN subscriber AS s ON p.household_key = s.household_key
        LEFT JOIN warning AS w ON w.subscriber_id = s.subscriber_id
        LEFT JOIN listed AS t ON t.task_id = p.task_id AND t.subscriber_id = s.subscriber_id
        ORDER BY p.task_id, s.subscriber_id"""
    )


HOUSE_TEXT = _house_text()
"""The statement over the plan that gives every line of each task's household."""


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
    lines = [_typed(line, [*_LINE, "kind", "in_task"]) for line in facts.get("lines", ())]
    fit: dict[str, Any] | None = None
    if facts:
        codes = facts.get("fit", {})
        fit = {
            fit_column(o): Refusal.OTHER_KIND if o.kinds and kind not in o.kinds else codes.get(o.code, 0)
            for o in playbook.offers
        }
        fit["has_complaint"] = bool(facts.get("complaint"))
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
        script=_script(rule.script if rule is not None else None, chosen, say),
        not_to_say=cautions(playbook, row, fit, leading, lines, chosen),
        lines=house,
        clocks=tuple(once[key] for key in sorted(once)),
        currency=currency,
        as_of=as_of,
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


class _Shown:
    """The columns that the words of one task need: its warning's, and those of the reasons it gives."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self.order = tuple(rule.code for rule in playbook.warnings)
        self.columns = card_columns(playbook)
        self._known: dict[tuple[str | None, ...], list[str]] = {}

    def __call__(self, row: Row) -> list[str]:
        """The columns for the task of that row of the plan."""
        key = (row["kind"], row["reason_1"], row["reason_2"], row["reason_3"])
        if key not in self._known:
            needed = set(_ALWAYS)
            for rule in self.playbook.warnings:
                if rule.code == row["kind"]:
                    needed |= rule.script_columns.union(*(reason.columns for reason in rule.reasons))
            for code in key[1:]:
                needed |= set(
                    _named(reason_text_of(self.playbook, (str(row["kind"]), *self.order), str(code)))
                )
            self._known[key] = [name for name in self.columns if name in needed]
        return self._known[key]


def _named(text: Text) -> list[str]:
    """The columns that a text shows as `{column}`."""
    return [part.split("}")[0] for said in (text.zh, text.en) for part in said.split("{")[1:]]


@dataclass(frozen=True, slots=True)
class _Sayer:
    """Fills a text with the leading line's values as of today; one that the facts lack is said to be unknown."""

    row: Row
    currency: str
    as_of: date | None
    today: date

    def __call__(self, text: Text) -> Text:
        """The text filled."""
        values = {name: self.row.get(name) for name in _named(text)}
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


def _sources(store: Store, playbook: Playbook, plan: Partition) -> tuple[dict[str, Partition], date] | None:
    """The tables that the plan was made of, by the names of the statements' views; None where one is missing."""
    month = Month.from_number(int(plan.key["month"]))
    if "day" in plan.key:
        day = date.fromisoformat(str(plan.key["day"]))
        key, as_of = day_key(day), day
        found = {
            "line": store.current(DAY_LINE, **key),
            "feature": store.current(DAY_FEATURE, **key),
            "warning": store.current(DAY_WARNING, **key),
            "eligibility": store.current(day_eligibility(playbook), **key),
        }
    else:
        number, as_of = month.plus(-1).number, month.plus(-1).last
        found = {
            "line": store.current(SUBSCRIBER_MONTH, month=number),
            "feature": store.current(FEATURE, month=number),
            "warning": store.current(WARNING, month=number),
            "eligibility": store.current(eligibility_table(playbook), month=number),
        }
    found["label"] = store.current(LABEL, month=month.plus(-1).number)
    there = {name: partition for name, partition in found.items() if partition is not None}
    return (there, as_of) if len(there) == len(found) else None


def _by_task(house: Any) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each task, in order."""
    held: tuple[str, list[Row]] | None = None
    for batch in house.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            if held is not None and held[0] == row["task_id"]:
                held[1].append(row)
                continue
            if held is not None:
                yield held
            held = (row["task_id"], [row])
    if held is not None:
        yield held


def _shortened(lines: Sequence[Row], leading: int) -> list[dict[str, Any]]:
    """The household's lines as JSON may hold them; a person is a number within the household, the leading line's 0."""
    first = next((line["party_id"] for line in lines if line["subscriber_id"] == leading), None)
    people = {first: 0}
    shortened = []
    for line in lines:
        kept = {name: line[name] for name in (*_LINE, "kind", "in_task") if line[name] not in (None, False)}
        if line["party_id"] is not None:
            kept["party_id"] = people.setdefault(line["party_id"], len(people))
        shortened.append(_plain(kept))
    return shortened


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def _typed(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The values of those columns as the book has them; None where the facts have none."""
    typed: dict[str, Any] = {}
    for name in names:
        value = values.get(name)
        is_date = LABELLED_COLUMNS.get(name) is ColumnType.DATE
        typed[name] = date.fromisoformat(value) if is_date and isinstance(value, str) else value
    return typed
