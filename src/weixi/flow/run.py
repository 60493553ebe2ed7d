"""The way of one month, in order. Start reading here.

The month's book is there when the run begins (`extract` → `book`, by `weixi import`). Every step reads
partitions and writes partitions; a step whose inputs have not changed is not done again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from weixi.engine import Partition, Store, Table
from weixi.flow import assessment, book, cohort, decision, learning, outcome, score, segment, warning
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import (
    Ceiling,
    Playbook,
    Review,
    Vocabulary,
    Written,
    ceilings,
    change,
    in_force,
    load,
    possibilities,
    review,
    source_of,
)

DEFAULT_PLAYBOOKS = ("work_plan",)

_TRIAL_MONTHS = 12

Build = Callable[[Store, Playbook, Month], Sequence[Partition]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: its name, what it does in words, and what builds its partitions for a month."""

    name: str
    text: Text
    build: Build


def _freeze(store: Store, playbook: Playbook, month: Month) -> list[Partition]:
    """The populations of each base month of the run that the book holds."""
    bases = [
        base for base in cohort.base_months(month) if store.current(book.SUBSCRIBER_MONTH, month=base.number)
    ]
    return [population for base in bases for population in cohort.freeze(store, playbook, base)]


def _score_effect(store: Store, playbook: Playbook, month: Month) -> Sequence[Partition]:
    """The effects that the plans of the last twelve months, up to this one's, have shown."""
    plans = [
        score.PlanMonth(each, plan, lines)
        for each in month.back(_TRIAL_MONTHS)
        if (plan := store.current(decision.PLAN, month=each.number))
        and (lines := store.current(decision.PLAN_LINE, month=each.number))
    ]
    return score.score_effect(store, playbook, month, plans)


def _lift(store: Store, playbook: Playbook, month: Month) -> Sequence[Partition]:
    """The effects of the month, and their course month by month."""
    return [assessment.build_lift(store, playbook, month), assessment.build_tuning(store, playbook, month)]


STEPS: tuple[Step, ...] = (
    Step("day", Text("日更归月", "days folded into the month"), lambda s, p, m: book.fold_days(s, m)),
    Step(
        "feature",
        Text("十二个月特征", "features of twelve months"),
        lambda s, p, m: [book.build_feature(s, m)],
    ),
    Step(
        "threshold",
        Text("分级门槛", "thresholds of the grades"),
        lambda s, p, m: [segment.build_threshold(s, p, m)],
    ),
    Step("label", Text("五分标签", "five-way labels"), lambda s, p, m: [segment.build_label(s, p, m)]),
    Step(
        "assignment",
        Text("分解到责任人", "care units and owners"),
        lambda s, p, m: [cohort.build_assignment(s, p, m)],
    ),
    Step("cohort", Text("拍照封存", "sealed cohorts"), _freeze),
    Step(
        "target",
        Text("指标分解", "targets down the tree"),
        lambda s, p, m: cohort.build_target(s, p, m, s.current(decision.PLAN, month=m.number)),
    ),
    Step("warning", Text("预警", "warnings"), lambda s, p, m: [warning.detect(s, p, m)]),
    Step("clock", Text("到期时钟", "the four clocks"), lambda s, p, m: [warning.build_clock(s, m)]),
    Step("value", Text("客户价值", "what lines are worth"), score.score_value),
    Step("churn", Text("离网评分", "scores of leaving"), score.score_churn),
    Step("uplift", Text("维系效果", "effects of contact"), _score_effect),
    Step(
        "eligibility",
        Text("政策匹配", "eligible offers"),
        lambda s, p, m: [decision.build_eligibility(s, p, m)],
    ),
    Step("allocation", Text("择优分配", "offers chosen together"), decision.build_allocation),
    Step("plan", Text("维系计划", "retention plan"), decision.build_plan),
    Step(
        "parity",
        Text("新老同等审计", "audit of parity"),
        lambda s, p, m: [decision.audit_parity(s, p, m)],
    ),
    Step("outcome", Text("任务核验", "verified outcomes"), outcome.attribute),
    Step("kpi", Text("考核指标与考核表", "KPIs and scorecard"), assessment.assess),
    Step("lift", Text("维系净效果", "lift"), _lift),
)

SCORES = ("value", "churn", "uplift", "lift")
"""The steps whose results other steps read where they are there, and do without where they are not."""

TABLES: Mapping[str, Table] = {
    table.name: table
    for package in (book, segment, cohort, warning, score, decision, outcome, assessment, learning)
    for table in package.TABLES
}
"""Every table of the way by name."""


VOCABULARY = Vocabulary(
    subscriber=segment.GRADE_COLUMNS,
    labelled=segment.LABELLED_COLUMNS,
    outcome=outcome.OUTCOME_COLUMNS,
    words={
        column.name: tuple(column.values)
        for table in (book.SUBSCRIBER_MONTH, segment.LABEL)
        for column in table.columns
        if column.values is not None
    },
    spoken=book.SPOKEN,
    phrases={**book.BOOK_PHRASES, **segment.LABEL_PHRASES, **outcome.OUTCOME_PHRASES},
    calibres={
        calibre.id: Text(
            f"{calibre.numerator_text.zh}÷{calibre.denominator_text.zh}；统计范围：{calibre.population.zh}；"
            f"不计：{calibre.exclusions.zh}；统计期：{calibre.period.zh}",
            f"{calibre.numerator_text.en} ÷ {calibre.denominator_text.en}; population: {calibre.population.en}; "
            f"left out: {calibre.exclusions.en}; period: {calibre.period.en}",
        )
        for calibre in assessment.CALIBRES
    },
)
"""Every column and word of the way that a playbook may name."""


def playbooks_of(home: Path) -> tuple[str | Path, ...]:
    """What names the playbook in force of the home: the version published there, else the shipped one."""
    found = in_force(home)
    return DEFAULT_PLAYBOOKS if found is None else (found.path,)


def open_playbook(names: Sequence[str | Path | Written] = DEFAULT_PLAYBOOKS) -> Playbook:
    """The playbooks of those names or files as one plan, checked against the columns of the way."""
    return load(names, VOCABULARY)


def review_playbook(names: Sequence[str | Path | Written] = DEFAULT_PLAYBOOKS) -> Review:
    """The same with every fault beside it."""
    return review(names, VOCABULARY)


def with_text(names: Sequence[str | Path | Written], file: str, source: bytes) -> list[str | Path | Written]:
    """The names with another text of one file among them, be it named or built on."""
    changed = Written(file, source)
    is_file = [str(name) in (file, file.removesuffix(".toml")) for name in names]
    kept = [changed if same else name for name, same in zip(names, is_file, strict=True)]
    return kept if any(is_file) else [changed, *kept]


def is_sound_with(names: Sequence[str | Path | Written]) -> Callable[[str, str, str], bool]:
    """Whether the playbook of those names stays without faults: a file, the path of its figure, the value written."""

    def is_sound(file: str, path: str, value: str) -> bool:
        source = change(source_of(file), {path: value})
        return not review_playbook(with_text(names, file, source)).faults

    return is_sound


def ceilings_of(playbook: Playbook) -> tuple[Ceiling, ...]:
    """The dearest offer that each band may get, told without data."""
    return ceilings(playbook, possibilities(playbook, VOCABULARY))


def run_month(
    store: Store,
    playbook: Playbook,
    month: Month,
    *,
    now: datetime,
    actor: str,
    without: Collection[str] = (),
    progress: Callable[[Step], None] = lambda _: None,
) -> list[Partition]:
    """Every partition of the way for `month`, up to the frozen plan of the next; then the month is closed.

    `without` names steps that are left out: those of SCORES are needed by no other one. `progress` is told each step
    before it begins. Raises DataError where the book lacks the month.
    """
    book.require_month(
        store,
        book.SUBSCRIBER_MONTH,
        month,
        Text(f"账册里没有 {month}", f"the book has no {month}"),
        Text("先用 weixi import 导入该月", "import that month with weixi import first"),
    )
    written: list[Partition] = []
    for step in STEPS:
        progress(step)
        if step.name in without:
            continue
        written += step.build(store, playbook, month)
    book.close_month(store, month, actor=actor, now=now)
    return written


def run_day(
    store: Store, playbook: Playbook, day: date, *, progress: Callable[[date], None] = lambda _: None
) -> list[Partition]:
    """Every partition of the morning after `day`: what its data closed, silenced and newly warned of.

    The days of the month that were run after it are run again: what has not changed for them is not written again.
    `progress` is told each day before it begins. Raises DataError where the month's plan or the day's events lack.
    """
    decision.require_plan(store, Month.containing(day), playbook)
    month = Month.containing(day)
    later = [at for p in store.partitions(outcome.DAY_CLOSING) if day < (at := book.day_of(p)) < month.end]
    written: list[Partition] = []
    for at in [day, *later]:
        progress(at)
        written += _run_day(store, playbook, at)
    return written


def _run_day(store: Store, playbook: Playbook, day: date) -> list[Partition]:
    warned = warning.detect_day(store, playbook, day)
    concerned = book.build_day(store, day, warned)
    scored = score.score_day(store, day)
    silenced = decision.silence_day(store, playbook, day)
    closed = outcome.close_day(store, playbook, day)
    still_open = outcome.open_day(store, day)
    plan = decision.build_day_plan(store, playbook, day, still_open)
    return [warned, *concerned, *scored, silenced, closed, still_open, *plan]
