"""The shape of an expression as a planner wrote it, apart from any parser: what puts it into words reads this."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from sqlglot import exp

from weixi.dialect.expression_text import parsed


class Form(Enum):
    """What a piece of an expression is."""

    AND = auto()
    OR = auto()
    NOT = auto()
    EQUAL = auto()
    UNEQUAL = auto()
    BELOW = auto()
    AT_MOST = auto()
    ABOVE = auto()
    AT_LEAST = auto()
    IS_NULL = auto()
    BETWEEN = auto()
    IN = auto()
    COLUMN = auto()
    PARAMETER = auto()
    NUMBER = auto()
    WORD = auto()
    TRUE = auto()
    FALSE = auto()
    NULL = auto()
    PLUS = auto()
    MINUS = auto()
    TIMES = auto()
    REST = auto()
    CALL = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Outline:
    """One piece: its form, its own word (a column, a figure, a function's name, the text of OTHER) and its parts.

    AND, OR, PLUS and TIMES have all their terms as parts, however they were bracketed. COALESCE with a plain default
    is that of which it is the default: a missing value counts as none.
    """

    form: Form
    word: str = ""
    parts: tuple["Outline", ...] = ()

    def walk(self) -> Iterator["Outline"]:
        """This piece and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


_TWO: dict[type[exp.Expr], Form] = {
    exp.EQ: Form.EQUAL,
    exp.NEQ: Form.UNEQUAL,
    exp.LT: Form.BELOW,
    exp.LTE: Form.AT_MOST,
    exp.GT: Form.ABOVE,
    exp.GTE: Form.AT_LEAST,
    exp.Sub: Form.MINUS,
    exp.Mod: Form.REST,
}
_MANY: dict[type[exp.Expr], Form] = {
    exp.And: Form.AND,
    exp.Or: Form.OR,
    exp.Add: Form.PLUS,
    exp.Mul: Form.TIMES,
}


def outline(text: str) -> Outline:
    """The outline of the expression `text`, its $parameters unread. Raises ExpressionError where it cannot be read."""
    return _of(parsed(text))


def _of(node: exp.Expr) -> Outline:
    if isinstance(node, exp.Paren):
        return _of(node.this)
    if type(node) in _MANY:
        form = _MANY[type(node)]
        terms: list[Outline] = []
        for side in (_of(node.this), _of(node.expression)):
            terms += side.parts if side.form is form else [side]
        return Outline(form, parts=tuple(terms))
    if type(node) in _TWO:
        return Outline(_TWO[type(node)], parts=(_of(node.this), _of(node.expression)))
    if isinstance(node, exp.Not):
        return Outline(Form.NOT, parts=(_of(node.this),))
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return Outline(Form.IS_NULL, parts=(_of(node.this),))
    if isinstance(node, exp.Between):
        return Outline(Form.BETWEEN, parts=(_of(node.this), _of(node.args["low"]), _of(node.args["high"])))
    if isinstance(node, exp.In):
        return Outline(Form.IN, parts=(_of(node.this), *(_of(word) for word in node.expressions)))
    if isinstance(node, exp.Coalesce) and len(node.expressions) == 1 and _is_none(node.expressions[0]):
        return _of(node.this)
    return _leaf(node)


def _leaf(node: exp.Expr) -> Outline:
    if isinstance(node, exp.Column):
        return Outline(Form.COLUMN, node.name.lower())
    if isinstance(node, exp.Placeholder):
        return Outline(Form.PARAMETER, str(node.this))
    if isinstance(node, exp.Literal):
        return Outline(Form.WORD if node.is_string else Form.NUMBER, str(node.this))
    if isinstance(node, exp.Neg) and (inner := _of(node.this)).form in (Form.NUMBER, Form.PARAMETER):
        return Outline(Form.MINUS, parts=(Outline(Form.NUMBER, "0"), inner))
    if isinstance(node, exp.Boolean):
        return Outline(Form.TRUE if node.this else Form.FALSE)
    if isinstance(node, exp.Null):
        return Outline(Form.NULL)
    if isinstance(node, exp.Anonymous):
        return Outline(Form.CALL, str(node.this).lower(), tuple(_of(given) for given in node.expressions))
    return Outline(Form.OTHER, node.sql("duckdb"))


def _is_none(node: exp.Expr) -> bool:
    """Whether a default says that there is nothing: FALSE or 0."""
    if isinstance(node, exp.Boolean):
        return not node.this
    return isinstance(node, exp.Literal) and not node.is_string and str(node.this) == "0"
