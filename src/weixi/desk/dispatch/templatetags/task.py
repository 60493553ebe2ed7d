"""Filters of the tasks' pages: money and the words of closed vocabularies."""

from collections.abc import Mapping
from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from weixi.desk.base.templatetags.desk import language
from weixi.desk.dispatch.rules import ContactResult, TaskAct, TaskState, WithdrawReason
from weixi.kernel.money import HOME_CURRENCY, show
from weixi.kernel.terms import Channel, OrgLevel, Term, WarningLevel

register = template.Library()

_VOCABULARIES: dict[str, type[Term]] = {
    "state": TaskState,
    "act": TaskAct,
    "result": ContactResult,
    "reason": WithdrawReason,
    "level": WarningLevel,
    "channel": Channel,
    "org": OrgLevel,
}


@register.filter
def money(amount_fen: int, currency: str = HOME_CURRENCY) -> str:
    """An amount for people."""
    return show(amount_fen, currency)


@register.filter
def worded(value: str, vocabulary: str) -> str:
    """The word of a value of a closed vocabulary; another text as it is."""
    terms = _VOCABULARIES[vocabulary]
    return terms(value).text.say(language()) if value in set(terms) else str(value)


@register.filter
def named(code: str, names: Mapping[str, str]) -> str:
    """The name of a code; the code itself where it has none."""
    return names.get(code, code)


@register.filter
def step_word(step: str) -> str:
    """The word of a step of the process."""
    return worded("ESCALATE", "act") if step == "held" else worded(step.upper(), "state")


@register.filter
def share(count: int, whole: int) -> str:
    """The part of the whole in percent; nothing where there is no whole."""
    return f"{100 * count / whole:.0f}%" if whole else ""


@register.filter
def lasting(time: timedelta | None) -> str:
    """A time for people: minutes, hours or days; a dash where there is none."""
    if time is None:
        return "–"
    minutes = round(time.total_seconds() / 60)
    if minutes < 90:
        return _("%(n)s 分钟") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s 小时") % {"n": f"{minutes / 60:.1f}"}
    return _("%(n)s 天") % {"n": f"{minutes / 1440:.1f}"}
