"""Which figures of the warnings' conditions may be changed alone, and to which values near today's."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from weixi.dialect.compose import words
from weixi.dialect.expression import Scope, compile_condition, open_test
from weixi.flow.book import SPOKEN
from weixi.flow.segment import LABELLED_COLUMNS
from weixi.flow.warning import raised_sql
from weixi.kernel.terms import TaskType
from weixi.playbook import Parameter, Playbook, Source, WarningRule

FACTORS = (Decimal("0.5"), Decimal("0.67"), Decimal("0.83"), Decimal("1.17"), Decimal("1.33"), Decimal("1.5"))
"""The values that are looked at, beside today's."""

Sound = Callable[[str, str, str], bool]
"""Whether a playbook stays without faults: its file, the path of a figure there, the value as people write it."""

_NAME = re.compile(r"\$([a-z][a-z0-9_]*)")
_OTHER_PURPOSE = frozenset({TaskType.ARREARS})
"""Tasks that are not there to keep the customer: a debt is collected from who stays as well."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One figure of the playbook, the warnings whose condition names it, and what they would ask with other values.

    `tests` are conditions over the labelled line, one a value of `values`; `test` is today's, `others` that of all
    other warnings, `listed` that of all that compete for the same way to the customer, these among them.
    """

    parameter: Parameter
    rules: tuple[WarningRule, ...]
    values: tuple[Decimal, ...]
    test: str
    tests: tuple[str, ...]
    others: str
    listed: str

    @property
    def now(self) -> Decimal:
        """Today's value."""
        return Decimal(str(self.parameter.value))


def candidates(playbook: Playbook, absent: frozenset[str], is_sound: Sound) -> tuple[Candidate, ...]:
    """Every figure that conditions of warnings alone name, in the playbook's order; the book lacks `absent` columns.

    A figure that also grades customers, freezes a cohort or opens an offer is nobody's to change for a warning's sake,
    and no value is looked at with which the playbook would be faulty: a level that nothing reaches.
    """
    rules = [rule for rule in playbook.warnings if not words(rule.sql) & absent]
    taken = set(_NAME.findall(repr(replace(playbook, warnings=(), parameters={}))))
    found = []
    for name, parameter in playbook.parameters.items():
        own = tuple(rule for rule in rules if name in _NAME.findall(rule.when))
        if name in taken or not own or {rule.task_type for rule in own} & _OTHER_PURPOSE:
            continue
        if isinstance(parameter.value, bool) or not isinstance(parameter.value, int | Decimal):
            continue
        file, _ = place_of(parameter.source)
        values = tuple(
            value
            for value in _near(Decimal(str(parameter.value)), parameter.unit)
            if is_sound(file, f"parameter.{name}.value", shown(value, parameter.unit))
        )
        if not values:
            continue
        channels = {rule.channel for rule in own}
        found.append(
            Candidate(
                parameter,
                own,
                values,
                _any(own),
                tuple(_any([_with(rule, playbook, name, value) for rule in own]) for value in values),
                _any([rule for rule in rules if rule not in own]),
                _any([rule for rule in rules if rule.channel in channels]),
            )
        )
    return tuple(found)


def place_of(source: Source) -> tuple[str, int]:
    """The file and the line of an entry."""
    file, _, line = source.at.rpartition(":")
    return (file, int(line)) if line.isdigit() else (source.at, 0)


def shown(value: Decimal, unit: str) -> str:
    """A figure as people read and write it: shares in percent."""
    return f"{(value * 100 if unit == 'rate' else value).normalize():f}"


def _near(value: Decimal, unit: str) -> tuple[Decimal, ...]:
    step = Decimal("0.01") if unit == "rate" else Decimal(1)
    near = {(value * factor).quantize(step) for factor in FACTORS} - {value}
    largest = {"rate": Decimal(1), "percent": Decimal(100)}.get(unit)
    return tuple(sorted(each for each in near if each > 0 and (largest is None or each <= largest)))


def _with(rule: WarningRule, playbook: Playbook, name: str, value: Decimal) -> WarningRule:
    """The rule with another value of one parameter in its condition."""
    whole: int | Decimal = int(value) if value == value.to_integral_value() else value
    known = {each: one.value for each, one in playbook.parameters.items()}
    scope = Scope(LABELLED_COLUMNS, {**known, name: whole}, {}, SPOKEN)
    return replace(rule, sql=compile_condition(rule.when, scope).sql)


def _any(rules: list[WarningRule] | tuple[WarningRule, ...]) -> str:
    return " OR ".join(f"({open_test(raised_sql(rule))})" for rule in rules) if rules else "FALSE"
