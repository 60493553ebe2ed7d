"""Choosing one value by an ordered list of rules."""

from collections.abc import Sequence

from weixi.playbook import Rule


def literal(word: str) -> str:
    """A word as a SQL literal."""
    return "'" + word.replace("'", "''") + "'"


def first_match(rules: Sequence[Rule]) -> str:
    """The CASE that gives the value of the first rule whose condition holds; the last rule is the default."""
    *choices, default = rules
    whens = "".join(f"\n    WHEN {rule.sql} THEN {literal(rule.value)}" for rule in choices)
    if not whens:
        return literal(default.value)
    return f"CASE{whens}\n    ELSE {literal(default.value)} END"
