"""What conditions can hold together, as far as it can be told without data.

A condition is read as three-valued logic over facts: a column against a constant, a column against a multiple of
another one, or any other piece taken as a whole. What cannot be told counts as possible, so that "impossible" is a
proof.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from fractions import Fraction
from itertools import product

import sqlglot
from sqlglot import exp

from weixi.dialect.range import Range, Value
from weixi.dialect.types import ColumnType

MOST_WAYS = 2000
"""Beyond so many ways nothing is proved: the conditions count as possible."""

Way = Mapping[str, Range]
"""One way in which conditions hold: fact → what it may be; a fact that is not named may be anything."""


class Truth(Enum):
    """What is asked of a condition; UNMET is false or not known, UNREFUTED true or not known."""

    TRUE = auto()
    FALSE = auto()
    UNMET = auto()
    UNREFUTED = auto()

    @property
    def holds(self) -> bool:
        """Whether it is asked to be true rather than false."""
        return self in (Truth.TRUE, Truth.UNREFUTED)

    @property
    def takes_null(self) -> bool:
        """Whether not knowing will do."""
        return self in (Truth.UNMET, Truth.UNREFUTED)


_OPPOSITE = {
    Truth.TRUE: Truth.FALSE,
    Truth.FALSE: Truth.TRUE,
    Truth.UNMET: Truth.UNREFUTED,
    Truth.UNREFUTED: Truth.UNMET,
}
_SIGNS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_FALSE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_WHOLE = (ColumnType.INTEGER, ColumnType.BIGINT)


class Possibilities:
    """What can hold over the given columns; `words` closes the vocabulary of some of them."""

    def __init__(
        self, columns: Mapping[str, ColumnType], words: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self._columns = columns
        self._words = {name: frozenset[Value](given) for name, given in (words or {}).items()}
        self._found: dict[tuple[str, Truth], Sequence[Way] | None] = {}

    def can_hold(self, *asked: tuple[str, Truth]) -> bool:
        """Whether the conditions (SQL of `compile_condition`) can be so at once; true where it cannot be told."""
        ways: Sequence[Way] = [{}]
        for text, truth in asked:
            more = self.ways(text, truth)
            if more is None:
                continue
            together = _all([ways, more])
            if together is None:
                return True
            if not together:
                return False
            ways = together
        return True

    def highest(self, text: str, column: str) -> Fraction | None:
        """The largest value of the column where the condition holds; None where nothing bounds it."""
        found = [way.get(column, Range()).high for way in self.ways(text, Truth.TRUE) or ()]
        known = [high for high in found if high is not None]
        return max(known) if known and len(known) == len(found) else None

    def constant(self, text: str) -> Fraction | None:
        """The number that the expression is for every row; None where it depends on the row."""
        value = _constant(sqlglot.parse_one(text, read="duckdb"))
        return value if isinstance(value, Fraction) else None

    def ways(self, text: str, truth: Truth) -> Sequence[Way] | None:
        """Every way in which the condition is so; empty where it never is, None where there are too many to tell."""
        key = (text, truth)
        if key not in self._found:
            self._found[key] = self._of(sqlglot.parse_one(text, read="duckdb"), truth)
        return self._found[key]

    def _of(self, node: exp.Expr, truth: Truth) -> Sequence[Way] | None:
        if isinstance(node, exp.Paren):
            return self._of(node.this, truth)
        if isinstance(node, exp.Not):
            return self._of(node.this, _OPPOSITE[truth])
        if isinstance(node, exp.And | exp.Or):
            sides = [self._of(side, truth) for side in (node.this, node.expression)]
            return _all(sides) if truth.holds == isinstance(node, exp.And) else _any(sides)
        if isinstance(node, exp.Boolean):
            return [{}] if bool(node.this) == truth.holds else []
        if isinstance(node, exp.Between):
            low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
            high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
            return self._of(exp.And(this=low, expression=high), truth)
        if isinstance(node, exp.Coalesce) and len(node.expressions) == 1:
            default = node.expressions[0]
            if isinstance(default, exp.Boolean):
                settled = bool(default.this) == truth.holds
                if settled:
                    return self._of(node.this, Truth.UNREFUTED if truth.holds else Truth.UNMET)
                return self._of(node.this, Truth.TRUE if truth.holds else Truth.FALSE)
        return self._fact(node, truth)

    def _fact(self, node: exp.Expr, truth: Truth) -> Sequence[Way] | None:
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return [self._way(node.this, [Range(value=not truth.holds, null=truth.holds)])[0]]
        if isinstance(node, exp.In) and all(_constant(item) is not None for item in node.expressions):
            listed = frozenset(value for item in node.expressions if (value := _constant(item)) is not None)
            inside = Range(only=listed) if truth.holds else Range(without=listed)
            return self._way(node.this, [_with_null(inside, truth.takes_null)])
        sign = _SIGNS.get(type(node))
        if sign is not None:
            sign = sign if truth.holds else _FALSE[sign]
            for one, other, way in (
                (node.this, node.expression, sign),
                (node.expression, node.this, _TURNED[sign]),
            ):
                constant = _constant(other)
                if constant is not None:
                    return self._against(one, way, constant, truth)
            ratio = self._ratio(_bare(node.this), sign, _bare(node.expression), truth)
            if ratio is not None:
                return ratio
        # Any other piece is a fact of its own: it holds or it does not, the same wherever it is written.
        whole = Range(only=frozenset[Value]({Fraction(truth.holds)}), null=truth.takes_null)
        return self._way(node, [whole])

    def _against(self, node: exp.Expr, sign: str, constant: Value, truth: Truth) -> Sequence[Way] | None:
        """A column, or its default where it is not known, beside a constant."""
        node, null = _bare(node), truth.takes_null
        if isinstance(node, exp.Coalesce) and len(node.expressions) == 1:
            default = _constant(node.expressions[0])
            if default is not None:
                null = any(
                    not each.both(Range(only=frozenset({default}), null=False)).is_nothing
                    for each in _ranges(sign, constant)
                )
                node = _bare(node.this)
        whole = isinstance(node, exp.Column) and self._columns.get(node.name) in _WHOLE
        return self._way(node, [_with_null(each, null) for each in _ranges(sign, constant, whole=whole)])

    def _ratio(self, one: exp.Expr, sign: str, other: exp.Expr, truth: Truth) -> Sequence[Way] | None:
        """`a * x < b * y`, where y above zero makes it a test of x / y; nothing is told where it is not."""
        left, right = _multiple(one), _multiple(other)
        if left is None or right is None or left[0] <= 0 or left[1] == right[1]:
            return None
        x, y = left[1], right[1]
        positive: Way = {y: Range(low=Fraction(0), low_open=True, null=False)}
        ways: list[Way] = [
            {**positive, f"{x} / {y}": _with_null(each, truth.takes_null)}
            for each in _ranges(sign, right[0] / left[0])
        ]
        return [*ways, {y: Range(high=Fraction(0), null=truth.takes_null)}]

    def _way(self, node: exp.Expr, ranges: Sequence[Range]) -> Sequence[Way]:
        """The ways of one fact, in the words of its closed vocabulary where it has one."""
        name = _bare(node).sql("duckdb", comments=False)
        words = self._words.get(name)
        left = [each.both(Range(only=words)) if words is not None else each for each in ranges]
        return [{name: each} for each in left if not each.is_nothing]


def _with_null(given: Range, null: bool) -> Range:
    return given.both(Range(null=null))


def _ranges(sign: str, constant: Value, *, whole: bool = False) -> list[Range]:
    """The values that lie so beside the constant; words are only equal or not."""
    if sign == "=":
        return [Range(only=frozenset({constant}))]
    if sign == "<>":
        return [Range(without=frozenset({constant}))]
    if isinstance(constant, str):
        return [Range()]
    if sign in ("<", "<="):
        if whole:
            return [Range(high=Fraction(math.ceil(constant) - 1 if sign == "<" else math.floor(constant)))]
        return [Range(high=constant, high_open=sign == "<")]
    if whole:
        return [Range(low=Fraction(math.floor(constant) + 1 if sign == ">" else math.ceil(constant)))]
    return [Range(low=constant, low_open=sign == ">")]


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _constant(node: exp.Expr) -> Value | None:
    """The value of a constant: a word, or a number (a day's number for a date, 1 and 0 for true and false)."""
    node = _bare(node)
    if isinstance(node, exp.Neg):
        value = _constant(node.this)
        return -value if isinstance(value, Fraction) else None
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        one, other = _constant(node.this), _constant(node.expression)
        if isinstance(one, Fraction) and isinstance(other, Fraction):
            return (
                one + other
                if isinstance(node, exp.Add)
                else one - other
                if isinstance(node, exp.Sub)
                else one * other
            )
        return None
    if isinstance(node, exp.Boolean):
        return Fraction(bool(node.this))
    if isinstance(node, exp.Cast):
        return _cast(_constant(node.this), node.to.sql("duckdb"))
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else Fraction(str(node.this))
    return None


def _cast(value: Value | None, kind: str) -> Value | None:
    if kind == "DATE" and isinstance(value, str):
        try:
            return Fraction(date.fromisoformat(value).toordinal())
        except ValueError:
            return None
    exact = isinstance(value, Fraction) and (kind == "DOUBLE" or value.denominator == 1)
    return value if exact else None


def _multiple(node: exp.Expr) -> tuple[Fraction, str] | None:
    """A constant times one column: the factor and the column."""
    node = _bare(node)
    if isinstance(node, exp.Column):
        return Fraction(1), node.name
    if isinstance(node, exp.Mul):
        for one, other in ((node.this, node.expression), (node.expression, node.this)):
            factor, column = _constant(one), _bare(other)
            if isinstance(factor, Fraction) and isinstance(column, exp.Column):
                return factor, column.name
    return None


def _any(sides: Sequence[Sequence[Way] | None]) -> Sequence[Way] | None:
    found = [way for side in sides if side is not None for way in side]
    return None if None in sides or len(found) > MOST_WAYS else found


def _all(sides: Sequence[Sequence[Way] | None]) -> Sequence[Way] | None:
    """The ways of all sides at once; a side with too many to tell makes the others no less possible."""
    known = [side for side in sides if side is not None]
    if math.prod(len(side) for side in known) > MOST_WAYS:
        return [] if any(not side for side in known) else None
    joined = (_joined(chosen) for chosen in product(*known))
    return [way for way in joined if way is not None]


def _joined(ways: Sequence[Way]) -> Way | None:
    found: dict[str, Range] = {}
    for way in ways:
        for name, given in way.items():
            left = found[name].both(given) if name in found else given
            if left.is_nothing:
                return None
            found[name] = left
    return found
