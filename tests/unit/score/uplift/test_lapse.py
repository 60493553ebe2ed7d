"""Whom contact harmed is left alone, and is asked about again once the trial that said so is a year old."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import pytest

from handmade.playbooks import bare_playbook
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision import DO_NOT_WAKE, PLAN, PLAN_LINE
from weixi.flow.run import STEPS
from weixi.flow.score import CONTACT, Effect, Sample, do_not_wake, effect_column, effect_known, study
from weixi.flow.segment import LABEL
from weixi.flow.warning import WARNING
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule, Playbook

Put = Callable[..., Partition]
KINDS = ("welcome", "touchy")
LEAVES = {"welcome": (0.25, 0.05), "touchy": (0.25, 0.6)}
"""The share that leaves, left alone and contacted."""
SIZE, HELD = 600, 0.3
WORDS = {"grade": "REGULAR", "band": "B1", "stage": "STABLE", "cluster": "RURAL", "category": "PERSONAL"}
[UPLIFT] = [step for step in STEPS if step.name == "uplift"]


class Years:
    """A book of many months: every month has the same lines, those of a kind together, without who has left."""

    def __init__(self, store: Store, put: Put, playbook: Playbook) -> None:
        self.store, self.put, self.playbook = store, put, playbook
        self.chance = np.random.default_rng(4)
        self.kind = {key: KINDS[key % 2] for key in range(1, 6 * SIZE + 1)}
        self.gone: dict[int, date] = {}
        self.fresh = {kind: iter([key for key in self.kind if self.kind[key] == kind]) for kind in KINDS}

    def some(self, kind: str) -> list[int]:
        """Lines of that kind that no plan has had yet."""
        return list(islice(self.fresh[kind], SIZE))

    def month(self, month: Month) -> None:
        """The book, features, labels and warnings of one month."""
        left = {"service_status": "EXITED", "exit_type": "PORTED_OUT"}
        lines: list[dict[str, Any]] = [
            {"subscriber_id": key, "data_kb": 37 * key % 1_000}
            | ({**left, "exit_date": self.gone[key]} if key in self.gone else {})
            for key in self.kind
        ]
        self.put(SUBSCRIBER_MONTH, lines, month=month.number)
        self.put(FEATURE, [{"subscriber_id": key} for key in self.kind], month=month.number)
        self.put(LABEL, [{"subscriber_id": key, **WORDS} for key in self.kind], month=month.number)
        asked = [key for key in self.kind if key not in self.gone][:80]
        warned = [self.task(key, month) | {"kinds": self.kind[key], "kind_rank": 1} for key in asked]
        names = set(WARNING.types)
        self.put(
            WARNING, [{k: v for k, v in row.items() if k in names} for row in warned], month=month.number
        )

    def task(self, key: int, month: Month) -> dict[str, Any]:
        """What a task or a warning of the line says."""
        return {
            "subscriber_id": key, "household_key": f"h{key}", "kind": self.kind[key], "level": "RED",
            "happens_date": month.first, "task_date": month.first,
        }  # fmt: skip

    def plan(self, month: Month, keys: Iterable[int], *, asleep: Iterable[int] = ()) -> None:
        """The month's plan and what came of it: `keys` contacted or held out, `asleep` withdrawn."""
        rows = []
        for key in keys:
            held = bool(self.chance.random() < HELD)
            if self.chance.random() < LEAVES[self.kind[key]][not held]:
                self.gone[key] = month.first
            rows.append((key, held, None))
        rows += [(key, False, DO_NOT_WAKE) for key in asleep]
        tasks = [
            self.task(key, month)
            | {
                "task_id": f"{month}-{key}", "task_type": "WARNING", "line_count": 1, "window_start_date": month.first,
                "window_end_date": month.last, "unit_code": "U", "node_code": "O", "is_holdout": held,
                "withdrawn_rule": rule,
            }
            for key, held, rule in rows
        ]  # fmt: skip
        self.put(PLAN, tasks, month=month.number)
        names = ("task_id", "subscriber_id", "kind", "happens_date")
        self.put(PLAN_LINE, [{name: task[name] for name in names} for task in tasks], month=month.number)

    def said(self, month: Month) -> dict[str, set[str]]:
        """Score the month as its step does; by kind the verdicts on contact of one line in ten and more."""
        made = UPLIFT.build(self.store, self.playbook, month)[0]
        rows = self.store.rows(
            f"SELECT subscriber_id, {effect_column(CONTACT)} AS effect FROM u", inputs={"u": made}
        )
        found: dict[str, set[str]] = {}
        for kind in KINDS:
            told = [row["effect"] for row in rows if self.kind[row["subscriber_id"]] == kind]
            found[kind] = {effect for effect in told if 10 * told.count(effect) >= len(told)}
        return found


@pytest.fixture
def years(store: Store, put: Put, work_plan: Playbook) -> Years:
    held = (HoldoutRule("mass", "TRUE", Decimal(str(HELD))),)
    return Years(store, put, bare_playbook(holdouts=held, score=work_plan.score))


def test_a_verdict_lapses_with_the_trial_that_said_it_and_is_learnt_again(years: Years) -> None:
    """HARMS for twelve months, then no more than not enough data, then, contacted again beside a hold-out, HARMS."""
    first = Month.of(2024, 7)
    years.month(first.plus(-1))
    years.plan(first, [*years.some("welcome"), *years.some("touchy")])
    years.month(first)
    assert years.said(first)["touchy"] == {"HARMS"}
    asleep = {each.kind for each in do_not_wake(years.store, years.playbook, first)}
    assert asleep == {"touchy"}
    # Ten months on: who is on the list is in the plan as withdrawn, and in neither arm.
    later = first.plus(10)
    years.month(later.plus(-1))
    years.plan(later, years.some("welcome"), asleep=years.some("touchy"))
    years.month(later)
    last = first.plus(11)
    years.month(last)
    assert years.said(last)["touchy"] == {"HARMS"}
    # The thirteenth month: no touchy household is in the trial. What helps others is not said to help these.
    lapsed = first.plus(12)
    years.month(lapsed)
    told = years.said(lapsed)
    assert told["touchy"] == {"UNPROVEN"}
    assert "HELPS" in told["welcome"]
    assert do_not_wake(years.store, years.playbook, lapsed) == ()
    assert effect_known(years.store, years.playbook, lapsed).why is None
    again = first.plus(13)
    years.plan(again, years.some("touchy"))
    years.month(again)
    assert years.said(again)["touchy"] == {"HARMS"}


def test_what_helps_everybody_is_not_said_of_a_warning_that_nobody_tried() -> None:
    chance = np.random.default_rng(2)
    rows = 4_000
    features, treated = chance.normal(size=(rows, 2)), chance.random(rows) < 0.5
    stays = (chance.random(rows) < np.where(treated, 0.95, 0.4)).astype(np.float64)
    tried = np.full(rows, "welcome", dtype=object)
    given = Sample(features, ("a", "b"), treated, stays, np.full(rows, 0.5), segment=tried)
    found = study(given, count=2, seed=1, threads=1, clock=float)
    assert {each.effect for each in found.evidence} == {Effect.HELPS}
    score = found.model(features[:50])
    assert set(found.effect_of(score, tried[:50])) == {Effect.HELPS}
    assert set(found.effect_of(score, np.full(50, "touchy", dtype=object))) == {Effect.UNPROVEN}
