"""The kinds of functions of one row: texts, numbers, dates."""

import re

from sqlglot import exp

from weixi.dialect.faults import refuse
from weixi.dialect.infer import Typer, rule
from weixi.dialect.kind import Kind

_ATOM = r"(?:[^\\^$.|?*+()\[\]{}\n]|\\[-.+*?()\[\]{}|/\\^$d]|\[\^?[^\\\[\]&~^\n]+\])"
_TIMES = r"(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})?"
_PATTERN = re.compile(rf"^\^?(?:(?:{_ATOM}|\)){_TIMES}|\((?!\?)|\|)*\$?$")


def _whole(node: exp.Expr | None) -> int | None:
    plain = isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdigit()
    return int(node.this) if plain and node is not None else None


def _at_least(typer: Typer, node: exp.Expr, place: exp.Expr | None, least: int) -> None:
    number = _whole(place)
    if number is None or number < least:
        raise refuse(
            "arguments",
            f"位置或长度应是不小于 {least} 的常量",
            f"place and length are constants from {least}",
            node=node,
        )


def _constant(typer: Typer, node: exp.Expr, part: exp.Expr | None) -> str:
    if not isinstance(part, exp.Literal) or not part.is_string or not part.this:
        raise refuse(
            "arguments",
            "这里需要非空的文本常量",
            "a text constant that is not empty is needed here",
            node=node,
        )
    return str(part.this)


@rule(exp.Concat, exp.ConcatWs)
def _concat(typer: Typer, node: exp.Func) -> Kind:
    for part in node.expressions:
        typer.text(part)
    return Kind.VARCHAR


@rule(exp.DPipe)
def _pipe(typer: Typer, node: exp.DPipe) -> Kind:
    typer.text(node.this)
    typer.text(node.expression)
    return Kind.VARCHAR


@rule(exp.Length)
def _length(typer: Typer, node: exp.Length) -> Kind:
    typer.text(node.this)
    return Kind.BIGINT


@rule(exp.Substring)
def _substring(typer: Typer, node: exp.Substring) -> Kind:
    typer.text(node.this)
    _at_least(typer, node, node.args.get("start"), 1)
    if node.args.get("length") is not None:
        _at_least(typer, node, node.args["length"], 0)
    return Kind.VARCHAR


@rule(exp.Left, exp.Right)
def _end(typer: Typer, node: exp.Func) -> Kind:
    typer.text(node.this)
    _at_least(typer, node, node.expression, 0)
    return Kind.VARCHAR


@rule(exp.Replace)
def _replace(typer: Typer, node: exp.Replace) -> Kind:
    typer.text(node.this)
    _constant(typer, node, node.expression)
    typer.text(node.args["replacement"])
    return Kind.VARCHAR


@rule(exp.Translate)
def _translate(typer: Typer, node: exp.Translate) -> Kind:
    typer.text(node.this)
    letters = _constant(typer, node, node.args["from_"])
    to = node.args["to"]
    if len(set(letters)) != len(letters) or not isinstance(to, exp.Literal) or len(to.this) > len(letters):
        raise refuse(
            "arguments",
            "translate 的两个参数应是字符常量",
            "translate takes two constants of letters",
            node=node,
        )
    return Kind.VARCHAR


@rule(exp.StartsWith, exp.EndsWith, exp.Contains)
def _holds(typer: Typer, node: exp.Func) -> Kind:
    typer.text(node.this)
    typer.text(node.expression)
    return Kind.BOOLEAN


@rule(exp.StrPosition)
def _position(typer: Typer, node: exp.StrPosition) -> Kind:
    typer.text(node.this)
    _constant(typer, node, node.args["substr"])
    return Kind.BIGINT


@rule(exp.Pad)
def _pad(typer: Typer, node: exp.Pad) -> Kind:
    typer.text(node.this)
    _at_least(typer, node, node.expression, 0)
    _constant(typer, node, node.args.get("fill_pattern"))
    return Kind.VARCHAR


@rule(exp.SplitPart)
def _split(typer: Typer, node: exp.SplitPart) -> Kind:
    typer.text(node.this)
    _constant(typer, node, node.args.get("delimiter"))
    _at_least(typer, node, node.args.get("part_index"), 1)
    return Kind.VARCHAR


@rule(exp.Like)
def _like(typer: Typer, node: exp.Like) -> Kind:
    typer.text(node.this)
    if "\\" in _constant(typer, node, node.expression):
        raise refuse("pattern", "LIKE 里不能有反斜杠", "no backslash in LIKE", node=node)
    return Kind.BOOLEAN


@rule(exp.RegexpLike)
def _matches(typer: Typer, node: exp.RegexpLike) -> Kind:
    typer.text(node.this)
    pattern = _constant(typer, node, node.expression)
    if not _PATTERN.match(pattern) or not _compiles(pattern):
        raise refuse(
            "pattern",
            "正则里有两个引擎理解不同的写法",
            "the pattern holds what the engines read differently",
            "只用字符、[…]、(…|…)、? * + {n,m}、开头的 ^、结尾的 $",
            "use characters, […], (…|…), ? * + {n,m}, ^ first and $ last",
            node=node,
        )
    return Kind.BOOLEAN


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


@rule(exp.SHA2)
def _sha256(typer: Typer, node: exp.SHA2) -> Kind:
    typer.text(node.this)
    if _whole(node.args.get("length")) != 256:
        raise refuse("arguments", "只支持 sha256", "only sha256 is there", node=node)
    return Kind.VARCHAR


@rule(exp.Abs)
def _abs(typer: Typer, node: exp.Abs) -> Kind:
    return typer.expect(node.this, (Kind.INTEGER, Kind.BIGINT, Kind.SHORT, Kind.DOUBLE), "NUMBER")


@rule(exp.Round)
def _round(typer: Typer, node: exp.Round) -> Kind:
    kind = typer.expect(node.this, (Kind.DOUBLE, Kind.DECIMAL), "DOUBLE / DECIMAL")
    digits = node.args.get("decimals")
    if digits is not None and (kind is not Kind.DECIMAL or _whole(digits) != 0):
        raise refuse(
            "arguments",
            "保留小数位的 round 因引擎而异",
            "round to digits differs between engines",
            "放大成整数再 round",
            "scale up to a whole number and round that",
            node=node,
        )
    return kind


@rule(exp.Sqrt)
def _root(typer: Typer, node: exp.Sqrt) -> Kind:
    typer.expect(node.this, (Kind.DOUBLE,), "DOUBLE")
    return Kind.DOUBLE


@rule(exp.Floor, exp.Ceil)
def _whole_part(typer: Typer, node: exp.Func) -> Kind:
    typer.expect(node.this, (Kind.DOUBLE,), "DOUBLE")
    return Kind.WHOLE


@rule(exp.Year, exp.Month, exp.Day, exp.Quarter)
def _date_part(typer: Typer, node: exp.Func) -> Kind:
    typer.expect(node.this, (Kind.DATE, Kind.TIMESTAMP), "DATE / TIMESTAMP")
    return Kind.BIGINT


@rule(exp.DateDiff)
def _date_diff(typer: Typer, node: exp.DateDiff) -> Kind:
    unit = node.args.get("unit")
    if not isinstance(unit, exp.Var) or str(unit.this).upper() != "DAY":
        raise refuse(
            "date",
            "只有按天的 date_diff 两个引擎一致",
            "only date_diff by 'day' is the same everywhere",
            "月数用 year(d) * 12 + month(d) 相减",
            "for months subtract year(d) * 12 + month(d)",
            node=node,
        )
    for part in (node.this, node.expression):
        typer.expect(part, (Kind.DATE,), "DATE")
    return Kind.BIGINT


@rule(exp.LastDay)
def _last_day(typer: Typer, node: exp.LastDay) -> Kind:
    return typer.expect(node.this, (Kind.DATE,), "DATE")


@rule(exp.DateFromParts)
def _make_date(typer: Typer, node: exp.DateFromParts) -> Kind:
    for part in node.args.values():
        typer.expect(part, (Kind.INTEGER, Kind.BIGINT), "INTEGER")
    return Kind.DATE


@rule(exp.TimestampTrunc)
def _trunc(typer: Typer, node: exp.TimestampTrunc) -> Kind:
    typer.expect(node.this, (Kind.DATE,), "DATE")
    if str(node.args["unit"].this).upper() not in ("MONTH", "QUARTER", "YEAR"):
        raise refuse("date", "只能截到 month、quarter、year", "only to month, quarter or year", node=node)
    return Kind.SHIFT
