"""Counts and shares for the customers' pages."""

from django import template

register = template.Library()


@register.filter
def count(value: int) -> str:
    """A count with its thousands marked."""
    return f"{value:,}"


@register.filter
def percent(share: float) -> str:
    """A share of 0–1 as a percentage with one decimal."""
    return f"{share:.1%}"
