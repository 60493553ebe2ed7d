"""Filters for the pages: texts of the kernel in the page's language, numbers masked."""

from django import template
from django.utils.translation import get_language

from weixi.kernel.ids import mask_name, mask_number
from weixi.kernel.language import Language, Text

register = template.Library()


def language() -> Language:
    """The language of the page."""
    return Language.EN if (get_language() or "").startswith("en") else Language.ZH


@register.filter
def say(text: Text) -> str:
    """The text in the page's language."""
    return text.say(language())


@register.filter
def masked(number: str) -> str:
    """A telephone number with its middle hidden."""
    return mask_number(number)


@register.filter
def masked_name(name: str) -> str:
    """A name with all but its first character hidden."""
    return mask_name(name)
