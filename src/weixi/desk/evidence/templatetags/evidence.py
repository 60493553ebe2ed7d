"""The pages of evidence as tabs; figures as they are shown there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import get_resolver, reverse

from weixi.desk.base.routing import Viewer, guarded
from weixi.desk.scorecard.rules.lift import shown, yuan
from weixi.kernel.language import Text

register = template.Library()

TABS = (
    ("experiments", Text("实验", "Experiments")),
    ("certificate", Text("资源配置", "Allocation")),
    ("risk_card", Text("模型卡", "Model cards")),
    ("proposals", Text("改进建议", "Proposals")),
)
"""The pages of evidence by their routes' names."""

CARDS = (
    ("risk_card", Text("离网风险", "Risk of leaving")),
    ("uplift_card", Text("联系效果", "Effect of contact")),
    ("value_card", Text("客户价值", "Value")),
)
"""The model cards by their routes' names."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One page; `is_here` marks the one that is open."""

    name: str
    text: Text
    address: str
    is_here: bool


def pages_of(viewer: Viewer, here: str) -> tuple[Tab, ...]:
    """The pages of evidence that the person's roles open, in their order."""
    return _tabs(TABS, viewer, here)


@register.inclusion_tag("scorecard/tabs.html", takes_context=True)
def evidence_tabs(context: Mapping[str, Any]) -> dict[str, object]:
    """The pages of evidence."""
    request = context["request"]
    return {
        "tabs": pages_of(request.sight, request.path),
        "aria": Text("成效与依据的页面", "pages of evidence"),
    }


@register.inclusion_tag("evidence/cards.html", takes_context=True)
def card_tabs(context: Mapping[str, Any]) -> dict[str, object]:
    """The model cards."""
    request = context["request"]
    return {"tabs": _tabs(CARDS, request.sight, request.path), "aria": Text("模型卡", "model cards")}


def _tabs(pages: tuple[tuple[str, Text], ...], viewer: Viewer, here: str) -> tuple[Tab, ...]:
    routes = {
        guard.route.name: guard.route
        for _, guard in guarded(get_resolver().url_patterns)
        if guard is not None
    }
    addresses = {name: reverse(name) for name, _ in pages}
    open_pages = [(name, text) for name, text in pages if routes[name].scope.admits(viewer)]
    best = max((a for a in addresses.values() if here.startswith(a)), key=len, default="")
    return tuple(Tab(name, text, addresses[name], addresses[name] == best) for name, text in open_pages)


@register.filter
def signed(figure: float | None) -> str:
    """A figure with one decimal, signed."""
    return shown(figure)


@register.filter
def in_percent(share: float | None) -> str:
    """A share (0–1) in per cent with one decimal."""
    return "—" if share is None else f"{100 * share:.1f} %"


@register.filter
def decimals(figure: float | None, places: int = 1) -> str:
    """A figure with so many decimals."""
    return "—" if figure is None else f"{figure:,.{places}f}"


@register.filter
def whole_yuan(fen: float | None) -> str:
    """An amount in whole yuan."""
    return yuan(fen)
