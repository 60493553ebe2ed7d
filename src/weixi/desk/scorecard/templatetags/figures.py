"""Rates, points and money on a page; scripts as files; the one place that knows where a subscriber's page is."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from weixi.desk.scorecard.queries.morning import Line
from weixi.desk.scorecard.rules.figure import Tone, points
from weixi.flow.assessment import show
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.money import show as money
from weixi.kernel.terms import Light

register = template.Library()

CHIPS = {Light.GREEN: "chip-green", Light.YELLOW: "chip-yellow", Light.RED: "chip-red", Light.NONE: "chip"}
MARKS = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "◆", Light.NONE: "○"}
TONES = {Tone.GOOD: "text-emerald-800", Tone.BAD: "text-red-800", Tone.EVEN: "text-slate-600"}


@register.filter
def rate(value: Fraction | None) -> str:
    """A rate in per cent: `97.50 %`."""
    return show(value)


@register.filter
def share(value: Fraction | None) -> str:
    """A weight in whole per cent: `33 %`."""
    return show(value, 0)


@register.filter(name="points")
def in_points(value: Fraction | None) -> str:
    """A difference of rates in percentage points, signed."""
    return points(value)


@register.filter
def arrow(value: Fraction | None) -> str:
    """The way a figure went, for those who do not see colours."""
    if not value:
        return "→"
    return "▲" if value > 0 else "▼"


@register.filter
def count(value: int | None) -> str:
    """A count with its thousands apart."""
    return "—" if value is None else f"{value:,}"


@register.filter
def yuan(fen: int | None, currency: str = HOME_CURRENCY) -> str:
    """An amount in the book's currency."""
    return "—" if fen is None else money(fen, currency)


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
def chip(light: Light) -> str:
    """The classes of a light."""
    return CHIPS[light]


@register.filter
def mark(light: Light) -> str:
    """The shape of a light, for those who do not see colours."""
    return MARKS[light]


@register.filter
def tone_class(tone: Tone) -> str:
    """The classes of a good or a bad change."""
    return TONES[tone]


@register.simple_tag
def module(path: str) -> SafeString:
    """A script of our own, as a file: the policy of the pages lets no other in."""
    return format_html('<script type="module" src="{}"></script>', static(path))


@register.simple_tag
def library(path: str) -> SafeString:
    """A script that modules rest on: it runs before them."""
    return format_html('<script defer src="{}"></script>', static(path))


@register.simple_tag
def task_list_address(line: Line, **asked: str) -> str:
    """Where the tasks of one line of the morning stand as a list; `overdue="1"`: those alone that are late."""
    owner = {"owner": line.code} if line.code and line.code != line.place_code else {}
    return f"{reverse('tasks')}?{urlencode({'unit': line.place_code, **owner, **asked})}"


@register.simple_tag
def customer_address(subscriber_id: int, **asked: object) -> str:
    """Where the subscriber's own page is; `asked` (`miss`, `month`) names what it is opened for."""
    address = reverse("subscriber", kwargs={"subscriber_id": subscriber_id})
    return f"{address}?{urlencode(asked)}" if asked else address
