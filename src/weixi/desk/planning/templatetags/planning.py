"""Filters for figures: thousands, yuan, differences, shares."""

import re
from collections.abc import Mapping

from django import template

from weixi.desk.base.remedy import remedy_of
from weixi.desk.base.templatetags.desk import language
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.kernel.money import show

register = template.Library()
_MARK = re.compile(r"〔\d+〕")


@register.filter
def count(number: int | None) -> str:
    """A count with its thousands apart; nothing for none."""
    return "" if number is None else f"{number:,}"


@register.filter
def yuan(amount_fen: int | None) -> str:
    """An amount in whole yuan."""
    return "" if amount_fen is None else show(round(amount_fen / 100) * 100)


@register.filter
def more(number: int | None) -> str:
    """A difference with its sign; a dash for none."""
    if number is None:
        return ""
    return "±0" if number == 0 else f"{'+' if number > 0 else '−'}{abs(number):,}"


@register.filter
def more_yuan(amount_fen: int | None) -> str:
    """A difference in whole yuan with its sign."""
    if amount_fen is None:
        return ""
    whole = round(amount_fen / 100)
    return "±0" if whole == 0 else f"{'+' if whole > 0 else '−'}{show(abs(whole) * 100)}"


@register.filter
def percent(share: float | None) -> str:
    """A share of 0–1 in percent with one decimal."""
    return "" if share is None else f"{100 * share:.1f}%"


@register.filter
def size(count_of_bytes: int) -> str:
    """A file's size for people."""
    for unit, step in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count_of_bytes >= step:
            return f"{count_of_bytes / step:.1f} {unit}"
    return f"{count_of_bytes} B"


@register.filter
def at(values: Mapping[int, object] | None, place: int) -> object:
    """The value at that place; None where there is none."""
    return values.get(place) if values else None


@register.filter
def item(values: dict[str, str], name: str) -> str:
    """The value under that name; nothing where there is none."""
    return values.get(name, "")


@register.filter
def said(text: Mapping[str, str] | None) -> str:
    """A text that a job kept in both languages, in that of the page."""
    return "" if not text else text[language().value]


@register.filter
def remedy(fault: WeixiError) -> Text:
    """What to do about the fault, in the words of the desk."""
    return remedy_of(fault)


@register.filter
def hook(key: str) -> str:
    """The name of an entry as a page's hook: `warning:x` → `warning-x`."""
    return key.replace(":", "-", 1)


@register.filter
def marks(text: str) -> str:
    """A sentence of the plan without its marks of sources, which have no list on this page."""
    return _MARK.sub("", text)
