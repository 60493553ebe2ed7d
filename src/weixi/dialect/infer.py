"""The kind of every expression, from the columns up; what the two engines take differently is refused here."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from weixi.dialect.faults import refuse
from weixi.dialect.kind import Kind, unify

INTEGER_MAXIMUM = 2**31 - 1
BIGINT_MAXIMUM = 2**63 - 1


class Typer:
    """The kinds of expressions over one set of names. `fault.node` of a raised DialectError is the refused node."""

    def __init__(
        self,
        column: Callable[[exp.Column], Kind],
        parameters: Mapping[str, Kind] | None = None,
        query: Callable[[exp.Expr], list[Kind]] | None = None,
    ) -> None:
        self.column = column
        self.parameters = parameters
        self.query = query
        # A rule may ask an operand twice: without a memory a sum of n terms would be asked 2ⁿ times.
        self._told: dict[int, tuple[exp.Expr, Kind]] = {}

    def kind(self, node: exp.Expr) -> Kind:
        """The kind of `node`. Raises DialectError where it has none, or not the same one everywhere."""
        told = self._told.get(id(node))
        if told is not None and told[0] is node:
            return told[1]
        kind = self._asked(node)
        self._told[id(node)] = (node, kind)
        return kind

    def _asked(self, node: exp.Expr) -> Kind:
        rule = RULES.get(type(node))
        if rule is None:
            raise refuse(
                "node", f"这里不能用 {type(node).key.upper()}", f"no {type(node).key.upper()} here", node=node
            )
        return rule(self, node)

    def truth(self, node: exp.Expr) -> Kind:
        """The kind of a condition. Raises DialectError where it is not BOOLEAN."""
        return self.expect(node, (Kind.BOOLEAN,), "BOOLEAN")

    def text(self, node: exp.Expr) -> Kind:
        """The kind of a text. Raises DialectError where it is not VARCHAR."""
        return self.expect(node, (Kind.VARCHAR,), "VARCHAR")

    def expect(self, node: exp.Expr, kinds: tuple[Kind, ...], wanted: str) -> Kind:
        """The kind of `node`, one of `kinds` or open. Raises DialectError naming what is `wanted`."""
        kind = self.kind(node)
        if kind in kinds or kind.is_open:
            return kind
        raise refuse(
            "type", f"这里需要 {wanted}，实际是 {kind}", f"{wanted} is needed here, this is {kind}", node=node
        )

    def together(self, nodes: list[exp.Expr]) -> Kind:
        """The one kind that all `nodes` go into. Raises DialectError at the first that does not fit."""
        found = Kind.NULL
        for node in nodes:
            kind = self.kind(node)
            both = unify(found, kind)
            if both is None:
                raise refuse(
                    "type",
                    f"{kind} 与 {found} 不能放在一起",
                    f"{kind} does not go together with {found}",
                    "求和先写成 CAST(sum(x) AS BIGINT)"
                    if Kind.SUM in (kind, found)
                    else "两边写成同一类型（CAST 或 DATE '…'）",
                    "write CAST(sum(x) AS BIGINT) first"
                    if Kind.SUM in (kind, found)
                    else "give both the same type (CAST, or DATE '…')",
                    node=node,
                )
            found = both
        return found


Rule = Callable[[Typer, Any], Kind]
RULES: dict[type[exp.Expr], Rule] = {}


def rule(*classes: type[exp.Expr]) -> Callable[[Rule], Rule]:
    """Make a function the typing rule of these node classes."""

    def keep(function: Rule) -> Rule:
        for node_class in classes:
            RULES[node_class] = function
        return function

    return keep


def bare(node: exp.Expr) -> exp.Expr:
    """The node inside any parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def outside(node: exp.Expr) -> exp.Expr | None:
    """The node around this one, parentheses left out."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return parent


@rule(exp.Column)
def _column(typer: Typer, node: exp.Column) -> Kind:
    return typer.column(node)


@rule(exp.Boolean)
def _boolean(typer: Typer, node: exp.Expr) -> Kind:
    return Kind.BOOLEAN


@rule(exp.Null)
def _null(typer: Typer, node: exp.Expr) -> Kind:
    return Kind.NULL


@rule(exp.Paren)
def _paren(typer: Typer, node: exp.Paren) -> Kind:
    return typer.kind(node.this)


@rule(exp.Placeholder)
def _parameter(typer: Typer, node: exp.Placeholder) -> Kind:
    name = node.this
    if not isinstance(name, str) or not name.isidentifier():
        raise refuse("parameter", "参数应写成 $名称", "a parameter is written $name", node=node)
    if typer.parameters is None:
        return Kind.UNKNOWN
    if name not in typer.parameters:
        raise refuse("parameter", f"没有参数 ${name}", f"there is no parameter ${name}", node=node)
    return typer.parameters[name]


@rule(exp.Literal)
def _literal(typer: Typer, node: exp.Literal) -> Kind:
    if node.is_string:
        return Kind.VARCHAR
    if not str(node.this).isdigit():
        raise refuse(
            "fraction",
            "小数常量的类型因引擎而异",
            "the type of a fractional constant differs between engines",
            f"写成 CAST({node.this} AS DOUBLE)",
            f"write CAST({node.this} AS DOUBLE)",
            node=node,
        )
    if int(node.this) > BIGINT_MAXIMUM:
        raise refuse("number", "整数超出 BIGINT", "the number is beyond BIGINT", node=node)
    return Kind.INTEGER if int(node.this) <= INTEGER_MAXIMUM else Kind.BIGINT


@rule(exp.And, exp.Or)
def _connective(typer: Typer, node: exp.Connector) -> Kind:
    # A chain of hundreds of conditions leans left: walked, not recursed into.
    kind_of: type[exp.Expr] = type(node)
    sides: list[exp.Expr] = []
    left: exp.Expr = node
    while type(left) is kind_of:
        sides.append(left.expression)
        left = left.this
    for side in (left, *reversed(sides)):
        typer.truth(side)
    return Kind.BOOLEAN


@rule(exp.Not)
def _not(typer: Typer, node: exp.Not) -> Kind:
    typer.truth(node.this)
    return Kind.BOOLEAN


@rule(exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ)
def _equal(typer: Typer, node: exp.Binary) -> Kind:
    if isinstance(bare(node.this), exp.Null) or isinstance(bare(node.expression), exp.Null):
        raise refuse(
            "null",
            "与 NULL 比较永远不成立",
            "a comparison with NULL never holds",
            "写 IS NULL",
            "write IS NULL",
            node=node,
        )
    typer.together([node.this, node.expression])
    return Kind.BOOLEAN


@rule(exp.LT, exp.LTE, exp.GT, exp.GTE)
def _order(typer: Typer, node: exp.Binary) -> Kind:
    if typer.together([node.this, node.expression]) is Kind.BOOLEAN:
        raise refuse("type", "布尔值没有大小", "truth values have no order", node=node)
    return Kind.BOOLEAN


@rule(exp.Between)
def _between(typer: Typer, node: exp.Between) -> Kind:
    if typer.together([node.this, node.args["low"], node.args["high"]]) is Kind.BOOLEAN:
        raise refuse("type", "布尔值没有大小", "truth values have no order", node=node)
    return Kind.BOOLEAN


@rule(exp.In)
def _in(typer: Typer, node: exp.In) -> Kind:
    if not node.expressions:
        raise refuse("empty", "IN 后面没有值", "IN has no values", node=node)
    typer.together([node.this, *node.expressions])
    return Kind.BOOLEAN


@rule(exp.Is)
def _is(typer: Typer, node: exp.Is) -> Kind:
    if isinstance(node.expression, exp.Boolean):
        typer.truth(node.this)
    elif isinstance(node.expression, exp.Null):
        typer.kind(node.this)
    else:
        raise refuse("node", "IS 后面只能是 NULL、TRUE、FALSE", "IS takes NULL, TRUE or FALSE", node=node)
    return Kind.BOOLEAN


@rule(exp.Case)
def _case(typer: Typer, node: exp.Case) -> Kind:
    chosen = node.this
    for branch in node.args["ifs"]:
        if chosen is None:
            typer.truth(branch.this)
        else:
            typer.together([chosen, branch.this])
    default = node.args.get("default")
    return typer.together(
        [branch.args["true"] for branch in node.args["ifs"]] + ([default] if default else [])
    )


@rule(exp.If)
def _if(typer: Typer, node: exp.If) -> Kind:
    typer.truth(node.this)
    otherwise = node.args.get("false")
    return typer.together([node.args["true"]] + ([otherwise] if otherwise else []))


@rule(exp.Coalesce, exp.Greatest, exp.Least)
def _first_of(typer: Typer, node: exp.Func) -> Kind:
    if not node.expressions:
        raise refuse("arguments", "至少两个参数", "at least two arguments are needed", node=node)
    kind = typer.together([node.this, *node.expressions])
    if kind is Kind.BOOLEAN and not isinstance(node, exp.Coalesce):
        raise refuse("type", "布尔值没有大小", "truth values have no order", node=node)
    return kind


@rule(exp.Nullif)
def _nullif(typer: Typer, node: exp.Nullif) -> Kind:
    typer.together([node.this, node.expression])
    return typer.kind(node.this)
