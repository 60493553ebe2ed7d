"""Filters for figures: exact rates, differences in points, money in yuan, lights."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.urls import get_resolver, reverse

from weixi.desk.base.routing import guarded
from weixi.flow.assessment import show
from weixi.kernel.language import Text
from weixi.kernel.terms import Light

register = template.Library()

_CHIPS = {Light.GREEN: "chip-green", Light.YELLOW: "chip-yellow", Light.RED: "chip-red", Light.NONE: "chip"}


@register.filter
def rate(share: Fraction | None) -> str:
    """A rate for people: `97.50 %`; `—` where there is none."""
    return show(share)


@register.filter
def points(difference: Fraction | None) -> str:
    """A difference of two rates in percentage points, signed."""
    if difference is None:
        return "—"
    shown = show(abs(difference), 3 if 0 < abs(difference) < Fraction(1, 10_000) else 2).removesuffix(" %")
    return f"{'−' if difference < 0 else '+'}{shown}" if difference else shown


@register.filter
def yuan(fen: int | None) -> str:
    """An amount in yuan: `¥12.50`; `—` where there is none."""
    if fen is None:
        return "—"
    return f"{'−' if fen < 0 else ''}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


@register.filter
def whole(count: int | None) -> str:
    """A count with its thousands apart; `—` where there is none."""
    return "—" if count is None else f"{count:,}"


@register.filter
def tenth(share: Fraction | None) -> str:
    """A number with one decimal; `—` where there is none."""
    return "—" if share is None else f"{float(share):,.1f}"


@register.filter
def percent(share: Decimal) -> str:
    """A rate of the plan without needless digits: `7.5 %`."""
    return f"{share * 100:f}".rstrip("0").rstrip(".") + " %" if share % 1 else f"{share * 100:.0f} %"


@register.filter
def utc(moment: datetime) -> datetime:
    """A moment of the store's ledgers, which they keep in UTC without its zone."""
    return moment.replace(tzinfo=UTC)


@register.filter
def light_chip(light: Light) -> str:
    """The class of a light's chip."""
    return _CHIPS[light]


TABS = (
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
