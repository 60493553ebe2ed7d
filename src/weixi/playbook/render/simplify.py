"""Conditions without what a plan's own figures already decide: `$switch = 1 AND …` with the switch at 0 never holds."""

from collections.abc import Mapping
from decimal import Decimal

from weixi.dialect.outline import Form, Outline
from weixi.playbook.model import Parameter

_TRUE, _FALSE = Outline(Form.TRUE), Outline(Form.FALSE)
_OPPOSITE = {Form.TRUE: _FALSE, Form.FALSE: _TRUE}


def simplified(node: Outline, parameters: Mapping[str, Parameter]) -> Outline:
    """The condition with every comparison of constants decided and what follows from it left out."""
    if node.form is Form.NOT:
        inner = simplified(node.parts[0], parameters)
        return _OPPOSITE.get(inner.form, Outline(Form.NOT, parts=(inner,)))
    if node.form in (Form.AND, Form.OR):
        stops, skipped = (_FALSE, _TRUE) if node.form is Form.AND else (_TRUE, _FALSE)
        parts = [part for part in (simplified(part, parameters) for part in node.parts) if part != skipped]
        if stops in parts:
            return stops
        if len(parts) < 2:
            return parts[0] if parts else skipped
        return Outline(node.form, parts=tuple(parts))
    return _decided(node, parameters)


def _decided(node: Outline, parameters: Mapping[str, Parameter]) -> Outline:
    if len(node.parts) != 2:
        return node
    one, other = (_number(part, parameters) for part in node.parts)
    if one is None or other is None:
        return node
    holds = {
        Form.EQUAL: one == other,
        Form.UNEQUAL: one != other,
        Form.BELOW: one < other,
        Form.AT_MOST: one <= other,
        Form.ABOVE: one > other,
        Form.AT_LEAST: one >= other,
    }.get(node.form)
    if holds is None:
        return node
    return _TRUE if holds else _FALSE


def _number(node: Outline, parameters: Mapping[str, Parameter]) -> Decimal | None:
    if node.form is Form.NUMBER:
        return Decimal(node.word)
    if node.form is Form.PARAMETER and node.word in parameters:
        value = parameters[node.word].value
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    return None
