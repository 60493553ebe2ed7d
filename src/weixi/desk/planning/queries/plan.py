"""The frozen plan for who answers for it: in figures, beside the one before, and what handing it over would do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from weixi.desk.base.book import playbook, store
from weixi.desk.dispatch.queries.applied import AppliedLine, applied_plans
from weixi.desk.dispatch.queries.handover import handover_of
from weixi.engine import Store
from weixi.flow.decision import PLAN, Checkup, PlanSummary, check_up, require_plan, summarise
from weixi.flow.run import DEFAULT_PLAYBOOKS, ceilings_of, open_playbook
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook
from weixi.playbook.shelf import FOLDER


@dataclass(frozen=True, slots=True)
class Side:
    """One group of the plan beside the same of the plan before; None: the plan before cannot be read any more."""

    code: str
    text: Text
    tasks: int
    tasks_before: int | None
    contacts: int
    offers: int
    cost_fen: int
    cost_before_fen: int | None
    risk_fen: int

    @property
    def change(self) -> int | None:
        """How many tasks more than in the plan before."""
        return None if self.tasks_before is None else self.tasks - self.tasks_before


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget and what the plan takes from it; `share` in percent, None without a ceiling."""

    text: Text
    amount_fen: int | None
    used_fen: int
    tasks: int
    share: int | None


@dataclass(frozen=True, slots=True)
class PlanReview:
    """One month's plan as its planner looks at it before handing it over."""

    month: Month
    before: Month | None
    is_before_lost: bool
    summary: PlanSummary
    playbook_title: Text
    revision: int
    seal: str
    is_in_force: bool
    issue_count: int
    unit_count: int
    is_applied: bool
    is_begun: bool
    replaces: int | None
    taken: tuple[AppliedLine, ...]
    kinds: tuple[Side, ...]
    levels: tuple[Side, ...]
    counties: tuple[Side, ...]
    offers: tuple[Side, ...]
    budgets: tuple[Budget, ...]
    month_end: date


def plan_months() -> tuple[Month, ...]:
    """The months that have a plan, the latest first."""
    numbers = {int(partition.key["month"]) for partition in store().partitions(PLAN)}
    return tuple(Month.from_number(number) for number in sorted(numbers, reverse=True))


def plan_review(month: Month) -> PlanReview:
    """The plan of that month. Raises DataError where there is none, or no known playbook made it."""
    own = store()
    maker = maker_of(own, month)
    summary = _summary(settings.HOME, require_plan(own, month).fingerprint, maker.fingerprint, month)
    handover = handover_of(own, maker, month)
    earlier = [one for one in plan_months() if one < month]
    old = _earlier(own, earlier[0]) if earlier else None
    return PlanReview(
        month=month,
        before=old.plan_month if old is not None else None,
        is_before_lost=bool(earlier) and old is None,
        summary=summary,
        playbook_title=maker.title,
        revision=handover.plan.revision,
        seal=(handover.plan.manifest.seal or "")[:16],
        is_in_force=maker.fingerprint == playbook().fingerprint,
        issue_count=handover.issue_count,
        unit_count=handover.unit_count,
        is_applied=handover.is_applied,
        is_begun=handover.is_begun,
        replaces=handover.replaces,
        taken=applied_plans(month),
        kinds=_sides(summary, old, "by_kind"),
        levels=_sides(summary, old, "by_level"),
        counties=_sides(summary, old, "by_county"),
        offers=_sides(summary, old, "by_offer"),
        budgets=tuple(
            Budget(
                pool.text,
                pool.amount_fen,
                pool.used_fen,
                pool.task_count,
                min(100, 100 * pool.used_fen // pool.amount_fen) if pool.amount_fen else None,
            )
            for pool in summary.pools
        ),
        month_end=month.last,
    )


def plan_checks(month: Month) -> Checkup:
    """What the data of the month before say of the playbook that made the plan: coverage, ceilings, idle rules."""
    own = store()
    maker = maker_of(own, month)
    return _checks(settings.HOME, require_plan(own, month).fingerprint, maker.fingerprint, month)


def maker_of(own: Store, month: Month) -> Playbook:
    """The playbook that made the month's plan: the one in force, else a version published before, else a shipped one.

    Raises DataError where none of them did.
    """
    fault: DataError | None = None
    for known in _known():
        try:
            require_plan(own, month, known)
        except DataError as wrong:
            if wrong.code != "plan.other_playbook":
                raise
            fault = fault or wrong
        else:
            return known
    if fault is None:
        raise TypeError("there is always a playbook in force")
    raise DataError(
        fault.code,
        fault.what,
        Text("以生效方案重新运行上个月", "run the month before again under the playbook in force"),
        where=fault.where,
    )


def _known() -> Iterator[Playbook]:
    yield playbook()
    published = (settings.HOME / FOLDER).glob("*.toml")
    for path in sorted(published, key=lambda one: one.stat().st_mtime_ns, reverse=True):
        yield _opened(path, path.stat().st_mtime_ns)
    yield _opened(None, 0)


@lru_cache(maxsize=16)
def _opened(path: Path | None, stamp: int) -> Playbook:
    return open_playbook(DEFAULT_PLAYBOOKS if path is None else (path,))


# What comes of sealed partitions and a playbook is always the same: both fingerprints are the key.
@lru_cache(maxsize=32)
def _summary(home: Path, plan: str, maker: str, month: Month) -> PlanSummary:
    return summarise(store(), maker_of(store(), month), month)


@lru_cache(maxsize=8)
def _checks(home: Path, plan: str, maker: str, month: Month) -> Checkup:
    made_by = maker_of(store(), month)
    return check_up(store(), made_by, month.plus(-1), ceilings_of(made_by))


def _earlier(own: Store, month: Month) -> PlanSummary | None:
    try:
        maker = maker_of(own, month)
        return _summary(settings.HOME, require_plan(own, month).fingerprint, maker.fingerprint, month)
    except DataError:
        return None


def _sides(new: PlanSummary, old: PlanSummary | None, name: str) -> tuple[Side, ...]:
    groups = getattr(new, name)
    before = {group.code: group for group in getattr(old, name)} if old is not None else {}
    sides = [
        Side(
            group.code,
            group.text,
            group.task_count,
            None if old is None else before[group.code].task_count if group.code in before else 0,
            group.contact_count,
            group.offer_count,
            group.cost_fen,
            None if old is None else before[group.code].cost_fen if group.code in before else 0,
            group.revenue_at_risk_fen,
        )
        for group in groups
    ]
    here = {group.code for group in groups}
    sides += [
        Side(code, group.text, 0, group.task_count, 0, 0, 0, group.cost_fen, 0)
        for code, group in before.items()
        if code not in here
    ]
    return tuple(sides)
