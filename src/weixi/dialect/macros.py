"""What a planner may write beyond SQL: $parameters, plain fractions, yuan, ARPU comparisons, days between dates."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from sqlglot import exp

from weixi.dialect.faults import refuse, suggestion
from weixi.dialect.infer import bare
from weixi.kernel.errors import UsageError
from weixi.kernel.money import fen

Value = int | Decimal | str | date | bool

_MONTHS, _REVENUE = "complete_months", "revenue_3m_fen"


class Expander:
    """Expansion of one expression; `parameters` are the playbook's, in their natural units."""

    def __init__(self, parameters: Mapping[str, Value]) -> None:
        self._parameters = parameters
        self._macros: dict[str, tuple[int, Callable[[exp.Expr, list[exp.Expr]], exp.Expr]]] = {
            "yuan": (1, lambda node, given: _literal(self._fen(node, given[0]))),
            "days_between": (2, _days_between),
            "arpu_at_least": (1, self._arpu(exp.GTE)),
            "arpu_above": (1, self._arpu(exp.GT)),
            "arpu_at_most": (1, self._arpu(exp.LTE)),
            "arpu_below": (1, self._arpu(exp.LT)),
            "arpu_between": (2, self._arpu(exp.GTE, exp.LTE)),
        }

    def expand(self, tree: exp.Expr) -> exp.Expr:
        """The tree in SQL alone. Raises DialectError for an unknown macro or parameter."""
        return tree.transform(self._expanded, copy=False)

    def _expanded(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            return _placed(self._parameter(node), node)
        if isinstance(node, exp.Literal) and not node.is_string and not str(node.this).isdigit():
            return node if _is_cast(node) else _placed(exp.cast(node.copy(), "DOUBLE"), node)
        if not isinstance(node, exp.Anonymous):
            return node
        name = str(node.this).lower()
        if name not in self._macros:
            known = suggestion(name, self._macros)
            raise refuse(
                "function", f"没有函数 {name}", f"there is no function {name}", known.zh, known.en, node=node
            )
        count, macro = self._macros[name]
        if len(node.expressions) != count:
            raise refuse(
                "arguments",
                f"{name} 需要 {count} 个参数",
                f"{name} takes {count} argument(s)",
                "补全参数",
                "mend them",
                node=node,
            )
        return _placed(macro(node, node.expressions), node)

    def _parameter(self, node: exp.Placeholder) -> exp.Expr:
        return _literal(self._value(node))

    def _value(self, node: exp.Expr) -> Value:
        name = str(node.this)
        if name not in self._parameters:
            known = suggestion(name, self._parameters)
            raise refuse(
                "parameter",
                f"没有参数 ${name}",
                f"there is no parameter ${name}",
                known.zh,
                known.en,
                node=node,
            )
        return self._parameters[name]

    def _fen(self, node: exp.Expr, amount: exp.Expr) -> int:
        """The whole fen of a constant or parameter in yuan."""
        amount = bare(amount)
        sign = 1
        if isinstance(amount, exp.Neg):
            sign, amount = -1, bare(amount.this)
        value: Value | None = None
        if isinstance(amount, exp.Literal) and not amount.is_string:
            value = str(amount.this)
        elif isinstance(amount, exp.Placeholder):
            value = self._value(amount)
        if (
            isinstance(value, bool | date)
            or value is None
            or (isinstance(value, str) and value != str(amount.this))
        ):
            raise refuse(
                "constant",
                "这里只能是元数常量或 $参数",
                "an amount in yuan or a $parameter is needed",
                "写成 80 或 $名称",
                "write 80 or $name",
                node=node,
            )
        try:
            return sign * fen(value)
        except (UsageError, ValueError) as fault:
            raise refuse(
                "constant",
                "金额不足整分",
                "the amount is no whole number of fen",
                "金额最多两位小数",
                "use at most two decimals",
                node=node,
            ) from fault

    def _arpu(self, *signs: type[exp.Binary]) -> Callable[[exp.Expr, list[exp.Expr]], exp.Expr]:
        """Three-month revenue against amount × complete months: no mean is rounded, and none is made of no month."""

        def compare(node: exp.Expr, amounts: list[exp.Expr]) -> exp.Expr:
            test: exp.Expr = exp.GT(this=exp.column(_MONTHS), expression=exp.Literal.number(0))
            for sign, amount in zip(signs, amounts, strict=True):
                bound = exp.Mul(this=_literal(self._fen(node, amount)), expression=exp.column(_MONTHS))
                test = exp.And(this=test, expression=sign(this=exp.column(_REVENUE), expression=bound))
            return exp.Paren(this=test)

        return compare


def _days_between(node: exp.Expr, given: list[exp.Expr]) -> exp.Expr:
    """Days from the first date to the second; negative when the second lies before."""
    start, end = (side.copy() for side in given)
    return exp.DateDiff(this=end, expression=start, unit=exp.var("DAY"), date_part_boundary=True)


def _literal(value: Value) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    if value == int(value):
        number: exp.Expr = exp.Literal.number(abs(int(value)))
    else:
        number = exp.cast(exp.Literal.number(f"{abs(value):f}"), "DOUBLE")
    return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number


def _is_cast(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, exp.Neg | exp.Paren):
        parent = parent.parent
    return isinstance(parent, exp.Cast | exp.Anonymous)


def _placed(made: exp.Expr, origin: exp.Expr) -> exp.Expr:
    """The made piece with the place of what it stands for."""
    start = next((node.meta["start"] for node in origin.walk() if "start" in node.meta), None)
    for node in made.walk():
        if start is not None and "start" not in node.meta:
            node.meta["start"] = start
    return made
