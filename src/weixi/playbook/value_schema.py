"""The table of a playbook's TOML that says what a subscriber is worth."""

from weixi.playbook.fields import LineTypeName, NumberOrParameter, Strict
from weixi.playbook.schema import Entry


class MarginEntry(Strict):
    """[[value.margin]]: what is left of the revenue of one kind of line, as a share."""

    line_type: LineTypeName
    share: NumberOrParameter


class ValueEntry(Entry):
    """[value]: what a subscriber is worth; `life_months` is the horizon of his expected remaining life."""

    life_months: NumberOrParameter
    margin: list[MarginEntry]
