"""The pages of one unit as tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import get_resolver, reverse

from weixi.desk.base.routing import guarded
from weixi.kernel.language import Text

register = template.Library()

TABS = (
    ("cockpit_node", Text("驾驶舱", "Cockpit")),
    ("morning", Text("晨会", "Morning")),
    ("near", Text("临界户", "Edge cases")),
    ("misses", Text("未达清单", "Misses")),
    ("targets", Text("指标", "Targets")),
    ("official", Text("对数", "Reconcile")),
    ("appeals", Text("剔除申诉", "Appeals")),
)
"""The pages of one unit by their routes' names."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a unit; `is_here` marks the one that is open."""

    name: str
    text: Text
    address: str
    is_here: bool


@register.inclusion_tag("scorecard/tabs.html", takes_context=True)
def unit_tabs(context: Mapping[str, Any], code: str, here: str) -> dict[str, object]:
    """The pages of the unit that the person's roles open."""
    guards = {
        guard.route.name: guard for _, guard in guarded(get_resolver().url_patterns) if guard is not None
    }
    viewer = context["request"].sight
    tabs = [
        Tab(name, text, reverse(name, kwargs={"code": code}), name == here)
        for name, text in TABS
        if name in guards and guards[name].route.scope.admits(viewer)
    ]
    return {"tabs": tabs, "aria": Text("这个单位的页面", "pages of this unit")}
