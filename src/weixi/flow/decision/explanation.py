"""What an explanation of one subscriber's plan says: frozen values, words in both languages."""

from dataclasses import dataclass
from datetime import date

from weixi.flow.book import Origin
from weixi.flow.decision.briefing import Caution, ChannelView, LineView, Worth
from weixi.flow.decision.identity import Who
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term


class Verdict(Term):
    """What the plan holds for a subscriber, or why it holds nothing."""

    TASK = "TASK", "有维系任务", "has a retention task"
    HOLDOUT = "HOLDOUT", "对照组，不联系", "hold-out: no contact"
    SILENCED = "SILENCED", "按规则不得联系", "no contact by rule"
    NOT_COMMERCIAL = "NOT_COMMERCIAL", "非商用线路，不参加维系", "not a commercial line"
    NOT_IN_SERVICE = "NOT_IN_SERVICE", "不在网", "not in service"
    NOT_COMPUTABLE = "NOT_COMPUTABLE", "没有可算的预警命中", "no warning that can be computed names it"
    NO_WARNING = "NO_WARNING", "没有预警命中", "no warning names it"


@dataclass(frozen=True, slots=True)
class LabelView:
    """One of the five labels: which, and its value; `note` says where the rules name another that has not lasted."""

    dimension: Text
    value: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class WarningView:
    """One warning that names the line; `leads` marks the one that the task is made of."""

    code: str
    text: Text
    leads: bool
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class OfferView:
    """One offer and what became of it: the words say why it is, or is not, the one.

    `answers` is false for an offer made for other warnings than the task's.
    """

    code: str
    text: Text
    billing_code: str
    cost_fen: int | None
    is_chosen: bool
    answers: bool
    why: Text


@dataclass(frozen=True, slots=True)
class TaskView:
    """The household's task: when, how, by whom; money in fen."""

    task_id: str
    kind: Text
    task_type: Text
    level: Text
    happens_date: date
    task_date: date
    window_start_date: date
    window_end_date: date
    success: Text
    channel: Text | None
    unit: Text
    owner: Text | None
    leading_subscriber_id: int
    line_count: int
    is_assessed: bool
    cost_fen: int
    worth_fen: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one subscriber stands in the plan of `plan_month` as he does.

    `why` is the answer in one sentence, `why_today` how the day was chosen. `task` is that of his household, also
    where another line leads it or where only other lines of the household are warned of. `days_ahead` is how long
    after the task's day the thing happens (below 0: it has happened); `worth`, `channels` and `not_to_say` are the
    task's, `other_lines` the household's.
    """

    plan_month: Month
    subscriber_id: int
    who: Who
    origin: Origin
    verdict: Verdict
    why: Text
    labels: tuple[LabelView, ...]
    warnings: tuple[WarningView, ...]
    task: TaskView | None
    why_today: Text | None
    offers: tuple[OfferView, ...]
    not_computable: tuple[Text, ...]
    days_ahead: int | None = None
    worth: Worth | None = None
    other_lines: tuple[LineView, ...] = ()
    channels: tuple[ChannelView, ...] = ()
    not_to_say: tuple[Caution, ...] = ()
