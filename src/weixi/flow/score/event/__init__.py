"""What a dated event says of the risk: learnt from the book, and given to a line on the day that brings one."""

from weixi.flow.score.event.day import score_day
from weixi.flow.score.event.learn import EventTold, build_event_risk, read_event_risk
from weixi.flow.score.event.tables import DAY_SCORE, EVENT_RISK, SOON

__all__ = [
    "DAY_SCORE",
    "EVENT_RISK",
    "SOON",
    "EventTold",
    "build_event_risk",
    "read_event_risk",
    "score_day",
]
