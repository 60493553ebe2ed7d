"""剔除申诉: the appeals of a unit, what was decided, and the restated figures beside the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from weixi.desk.base.book import store
from weixi.desk.org.queries import path_of_node
from weixi.desk.scorecard.queries.month import assessed_calibre, assessed_kpis
from weixi.desk.scorecard.queries.target import people_of
from weixi.desk.scorecard.queries.tree import Tree, tree_of
from weixi.flow.assessment import (
    KPI_NAMES,
    Calibre,
    Correction,
    CorrectionAction,
    KpiValue,
    correction_entries,
    read_statement,
)
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import ASSIGNMENT
from weixi.kernel.errors import WeixiError
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Said:
    """One entry on a case: who, when, why; a decision or the appeal itself."""

    action: Text
    actor: str
    person: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """One appeal: for whom it was filed (numbers masked), by whom with which evidence, and the decisions on it.

    `decision` is the last one's; None: open.
    """

    month: Month
    entry: int
    name: str
    node_code: str
    node: str
    subscribers: tuple[tuple[int, str], ...]
    filed: Said
    decisions: tuple[Said, ...]
    decision: CorrectionAction | None

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it."""
        return self.decision is None


@dataclass(frozen=True, slots=True)
class Restated:
    """One assessed KPI of the unit: what was sealed first, what stands now, and without corrected subscribers."""

    kpi: str
    name: Text
    calibre: Calibre
    sealed: KpiValue | None
    current: KpiValue | None
    corrected: KpiValue | None


@dataclass(frozen=True)
class AppealPage:
    """The appeals that hold for a month at a unit, open ones first; `suspect_count` lines were confirmed later."""

    month: Month
    cases: tuple[Case, ...]
    suspect_count: int
    figures: tuple[Restated, ...]


def appeal_page(month: Month, code: str) -> AppealPage:
    """The unit's appeals and figures. Raises DataError where the month was never assessed."""
    tree = tree_of(month)
    below = tree.below(code)
    entries = correction_entries(store(), month)
    cases = _cases([each for each in entries if _is_within(each, tree, code, below)], tree)
    return AppealPage(
        month=month,
        cases=tuple(sorted(cases, key=lambda each: (not each.is_open, -each.month.number, -each.entry))),
        suspect_count=sum(each.action is CorrectionAction.SUSPECT for each in entries)
        if tree.top.code == code
        else 0,
        figures=_figures(month, code),
    )


def path_of_case(code: str, month: int, entry: int) -> str | None:
    """Where the unit that filed the case lies; None where there is no such case at that unit."""
    found = case_of(month, entry)
    if found is None or (found.node_code or code) != code:
        return None
    return path_of_node(code)


def case_of(month: int, entry: int) -> Correction | None:
    """The first row of the appeal that is that entry; None where there is none."""
    try:
        asked = Month.from_number(month)
    except WeixiError:
        return None
    return next(
        (
            each
            for each in correction_entries(store(), asked)
            if (each.month, each.entry, each.action) == (month, entry, CorrectionAction.FILED)
        ),
        None,
    )


def nodes_of(month: Month, subscribers: Sequence[int]) -> Mapping[int, str]:
    """Subscriber → the node that answered for the line in the month, or last before it; never assigned: left out."""
    found: dict[int, str] = {}
    for each in [month.plus(-k) for k in range(13)]:
        wanted = sorted(set(subscribers) - found.keys())
        assigned = store().current(ASSIGNMENT, month=each.number)
        if not wanted or assigned is None:
            continue
        names = [f"s{place}" for place in range(len(wanted))]
        rows = store().rows(
            f"SELECT subscriber_id, node_code FROM line WHERE subscriber_id IN ({', '.join(f'${n}' for n in names)})",
            inputs={"line": assigned},
            parameters=dict(zip(names, wanted, strict=True)),
        )
        found |= {row["subscriber_id"]: row["node_code"] for row in rows}
    return found


def _is_within(each: Correction, tree: Tree, code: str, below: frozenset[str]) -> bool:
    if each.action is CorrectionAction.SUSPECT:
        return False
    return each.node_code in below or (not each.node_code and tree.top.code == code)


def _cases(entries: Sequence[Correction], tree: Tree) -> list[Case]:
    numbers = _numbers({each.subscriber_id for each in entries})
    people = people_of(each.actor for each in entries)
    by_case: dict[tuple[int, int], list[Correction]] = {}
    for each in entries:
        by_case.setdefault((each.month, each.case_entry), []).append(each)
    found = []
    for (month, entry), rows in by_case.items():
        filed = [each for each in rows if each.action is CorrectionAction.FILED]
        decided = {each.entry: each for each in rows if each.action is not CorrectionAction.FILED}
        if not filed:
            continue
        last = decided[max(decided)] if decided else None
        code = filed[0].node_code
        found.append(
            Case(
                month=Month.from_number(month),
                entry=entry,
                name=filed[0].case,
                node_code=code or tree.top.code,
                node=tree.places[code].name if code in tree.places else code or tree.top.name,
                subscribers=tuple(
                    (each.subscriber_id, numbers.get(each.subscriber_id, "")) for each in filed
                ),
                filed=_said(filed[0], people),
                decisions=tuple(_said(decided[number], people) for number in sorted(decided)),
                decision=last.action if last is not None else None,
            )
        )
    return found


def _said(each: Correction, people: Mapping[str, str]) -> Said:
    name = people.get(each.actor, "")
    person = f"{name}（{each.actor}）" if name and name != each.actor else each.actor
    return Said(each.action.text, each.actor, person, each.happened_at.replace(tzinfo=UTC), each.reason)


def _numbers(subscribers: set[int]) -> Mapping[int, str]:
    """The newest numbers that are known, masked."""
    identity = store().partitions(IDENTITY)
    if not identity or not subscribers:
        return {}
    wanted = sorted(subscribers)
    names = [f"s{place}" for place in range(len(wanted))]
    rows = store().rows(
        f"""SELECT subscriber_id, msisdn FROM identity
WHERE subscriber_id IN ({", ".join(f"${name}" for name in names)}) ORDER BY month""",
        inputs={"identity": identity},
        parameters=dict(zip(names, wanted, strict=True)),
    )
    return {row["subscriber_id"]: mask_number(row["msisdn"]) for row in rows if row["msisdn"]}


def _figures(month: Month, code: str) -> tuple[Restated, ...]:
    statement = read_statement(store(), month)
    found = []
    for kpi in assessed_kpis(month):
        calibre = assessed_calibre(month, kpi)
        key = (calibre.id, code)
        corrected = None if statement.corrected is None else statement.corrected.get(key)
        found.append(
            Restated(
                kpi,
                KPI_NAMES[kpi],
                calibre,
                statement.sealed.values.get(key),
                statement.current.values.get(key),
                corrected,
            )
        )
    return tuple(found)
