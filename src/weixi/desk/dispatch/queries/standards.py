"""What the playbook asks of work at the desk: time limits, hours, and when who was called comes back."""

from datetime import time

from weixi.desk.dispatch.rules import Limit
from weixi.kernel.terms import Channel
from weixi.playbook import Playbook

Spans = tuple[tuple[time, time], ...]


def calling_hours(playbook: Playbook) -> Spans:
    """The hours in which customers may be called; none: the playbook sets none."""
    return tuple(
        (time.fromisoformat(hours.start), time.max if hours.end == "24:00" else time.fromisoformat(hours.end))
        for hours in playbook.service.hours
        if hours.channel == Channel.PHONE
    )


def working_hours(playbook: Playbook) -> Spans:
    """The hours that count as work: those of contact by telephone, or the working hours where there are none."""
    return calling_hours(playbook) or playbook.service.work.hours


def limits_of(playbook: Playbook) -> tuple[dict[str, Limit], dict[str, Limit], frozenset[str]]:
    """The playbook's time limits: by warning, by level, and the assessed warnings that a level's limit holds for."""
    spans = working_hours(playbook)
    by_kind = {
        response.warning: Limit(response.within_hours, spans if response.working_hours else ())
        for response in playbook.service.responses
    }
    by_level = {
        level.level: Limit(level.within_hours)
        for level in playbook.service.levels
        if level.within_hours is not None
    }
    return by_kind, by_level, frozenset(rule.code for rule in playbook.warnings if rule.assessed)
