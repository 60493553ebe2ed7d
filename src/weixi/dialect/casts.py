"""The conversions that give the same value everywhere."""

import re

from sqlglot import exp

from weixi.dialect.faults import refuse
from weixi.dialect.infer import Typer, bare, rule
from weixi.dialect.kind import Kind

_TARGETS: dict[str, Kind] = {
    "INT": Kind.INTEGER, "BIGINT": Kind.BIGINT, "DOUBLE": Kind.DOUBLE, "DECIMAL": Kind.DECIMAL,
    "TEXT": Kind.VARCHAR, "VARCHAR": Kind.VARCHAR, "BOOLEAN": Kind.BOOLEAN, "DATE": Kind.DATE,
    "TIMESTAMPNTZ": Kind.TIMESTAMP,
}  # fmt: skip
_NUMBERS = (Kind.INTEGER, Kind.BIGINT, Kind.DOUBLE, Kind.DECIMAL)
ALLOWED: dict[Kind, frozenset[Kind]] = {
    Kind.INTEGER: frozenset({*_NUMBERS, Kind.VARCHAR, Kind.BOOLEAN}),
    Kind.BIGINT: frozenset({*_NUMBERS, Kind.VARCHAR, Kind.BOOLEAN}),
    Kind.SHORT: frozenset({*_NUMBERS, Kind.VARCHAR}),
    Kind.SUM: frozenset({Kind.INTEGER, Kind.BIGINT, Kind.DOUBLE}),
    Kind.DOUBLE: frozenset({Kind.DOUBLE}),
    Kind.WHOLE: frozenset({Kind.INTEGER, Kind.BIGINT}),
    Kind.DECIMAL: frozenset({Kind.DECIMAL, Kind.DOUBLE}),
    Kind.VARCHAR: frozenset({Kind.VARCHAR}),
    Kind.BOOLEAN: frozenset({Kind.BOOLEAN, Kind.INTEGER, Kind.BIGINT, Kind.VARCHAR}),
    Kind.DATE: frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.VARCHAR}),
    Kind.SHIFT: frozenset({Kind.DATE}),
    Kind.TIMESTAMP: frozenset({Kind.TIMESTAMP, Kind.DATE, Kind.VARCHAR}),
}
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$")
_LONG_DIGITS, _HASH_DIGITS = 15, 64
_PARSED = frozenset({*_NUMBERS, Kind.DATE, Kind.TIMESTAMP})


@rule(exp.Cast, exp.TryCast)
def _cast(typer: Typer, node: exp.Cast) -> Kind:
    target = _target(typer, node)
    value = bare(node.this)
    if target in (Kind.DOUBLE, Kind.DECIMAL) and _is_constant(value):
        return target
    kind = typer.kind(value)
    if kind.is_open or target in ALLOWED[kind]:
        return target
    if kind in (Kind.DOUBLE, Kind.DECIMAL) and target in (Kind.INTEGER, Kind.BIGINT):
        if isinstance(value, exp.Round):
            return target
        raise refuse(
            "cast",
            f"{kind} 转整数：一个引擎四舍五入，另一个截断",
            f"{kind} to a whole number: one engine rounds, the other cuts off",
            "写成 CAST(round(x) AS BIGINT) 或 CAST(floor(x) AS BIGINT)",
            "write CAST(round(x) AS BIGINT) or CAST(floor(x) AS BIGINT)",
            node=node,
        )
    if kind is Kind.VARCHAR and target in _PARSED:
        _check_text(typer, node, value, target)
        return target
    raise refuse(
        "cast",
        f"{kind} 不能转成 {target}",
        f"{kind} cannot be cast to {target}",
        "换一种类型" if kind is not Kind.SHIFT else "日期加 INTERVAL 后写成 CAST(… AS DATE)",
        "use another type" if kind is not Kind.SHIFT else "a date with an INTERVAL is CAST(… AS DATE)",
        node=node,
    )


def _target(typer: Typer, node: exp.Cast) -> Kind:
    to = node.args["to"]
    name = to.this.name if isinstance(to, exp.DataType) and isinstance(to.this, exp.DType) else ""
    target = _TARGETS.get(name)
    if target is None or to.args.get("nested") or bool(to.expressions) != (target is Kind.DECIMAL):
        raise refuse(
            "cast",
            f"没有类型 {to.sql('duckdb')}",
            f"there is no type {to.sql('duckdb')}",
            f"类型只有 {'、'.join(k for k in Kind if k.column)} 和 DECIMAL(p, s)",
            f"the types are {', '.join(k for k in Kind if k.column)} and DECIMAL(p, s)",
            node=node,
        )
    return target


def is_hash_number(node: exp.Expr) -> bool:
    """Whether it is CAST('0x' || substr(sha256(…), k, n) AS BIGINT): up to 15 digits of a hash as a number."""
    digits = bare(node.this)
    if (
        isinstance(node, exp.TryCast)
        or not isinstance(digits, exp.DPipe)
        or digits.this != exp.Literal.string("0x")
    ):
        return False
    some = bare(digits.expression)
    if not isinstance(some, exp.Substring) or not isinstance(bare(some.this), exp.SHA2):
        return False
    start, count = (_plain(some.args.get(part)) for part in ("start", "length"))
    return 0 < count <= _LONG_DIGITS and 0 < start <= _HASH_DIGITS - count + 1


def _plain(node: exp.Expr | None) -> int:
    """The whole number that stands there; 0 where none does."""
    return int(node.this) if isinstance(node, exp.Literal) and str(node.this).isdigit() else 0


def _is_constant(node: exp.Expr) -> bool:
    while isinstance(node, exp.Neg | exp.Paren):
        node = node.this
    return isinstance(node, exp.Literal) and not node.is_string


def _check_text(typer: Typer, node: exp.Cast, value: exp.Expr, target: Kind) -> None:
    """A text is parsed only where its form is plain: each engine takes other odd forms (1e3, 12.5, 2025)."""
    if isinstance(value, exp.Literal):
        form = {Kind.DATE: _DATE, Kind.TIMESTAMP: _MOMENT}.get(target)
        if form is not None and form.match(value.this):
            return
        raise refuse(
            "cast",
            "常量不是 DATE '2025-01-31' 或 TIMESTAMP '2025-01-31 08:00:00' 的形式",
            "the constant is not of the form DATE '2025-01-31' or TIMESTAMP '2025-01-31 08:00:00'",
            node=node,
        )
    if _is_checked(node, value) or _is_checked_choice(value):
        return
    if target is Kind.BIGINT and is_hash_number(node):
        return
    raise refuse(
        "cast",
        "文本未先检查形式就转换，两个引擎接受的写法不同",
        "a text is parsed without a check of its form, and the engines take different forms",
        "写成 CASE WHEN regexp_matches(x, '^-?[0-9]{1,18}$') THEN CAST(x AS BIGINT) END",
        "write CASE WHEN regexp_matches(x, '^-?[0-9]{1,18}$') THEN CAST(x AS BIGINT) END",
        node=node,
    )


def _is_checked(node: exp.Expr, value: exp.Expr) -> bool:
    """Whether a CASE branch around `node` is chosen by regexp_matches on the same `value`."""
    inner: exp.Expr = node
    while inner.parent is not None and not isinstance(inner, exp.Query):
        if isinstance(inner.parent, exp.If) and inner.arg_key == "true" and _tests(inner.parent.this, value):
            return True
        inner = inner.parent
    return False


def _is_checked_choice(value: exp.Expr) -> bool:
    if not isinstance(value, exp.Case) or value.this is not None or value.args.get("default") is not None:
        return False
    return all(_tests(branch.this, branch.args["true"]) for branch in value.args["ifs"])


def _tests(condition: exp.Expr, value: exp.Expr) -> bool:
    condition = bare(condition)
    if isinstance(condition, exp.And):
        return _tests(condition.this, value) or _tests(condition.expression, value)
    return isinstance(condition, exp.RegexpLike) and bool(bare(condition.this) == value)
