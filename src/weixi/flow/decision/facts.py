"""The facts that the cards of a whole plan need, read in two statements.

The facts of a task are one value that JSON can hold, so that a desk may keep them beside the task and needs no join
when the card is opened.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from weixi.dialect.compose import Pipeline
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
from weixi.flow.decision.day import day_eligibility
from weixi.flow.decision.eligibility import Refusal, eligibility_table, fit_column
from weixi.flow.decision.wording import reason_text_of
from weixi.flow.segment import LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.flow.warning import DAY_WARNING, WARNING
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.period import Month
from weixi.playbook import Playbook

_ALWAYS = ("age", "port_out_application_date", "port_out_query_count", "suspect_level")
"""What the cautions ask of the leading line, beside what the playbook's words show."""

LINE_COLUMNS = (
    "subscriber_id", "party_id", "line_type", "service_status", "revenue_3m_fen", "revenue_12m_fen", "contract_kind",
    "contract_end_date", "subsidy_end_date", "broadband_end_date", "run_out_date", "open_repair_count",
)  # fmt: skip

Facts = Mapping[str, Any]
Line = tuple[Any, ...]


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
    held: tuple[str, list[Line]] | None = next(beside, None)
    shown = _Shown(playbook, own.schema.names)
    always: dict[str, Any] = {"as_of": as_of.isoformat()}
    if currency != HOME_CURRENCY:
        always["currency"] = currency
    for row in _rows(own):
        task_id, leading = row[0], row[1]
        while held is not None and held[0] < task_id:
            held = next(beside, None)
        mine = held[1] if held is not None and held[0] == task_id else []
        facts = {
            **always,
            "own": {name: value for name, k in shown.columns_of(row) if (value := row[k]) is not None},
            "lines": _shortened(mine, leading),
        }
        fit = {code: value for code, k in shown.fits if (value := row[k]) and value != Refusal.OTHER_KIND}
        if fit:
            facts["fit"] = fit
        if row[shown.complaint]:
            facts["complaint"] = True
        if row[shown.may_call] is False:
            facts["no_sale_by_call"] = True
        yield task_id, facts


_SAID = slice(2, 6)
"""Where a row of `own_text` has its warning and the reasons given."""


def own_text(playbook: Playbook) -> str:
    """The statement over the plan that gives each task's leading line and what it may be offered."""
    pieces = Pipeline()
    shown = card_columns(playbook)
    labelled_pieces(pieces, shown)
    own = ", ".join(f"l.{name}" for name in shown)
    fits = "".join(f", e.{fit_column(offer)}" for offer in playbook.offers)
    return pieces.text(
        f"""SELECT p.task_id, p.subscriber_id, p.kind, p.reason_1, p.reason_2, p.reason_3, {own},
            e.has_complaint, e.may_call{fits}
        FROM plan AS p JOIN labelled AS l ON p.subscriber_id = l.subscriber_id
        LEFT JOIN eligibility AS e ON p.subscriber_id = e.subscriber_id
        ORDER BY p.task_id"""
    )


def _house_text() -> str:
    pieces = Pipeline()
    subscriber_pieces(pieces, columns=[*LINE_COLUMNS, "household_key"])
    return pieces.text(
        f"""SELECT p.task_id, {", ".join(f"s.{name}" for name in LINE_COLUMNS)}, w.kind,
            CASE WHEN t.subscriber_id IS NULL THEN FALSE ELSE TRUE END AS in_task
        FROM plan AS p JOIN subscriber AS s ON p.household_key = s.household_key
        LEFT JOIN warning AS w ON w.subscriber_id = s.subscriber_id
        LEFT JOIN listed AS t ON t.task_id = p.task_id AND t.subscriber_id = s.subscriber_id
        ORDER BY p.task_id, s.subscriber_id"""
    )


HOUSE_TEXT = _house_text()
"""The statement over the plan that gives every line of each task's household."""


class _Shown:
    """The columns that the words of one task need, its warning's and those of the reasons it gives, by their place."""

    def __init__(self, playbook: Playbook, names: Sequence[str]) -> None:
        self.playbook = playbook
        self.order = tuple(rule.code for rule in playbook.warnings)
        self.places = {name: k for k, name in enumerate(names)}
        self.fits = [(offer.code, self.places[fit_column(offer)]) for offer in playbook.offers]
        self.complaint, self.may_call = self.places["has_complaint"], self.places["may_call"]
        self._known: dict[Line, list[tuple[str, int]]] = {}

    def columns_of(self, row: Line) -> list[tuple[str, int]]:
        """The columns for the task of that row of `own_text`."""
        key = row[_SAID]
        if key not in self._known:
            needed, columns = self._needed(*key), card_columns(self.playbook)
            self._known[key] = [(name, self.places[name]) for name in columns if name in needed]
        return self._known[key]

    def _needed(self, kind: str, *reasons: str | None) -> set[str]:
        needed = set(_ALWAYS)
        for rule in self.playbook.warnings:
            if rule.code == kind:
                needed |= rule.script_columns.union(*(reason.columns for reason in rule.reasons))
        for code in reasons:
            needed |= set(named_columns(reason_text_of(self.playbook, (kind, *self.order), str(code))))
        return needed


def named_columns(text: Text) -> list[str]:
    """The columns that a text shows as `{column}`."""
    return [part.split("}")[0] for said in (text.zh, text.en) for part in said.split("{")[1:]]


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


def _rows(table: pa.Table) -> Iterator[Line]:
    """The rows of a table as tuples, with dates as JSON writes them."""
    for k, column in enumerate(table.schema):
        if pa.types.is_date(column.type):
            table = table.set_column(k, column.name, table.column(k).cast(pa.string()))
    for batch in table.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _by_task(house: pa.Table) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each task's household, in order; a line is its `LINE_COLUMNS`, its warning, whether it is listed."""
    for task_id, rows in groupby(_rows(house), key=itemgetter(0)):
        yield task_id, [row[1:] for row in rows]


_KEPT = (*LINE_COLUMNS, "kind", "in_task")
_SUBSCRIBER, _PARTY = _KEPT.index("subscriber_id"), _KEPT.index("party_id")


def _shortened(lines: Sequence[Line], leading: int) -> list[dict[str, Any]]:
    """The household's lines as JSON may hold them; a person is a number within the household, the leading line's 0."""
    people = {next((line[_PARTY] for line in lines if line[_SUBSCRIBER] == leading), None): 0}
    shortened = []
    for line in lines:
        kept = {name: value for name, value in zip(_KEPT, line, strict=True) if value}
        if line[_PARTY] is not None:
            kept["party_id"] = people.setdefault(line[_PARTY], len(people))
        shortened.append(kept)
    return shortened
