"""Figures."""

from datetime import datetime

from handmade.desk import code_of
from handmade.objects.made import Made, Maker


def of_node(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)})


def export(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)}, {"what": "cockpit"})


MAKERS: dict[str, Maker] = {
    "cockpit_node": of_node,
    "cockpit_league": of_node,
    "cockpit_funnel": of_node,
    "cockpit_calibre": of_node,
    "cockpit_difference": of_node,
    "cockpit_misses": of_node,
    "cockpit_export": export,
}
