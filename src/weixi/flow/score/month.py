"""The month's scores as the way makes them: what cannot be known yet is said and kept, and nothing fails for it."""

from collections.abc import Callable, Sequence

from threadpoolctl import threadpool_limits

from weixi.engine import Partition, Store
from weixi.flow.book import build_feature
from weixi.flow.score.churn import Training, Windows, build_churn_score, known_months, training_months
from weixi.flow.score.event.learn import build_event_risk
from weixi.flow.score.gap import Score, keep_gap
from weixi.flow.score.uplift import CONTACT, PlanMonth, build_uplift, read_arms
from weixi.flow.score.value import build_value
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Scoring

Made = list[Partition]
Fault = DataError | None

_OURS = ("score.", "value.")
"""Codes of what a month lacks for a score; any other fault is one of the data, and stops the run."""


def score_churn(store: Store, playbook: Playbook, month: Month) -> Made:
    """The month's risk of leaving (CHURN_SCORE) and what events say of it (EVENT_RISK), or why not (SCORE_GAP).

    Features of the months learnt from are made where the book has the month and no run made them.
    """

    def made() -> tuple[Made, Fault]:
        training = training_of(scoring(playbook))
        features = [build_feature(store, each) for each in known_months(store, month, training)]
        if not training_months(store, month, training):
            raise DataError(
                "score.months",
                Text(
                    f"账册里没有哪个更早的月份已能看出谁离网：从观察到看出要 {_span(training.windows)} 个月",
                    f"no earlier month of the book tells who left: that takes {_span(training.windows)} months "
                    "from the month observed",
                ),
                Text(
                    "继续按月导入；历史数据可先补：weixi import 更早月份的数据",
                    "go on importing month by month, or import earlier months now",
                ),
            )
        score = build_churn_score(store, playbook, month, training)
        months = training_months(store, month, training)
        return [*features, build_event_risk(store, months, training.windows, month), score], None

    return _or_why(store, month, Score.CHURN, made)


def score_value(store: Store, playbook: Playbook, month: Month) -> Made:
    """What the month's lines are worth (VALUE_SCORE), or why that is not known (SCORE_GAP)."""
    return _or_why(store, month, Score.VALUE, lambda: ([build_value(store, playbook, month)], None))


def score_effect(store: Store, playbook: Playbook, month: Month, plans: Sequence[PlanMonth]) -> Made:
    """The effect of contact on the month's warned lines (`uplift_table`), from the trial that those plans were.

    Without a trial its rows say UNKNOWN, and SCORE_GAP the reason.
    """
    return _or_why(store, month, Score.UPLIFT, lambda: _effect(store, playbook, month, plans))


def _effect(store: Store, playbook: Playbook, month: Month, plans: Sequence[PlanMonth]) -> tuple[Made, Fault]:
    scoring(playbook)
    partition = build_uplift(store, playbook, month, plans)
    unknown = read_arms(partition)[CONTACT].unknown
    if unknown is None:
        return [partition], None
    return [partition], DataError(
        "score.trial",
        unknown,
        Text(
            "weixi score asleep 列出所需留白；按留白跑满几个月后再看",
            "weixi score asleep shows the hold-out that it takes; look again after some months of it",
        ),
    )


def training_of(rule: Scoring) -> Training:
    """How the month's model is trained under the playbook's rule; one thread, so that any machine gives the same."""
    return Training(months=rule.months, most_rows=rule.rows, threads=1)


def scoring(playbook: Playbook) -> Scoring:
    """How the playbook scores. Raises DataError where it does not say."""
    if playbook.score is None:
        raise DataError(
            "score.playbook",
            Text("方案没有 [score] 表", "the playbook has no [score]"),
            Text(
                "补上学习范围和分数线，写法见 work_plan",
                "add what to learn from and the levels, as work_plan does",
            ),
            where=playbook.name,
        )
    return playbook.score


def _span(windows: Windows) -> int:
    return windows.gap_months + windows.label_months


def _or_why(store: Store, month: Month, score: Score, made: Callable[[], tuple[Made, Fault]]) -> Made:
    """What is made and what lacks beside it, or why nothing is made; the reason that is kept is of today."""
    found: Made = []
    try:
        # Matrices are small here: on several threads they cost up to ten times the CPU, and other last digits.
        with threadpool_limits(1, user_api="blas"):
            found, fault = made()
    except DataError as refused:
        if not refused.code.startswith(_OURS):
            raise
        fault = refused
    return [*found, *keep_gap(store, month, score, fault)]
