"""Figures."""

from datetime import datetime

from handmade.desk import code_of
from handmade.objects.made import Made, Maker


def unit(path: str, now: datetime) -> Made:
    """A unit of the tree; its pages say so where no month has figures."""
    return Made({"code": code_of(path)})


PAGES = (
    "morning",
    "morning_today",
    "morning_picture",
    "near",
    "near_dispatch",
    "near_file",
    "misses",
    "misses_file",
    "targets",
    "target_issue",
    "target_sign",
    "target_pdf",
)


def of_node(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)})


def export(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)}, {"what": "cockpit"})


MAKERS: dict[str, Maker] = {
    **dict.fromkeys(PAGES, unit),
    "cockpit_node": of_node,
    "cockpit_league": of_node,
    "cockpit_funnel": of_node,
    "cockpit_calibre": of_node,
    "cockpit_difference": of_node,
    "cockpit_misses": of_node,
    "cockpit_export": export,
}
