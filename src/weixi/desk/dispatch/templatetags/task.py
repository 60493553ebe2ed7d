"""Filters of the tasks' pages: money and the words of closed vocabularies."""

from collections.abc import Mapping

from django import template

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
