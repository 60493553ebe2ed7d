"""The pages of evidence as tabs; figures as they are shown there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import get_resolver, reverse

from weixi.desk.base.routing import Viewer, guarded
from weixi.desk.evidence.rules.effect import points, points_said
from weixi.desk.scorecard.rules.lift import shown, yuan
from weixi.flow.assessment import LiftSpan
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.money import show as money

register = template.Library()

TABS = (
    ("effect", Text("维系成效", "Effect")),
    ("experiments", Text("实验", "Experiments")),
    ("warnings", Text("离网预警", "Risk of leaving")),
    ("quiet", Text("勿扰名单", "Do not wake")),
    ("certificate", Text("资源配置", "Allocation")),
    ("risk_card", Text("模型卡", "Model cards")),
    ("actions", Text("维系手段", "Actions")),
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
def in_points(span: LiftSpan | None) -> str:
    """Points of a KPI with their interval."""
    return points_said(span)


@register.filter
def span_yuan(span: LiftSpan | None) -> str:
    """An amount with its interval for one look."""
    return "—" if span is None else f"{yuan(span.value)} ({yuan(span.low)} … {yuan(span.high)})"


@register.filter
def span_middle(span: LiftSpan | None) -> str:
    """An amount without its interval."""
    return yuan(None if span is None else span.value)


@register.filter
def span_always(span: LiftSpan | None) -> str:
    """The interval of an amount that holds at every look."""
    if span is None or span.always_low is None or span.always_high is None:
        return "—"
    return f"{yuan(span.always_low)} … {yuan(span.always_high)}"


@register.filter
def span_points(span: LiftSpan | None) -> str:
    """A share's effect in points with its interval for one look."""
    return (
        "—"
        if span is None
        else f"{shown(100 * span.value)} ({shown(100 * span.low)} … {shown(100 * span.high)})"
    )


@register.filter
def whole_yuan(fen: float | None, currency: str = HOME_CURRENCY) -> str:
    """An amount in whole yuan."""
    return yuan(fen, currency)


@register.filter
def yuan_cents(fen: float | None) -> str:
    """A mean amount to the fen."""
    return "—" if fen is None else money(round(fen))


@register.filter
def span_yuan_cents(span: LiftSpan | None) -> str:
    """A mean amount to the fen with its interval for one look."""
    return (
        "—"
        if span is None
        else f"{yuan_cents(span.value)} ({yuan_cents(span.low)} … {yuan_cents(span.high)})"
    )


@register.filter
def in_months(milli: float | None) -> str:
    """A time in months, from thousandths of a month."""
    return "—" if milli is None else f"{milli / 1000:.2f}"


@register.filter
def span_months(span: LiftSpan | None) -> str:
    """A difference in months with its interval for one look, from thousandths of a month."""
    if span is None:
        return "—"
    middle, low, high = (points(each / 1000) for each in (span.value, span.low, span.high))
    return f"{middle} ({low} … {high})"
