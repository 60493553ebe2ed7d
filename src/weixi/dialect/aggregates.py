"""The kinds of aggregates, windows and sub-queries."""

from sqlglot import exp

from weixi.dialect.faults import refuse
from weixi.dialect.infer import Typer, rule
from weixi.dialect.kind import Kind

_PLACES = (exp.RowNumber, exp.Rank, exp.DenseRank)


@rule(exp.Count)
def _count(typer: Typer, node: exp.Count) -> Kind:
    counted = node.this
    if isinstance(counted, exp.Distinct):
        if len(counted.expressions) != 1:
            raise refuse(
                "arguments", "count(DISTINCT …) 只取一列", "count(DISTINCT …) takes one column", node=node
            )
        typer.kind(counted.expressions[0])
    elif not isinstance(counted, exp.Star):
        typer.kind(counted)
    return Kind.BIGINT


@rule(exp.Sum)
def _sum(typer: Typer, node: exp.Sum) -> Kind:
    kind = typer.kind(node.this)
    if not (kind.is_integer or kind.is_open):
        raise refuse(
            "sum",
            f"{kind} 的和取决于行的顺序或位数",
            f"a sum of {kind} depends on the order of rows or on digits",
            "求整数的和：分、或 CAST(round(x * 1000000) AS BIGINT)",
            "sum whole numbers: fen, or CAST(round(x * 1000000) AS BIGINT)",
            node=node,
        )
    return Kind.SUM


@rule(exp.Avg)
def _avg(typer: Typer, node: exp.Avg) -> Kind:
    kind = typer.kind(node.this)
    if not (kind.is_integer or kind.is_open):
        raise refuse(
            "sum", f"{kind} 的平均取决于行的顺序", f"a mean of {kind} depends on the order of rows", node=node
        )
    return Kind.DOUBLE


@rule(exp.Min, exp.Max)
def _extreme(typer: Typer, node: exp.Func) -> Kind:
    kind = typer.kind(node.this)
    if kind is Kind.BOOLEAN:
        raise refuse("type", "用 bool_or 或 bool_and", "use bool_or or bool_and", node=node)
    return kind


@rule(exp.LogicalOr, exp.LogicalAnd)
def _any(typer: Typer, node: exp.Func) -> Kind:
    return typer.truth(node.this)


@rule(exp.Filter)
def _filter(typer: Typer, node: exp.Filter) -> Kind:
    if not isinstance(
        node.this, exp.Count | exp.Sum | exp.Min | exp.Max | exp.Avg | exp.LogicalOr | exp.LogicalAnd
    ):
        raise refuse("node", "FILTER 只跟在汇总函数后", "FILTER follows an aggregate", node=node)
    typer.truth(node.expression.this)
    return typer.kind(node.this)


@rule(*_PLACES)
def _rank(typer: Typer, node: exp.Func) -> Kind:
    window = node.parent
    if not isinstance(window, exp.Window) or window.args.get("order") is None:
        raise refuse(
            "order",
            f"{node.key} 没有 ORDER BY，行的次序不定",
            f"{node.key} without ORDER BY: the order of rows is not settled",
            "写出完整排序，最后用 id 定并列",
            "give a total order, with the id as the tie-break",
            node=node,
        )
    return Kind.BIGINT


@rule(exp.Window)
def _window(typer: Typer, node: exp.Window) -> Kind:
    for part in node.args.get("partition_by") or []:
        typer.kind(part)
    order = node.args.get("order")
    for key in order.expressions if order is not None else []:
        if isinstance(key.this, exp.Literal):
            raise refuse(
                "order", "窗口里按常量排序没有作用", "a constant orders nothing in a window", node=node
            )
        typer.kind(key.this)
    spec = node.args.get("spec")
    if spec is not None and str(spec.args.get("kind")).upper() != "ROWS":
        raise refuse("window", "窗口的范围只能用 ROWS", "the frame of a window is in ROWS", node=node)
    aggregate = node.this
    if isinstance(aggregate, exp.Filter):
        raise refuse(
            "window",
            "Spark 的窗口不支持 FILTER",
            "Spark has no FILTER in a window",
            "写成 sum(CASE WHEN … THEN 1 ELSE 0 END) OVER (…)",
            "write sum(CASE WHEN … THEN 1 ELSE 0 END) OVER (…)",
            node=node,
        )
    if order is not None and spec is None and not isinstance(aggregate, _PLACES):
        raise refuse(
            "window",
            "有排序的汇总窗口要写明范围",
            "an aggregate over an ordered window needs its frame",
            "写 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            "write ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            node=node,
        )
    return typer.kind(aggregate)


@rule(exp.Exists, exp.Subquery)
def _subquery(typer: Typer, node: exp.Expr) -> Kind:
    if typer.query is None:
        raise refuse("node", "这里不能用子查询", "no sub-query here", node=node)
    kinds = typer.query(node.this)
    if isinstance(node, exp.Exists):
        return Kind.BOOLEAN
    if len(kinds) != 1:
        raise refuse("arguments", "子查询应只有一列", "the sub-query should have one column", node=node)
    return kinds[0]
