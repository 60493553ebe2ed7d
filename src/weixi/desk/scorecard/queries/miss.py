"""One customer's misses of one KPI: the rows of the list that are his, and what the month's data say of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from weixi.desk.base.book import playbook, store
from weixi.desk.scorecard.queries.listed import word
from weixi.desk.scorecard.queries.misses import misses_of
from weixi.desk.scorecard.queries.month import assessed_calibre, choose_month
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.figure import missed
from weixi.flow.assessment import KPI_NAMES, Calibre, Grain
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.decision import PLAN
from weixi.flow.outcome import FACT
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, FactType


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done to a task: what, when, by whom, which way."""

    at: datetime
    what: Text
    who: str
    channel: Text | None


@dataclass(frozen=True, slots=True)
class MissedTask:
    """The task that is missed, as the month's plan has it; `success` is its test, None: the playbook dropped it.

    The test counts on the days from `window_start_date` up to, not including, `window_end_date`.
    """

    task_id: str
    happens_date: date
    task_date: date
    window_start_date: date
    window_end_date: date
    success: Text | None
    deeds: tuple[Deed, ...]

    @property
    def last_date(self) -> date:
        """The last day on which the test counts."""
        return date.fromordinal(self.window_end_date.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class MissedRow:
    """One row of the list; money is fen. `task` None: the row is a line, or its plan is gone."""

    reason_code: str
    reason: Text
    kind: Text | None
    node: str
    bill_fen: int | None
    arpu_fen: int | None
    task: MissedTask | None


@dataclass(frozen=True, slots=True)
class MissStory:
    """Why the customer stands on the list of misses of that KPI and month; no rows: he does not."""

    month: Month
    kpi: str
    calibre: Calibre
    currency: str
    rows: tuple[MissedRow, ...]

    @property
    def name(self) -> Text:
        """The KPI's name."""
        return KPI_NAMES[self.kpi]

    @property
    def who(self) -> Text:
        """Whom the list holds."""
        return missed(self.kpi)

    @property
    def is_of_tasks(self) -> bool:
        """Whether the rows are tasks."""
        return self.calibre.grain is Grain.TASK


def miss_story(*, subscriber_id: int, kpi: str, month: str, territory: tuple[str, ...]) -> MissStory:
    """The customer's rows of the same list, each with what the plan and the ledger of that month have of it.

    Raises UsageError for a month or a KPI that is not assessed, DataError where it cannot be computed.
    """
    choice = choose_month(month)
    calibre = assessed_calibre(choice.month, kpi)
    listing = misses_of(choice, kpi, subscriber_id, territory)
    found = listing.table.to_pylist()
    tasks = _tasks(choice.month, [row["row_id"] for row in found]) if calibre.grain is Grain.TASK else {}
    book = store().require(SUBSCRIBER_MONTH, month=choice.month.number)
    return MissStory(
        month=choice.month,
        kpi=kpi,
        calibre=calibre,
        currency=origin_of(book).currency,
        rows=tuple(
            MissedRow(
                reason_code=row["reason"],
                reason=word(listing, "reason", row["reason"]) or Text("", ""),
                kind=word(listing, "kind", row.get("kind")),
                node=row["node"] or row["node_code"] or "",
                bill_fen=row.get("bill_fen"),
                arpu_fen=row.get("arpu_fen"),
                task=tasks.get(str(row["row_id"])),
            )
            for row in found
        ),
    )


def _tasks(month: Month, task_ids: list[str]) -> Mapping[str, MissedTask]:
    """Those tasks of the month's plan with what was done to them. Two statements, none where there is no task."""
    plan = store().current(PLAN, month=month.number)
    if plan is None or not task_ids:
        return {}
    named = ", ".join(f"$t{place}" for place in range(len(task_ids)))
    bound = {f"t{place}": task_id for place, task_id in enumerate(task_ids)}
    rows = store().rows(
        f"""SELECT task_id, kind, happens_date, task_date, window_start_date, window_end_date
FROM plan WHERE task_id IN ({named})""",
        inputs={"plan": plan},
        parameters=bound,
    )
    facts = [p for p in store().partitions(FACT) if p.key["month"] == month.number]
    done = (
        store().rows(
            f"SELECT task_id, fact_type, happened_at, agent_code, channel FROM fact WHERE task_id IN ({named})",
            inputs={"fact": facts},
            parameters=bound,
        )
        if facts
        else []
    )
    tests = {rule.code: rule.success.text for rule in playbook().warnings}
    names = tree_of(month)
    return {
        row["task_id"]: MissedTask(
            task_id=row["task_id"],
            happens_date=row["happens_date"],
            task_date=row["task_date"],
            window_start_date=row["window_start_date"],
            window_end_date=row["window_end_date"],
            success=tests.get(row["kind"]),
            deeds=tuple(
                _deed(each, names.name(each["agent_code"]) if each["agent_code"] else "")
                for each in sorted(done, key=lambda each: each["happened_at"])
                if each["task_id"] == row["task_id"]
            ),
        )
        for row in rows
    }


def _deed(row: Mapping[str, Any], who: str) -> Deed:
    return Deed(
        row["happened_at"].replace(tzinfo=UTC),
        FactType(row["fact_type"]).text,
        who,
        Channel(row["channel"]).text if row["channel"] else None,
    )
