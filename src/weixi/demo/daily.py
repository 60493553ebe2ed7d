"""The operator's daily feeds: a folder a day with that day's events and every line's balance, and a manifest."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa

from weixi.demo import columns, write
from weixi.demo.actions import FIRST_USER
from weixi.demo.events import EVENT_TYPES, Happened
from weixi.demo.lines import EXITED, PROSPECT, Array, Lines
from weixi.demo.step import Step, Sums
from weixi.demo.write import Form, Sink
from weixi.kernel.period import Month
from weixi.kernel.terms import EventType

_RECHARGE, _PAYMENT = (EVENT_TYPES.index(kind) for kind in (EventType.RECHARGE, EventType.PAYMENT))


@dataclass(frozen=True, slots=True)
class Opening:
    """What each line of a chunk had when the month began."""

    balance: Array
    arrears: Array
    exited: Array

    @classmethod
    def of(cls, lines: Lines) -> "Opening":
        """The lines as they are now."""
        return cls(lines.balance.copy(), lines.arrears.copy(), lines.status >= EXITED)


class Days:
    """The folders of one month's days under `folder`, open for writing; manifests come when all is whole."""

    def __init__(self, folder: Path, month: Month, form: Form) -> None:
        self._folder, self._month, self._form = folder, month, form
        self._stack = ExitStack()
        self._sinks: list[tuple[Path, Sink, Sink]] = []

    def __enter__(self) -> Self:
        for k in range(self._month.days):
            day = self._month.first + timedelta(days=k)
            folder = self._folder / day.isoformat()
            folder.mkdir(parents=True)
            events, balances = (
                self._stack.enter_context(Sink(folder / f"{feed}_{day:%Y%m%d}.{self._form}"))
                for feed in ("event", "balance")
            )
            self._sinks.append((folder, events, balances))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, fault, trace)
        if kind is None:
            for k, (folder, events, balances) in enumerate(self._sinks):
                self._close(self._month.first + timedelta(days=k), folder, events, balances)

    def _close(self, day: date, folder: Path, events: Sink, balances: Sink) -> None:
        files = [events.written("event", self._month), balances.written("balance", self._month)]
        write.write_manifest(
            folder, f"{folder.parent.name} {day}", files, {"mapping": "simulated", "encoding": "utf-8"}, day
        )

    def add(
        self,
        step: Step,
        opening: Opening,
        sums: Sums,
        happened: Happened,
        offers: list[str],
        agents: list[str],
    ) -> None:
        """One chunk's month, day by day. A balance falls evenly by the month's bill, and ends as the month ends."""
        lines, days = step.lines, step.days
        before = opening.balance.astype(np.int64)
        moved = np.zeros(len(lines), dtype=np.int64)
        paid = np.zeros(len(lines), dtype=np.int64)
        for k, (_, events, balances) in enumerate(self._sinks):
            at = np.flatnonzero(happened.day == step.first + k)
            part = Happened(*(getattr(happened, name)[at] for name in Happened.__slots__))
            events.write(write.event_batch(part, lines.serial, self._month, offers, agents))
            for sign, kind in ((moved, _RECHARGE), (paid, _PAYMENT)):
                chosen = part.kind == kind
                np.add.at(sign, part.row[chosen], np.maximum(part.amount[chosen], 0))
            is_last = k == days - 1
            spent = sums.bill * (k + 1) // days
            balance = lines.balance if is_last else np.maximum(before + moved - spent, 0)
            arrears = lines.arrears if is_last else np.maximum(opening.arrears - paid, 0)
            here = np.flatnonzero(
                ~opening.exited
                & (lines.status != PROSPECT)
                & (lines.open_day <= step.first + k)
                & ((lines.status != EXITED) | (lines.exit_day > step.first + k))
            )
            balances.write(_balance_batch(lines, here, np.where(lines.postpaid, 0, balance), arrears))


def _balance_batch(lines: Lines, at: Array, balance: Array, arrears: Array) -> pa.RecordBatch:
    known = np.ones(len(at), dtype=bool)
    return pa.RecordBatch.from_pydict(
        {
            "USER_ID": columns.key(FIRST_USER, lines.serial[at]),
            "BAL_AMT": columns.yuan(balance[at], known),
            "OWE_AMT": columns.yuan(arrears[at], known),
        }
    )
