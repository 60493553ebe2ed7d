"""The card that work is done from: the task, its words, who did what, and what the person may do."""

from dataclasses import dataclass
from datetime import date, datetime, time

from weixi.desk.base.book import store
from weixi.desk.dispatch.queries.card import Card, CardEvent, task_card
from weixi.desk.dispatch.queries.standards import calling_hours
from weixi.desk.dispatch.rules import OPEN, TaskAct, in_hours, may
from weixi.desk.dispatch.words import KINDS, REASONS
from weixi.desk.org.models import User
from weixi.desk.org.rules import Role, Sight
from weixi.flow.decision import Brief, Explanation, brief, explain
from weixi.kernel.period import SHANGHAI, Month
from weixi.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of the history with the name of who did it; empty: the system."""

    event: CardEvent
    actor: str


@dataclass(frozen=True, slots=True)
class WorkCard:
    """One task ready to be worked: `acts` is what the person may do to it now.

    `may_dial`: the number may be seen and dialled at this hour; `hours` are the playbook's hours for calls.
    `attempts_most` is how often one customer is tried, None: no limit is set.
    """

    card: Card
    brief: Brief
    history: tuple[Entry, ...]
    acts: frozenset[TaskAct]
    is_open: bool
    is_unclaimed: bool
    is_calling_time: bool
    hours: tuple[tuple[time, time], ...]
    attempts_most: int | None

    def may(self, act: TaskAct) -> bool:
        """Whether the person may do that to the task as it stands."""
        return act in self.acts


def work_card(sight: Sight, task_id: str, playbook: Playbook, now: datetime) -> WorkCard | None:
    """The card; None where there is no such task that the person may see. Five statements."""
    today = now.astimezone(SHANGHAI).date()
    card = task_card(sight, task_id, today)
    if card is None:
        return None
    people = {event.actor_id for event in card.events} - {None}
    names = {user.id: user.shown_name for user in User.objects.filter(id__in=people)} if people else {}
    spans = calling_hours(playbook)
    return WorkCard(
        card=card,
        brief=brief(
            playbook,
            card.planned,
            card.facts,
            today=today,
            kinds=KINDS,
            reasons=REASONS,
        ),
        history=tuple(
            Entry(event, names.get(event.actor_id, "") if event.actor_id is not None else "")
            for event in reversed(card.events)
        ),
        acts=frozenset(act for act in TaskAct if may(sight, act, owner_code=card.owner_code, path=card.path)),
        is_open=card.state in OPEN,
        is_unclaimed=not card.owner_code and Role.TEAM_LEADER not in sight.roles,
        is_calling_time=in_hours(now, spans),
        hours=spans,
        attempts_most=playbook.service.load.attempts if playbook.service.load is not None else None,
    )


def why(sight: Sight, task_id: str, playbook: Playbook, today: date) -> Explanation | None:
    """The whole story of the task's leading line, from the book; None where the person may not see the task.

    Raises DataError where the plan of its month is not there any more.
    """
    card = task_card(sight, task_id, today)
    if card is None:
        return None
    return explain(store(), playbook, Month.from_number(card.month), card.subscriber_id, today=today)
