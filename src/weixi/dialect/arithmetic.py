"""The kinds of arithmetic, dates included."""

from sqlglot import exp

from weixi.dialect.faults import refuse
from weixi.dialect.infer import Typer, bare, outside, rule
from weixi.dialect.kind import Kind, unify

# No DAY: DuckDB 2.0 takes INTERVAL 30 DAY and INTERVAL 1 MONTH for equal and computes one of them for both.
DATE_UNITS = frozenset({"MONTH", "YEAR"})
MOMENT_UNITS = frozenset({"DAY", "HOUR", "MINUTE", "SECOND"})


@rule(exp.Neg)
def _negative(typer: Typer, node: exp.Neg) -> Kind:
    return _numbers(typer, node, [node.this])


@rule(exp.Mul)
def _times(typer: Typer, node: exp.Mul) -> Kind:
    return _numbers(typer, node, [node.this, node.expression])


@rule(exp.Add, exp.Sub)
def _plus(typer: Typer, node: exp.Binary) -> Kind:
    if isinstance(node.expression, exp.Interval):
        return _shift(typer, node)
    left, right = typer.kind(node.this), typer.kind(node.expression)
    if left is Kind.DATE:
        return _date_plus(typer, node, right)
    if right is Kind.DATE or (left.is_open and right.is_open):
        raise refuse(
            "date",
            "看不出是日期还是整数",
            "it is not plain whether this is days or dates",
            "日期在左、CAST(n AS INTEGER) 在右；两个日期相减用 date_diff('day', a, b)",
            "write date + CAST(n AS INTEGER); for two dates date_diff('day', a, b)",
            node=node,
        )
    return _numbers(typer, node, [node.this, node.expression])


def _date_plus(typer: Typer, node: exp.Binary, right: Kind) -> Kind:
    if right is Kind.INTEGER or (isinstance(node, exp.Add) and right is Kind.UNKNOWN):
        return Kind.DATE
    if right.is_integer:
        raise refuse(
            "date",
            f"日期只能加 INTEGER，不能加 {right}",
            f"a date takes INTEGER days, not {right}",
            "写成 d + CAST(n AS INTEGER)",
            "write d + CAST(n AS INTEGER)",
            node=node,
        )
    raise refuse(
        "date",
        "日期相减在 Spark 上是时间间隔",
        "the difference of two dates is an interval on Spark",
        "写成 date_diff('day', a, b)，即 b - a",
        "write date_diff('day', a, b), which is b - a",
        node=node,
    )


@rule(exp.DateAdd)
def _date_add(typer: Typer, node: exp.DateAdd) -> Kind:
    if not isinstance(node.expression, exp.Interval):
        raise refuse(
            "date",
            "date_add 需要 INTERVAL",
            "date_add takes an INTERVAL",
            "写成 d + CAST(n AS INTEGER)",
            "write d + CAST(n AS INTEGER)",
            node=node,
        )
    return _shift(typer, node)


def _shift(typer: Typer, node: exp.Expr) -> Kind:
    kind = typer.expect(node.this, (Kind.DATE, Kind.TIMESTAMP), "DATE / TIMESTAMP")
    interval = node.expression
    unit = interval.args.get("unit")
    number = interval.this
    units = DATE_UNITS if kind is Kind.DATE else MOMENT_UNITS
    plain = isinstance(number, exp.Literal) and str(number.this).isdigit()
    if kind.is_open or not plain or not isinstance(unit, exp.Var) or str(unit.this).upper() not in units:
        raise refuse(
            "interval",
            f"INTERVAL 只能是整数常量加单位（{'、'.join(sorted(units))}）",
            f"an INTERVAL is a whole constant with a unit of {', '.join(sorted(units))}",
            "天数写成 d + 30 或 d + CAST(n AS INTEGER)",
            "days are written d + 30 or d + CAST(n AS INTEGER)",
            node=node,
        )
    return Kind.SHIFT if kind is Kind.DATE else kind


@rule(exp.Div)
def _divide(typer: Typer, node: exp.Div) -> Kind:
    kind = _numbers(typer, node, [node.this, node.expression])
    if kind is Kind.DECIMAL:
        raise refuse(
            "decimal",
            "DECIMAL 的商位数因引擎而异",
            "the digits of a DECIMAL quotient differ between engines",
            "先 CAST 为 DOUBLE 或整数",
            "CAST to DOUBLE or a whole number first",
            node=node,
        )
    _guard(typer, node)
    return Kind.DOUBLE


@rule(exp.IntDiv, exp.Mod)
def _whole_divide(typer: Typer, node: exp.Binary) -> Kind:
    kind = _numbers(typer, node, [node.this, node.expression])
    if not (kind.is_integer or kind.is_open):
        raise refuse("type", "整除与取余只用于整数", "// and % are for whole numbers", node=node)
    _guard(typer, node)
    return Kind.SHORT if kind is Kind.INTEGER and isinstance(node, exp.IntDiv) else kind


def _numbers(typer: Typer, node: exp.Expr, sides: list[exp.Expr]) -> Kind:
    found = Kind.NULL
    for side in sides:
        kind = typer.kind(side)
        both = unify(found, kind) if kind.is_number or kind.is_open else None
        if both is None:
            raise refuse(
                "type",
                f"{kind} 不能这样计算",
                f"no arithmetic with {kind} here",
                "求和先写成 CAST(sum(x) AS BIGINT)" if kind is Kind.SUM else "先 CAST 成数字",
                "write CAST(sum(x) AS BIGINT) first" if kind is Kind.SUM else "CAST it to a number first",
                node=side,
            )
        found = both
    return found


def _guard(typer: Typer, node: exp.Binary) -> None:
    """A divisor of 0 is infinity, NULL or an error, by engine and operator: it must be ruled out in the text."""
    if _never_zero(node.expression) or _chosen(node):
        return
    raise refuse(
        "zero",
        "除数可能为 0",
        "the divisor may be 0",
        "写成 NULLIF(x, 0)，或放在 CASE WHEN x > 0 THEN … END 里",
        "write NULLIF(x, 0), or put it into CASE WHEN x > 0 THEN … END",
        node=node,
    )


def _never_zero(node: exp.Expr) -> bool:
    node = bare(node)
    while isinstance(node, exp.Cast | exp.Neg):
        node = bare(node.this)
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.this) != 0
    if isinstance(node, exp.Nullif):
        zero = bare(node.expression)
        return isinstance(zero, exp.Literal) and str(zero.this) == "0"
    if isinstance(node, exp.Mul):
        return _never_zero(node.this) and _never_zero(node.expression)
    return False


def _chosen(node: exp.Expr) -> bool:
    """Whether the node is computed only where a condition chose it."""
    inner: exp.Expr = node
    around = outside(node)
    while around is not None and not isinstance(around, exp.Query):
        while isinstance(inner.parent, exp.Paren):
            inner = inner.parent
        if isinstance(around, exp.If) and inner.arg_key in ("true", "false"):
            return True
        if isinstance(around, exp.Case) and inner.arg_key == "default":
            return True
        inner, around = around, outside(around)
    return False
