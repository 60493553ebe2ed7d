"""The columns that a query gives back, and every name and type inside it checked on the way."""

from collections.abc import Mapping

from sqlglot import exp

from weixi.dialect import aggregates, arithmetic, casts, functions
from weixi.dialect.faults import DialectError, refuse, suggestion
from weixi.dialect.grammar import JOINS
from weixi.dialect.infer import Typer, bare
from weixi.dialect.kind import Kind, unify
from weixi.dialect.scope import Columns, Scope

RULE_BOOKS = (aggregates, arithmetic, casts, functions)
"""The modules whose typing rules stand in `infer.RULES`."""

_SETTLED = frozenset(kind for kind in Kind if kind.column) | {Kind.UNKNOWN, Kind.DECIMAL}
_REMEDY = {
    Kind.SUM: "CAST(sum(x) AS BIGINT)",
    Kind.SHIFT: "CAST(… AS DATE)",
    Kind.WHOLE: "CAST(floor(x) AS BIGINT)",
    Kind.NULL: "CAST(NULL AS BIGINT)",
    Kind.SHORT: "CAST(a // b AS INTEGER)",
    Kind.DECIMAL: "CAST(round(x) AS BIGINT)",
}


class Reader:
    """One statement being read: the tables it was given and the types of its parameters."""

    def __init__(self, tables: Mapping[str, Columns], parameters: Mapping[str, Kind] | None) -> None:
        self._tables = tables
        self._parameters = parameters

    def columns(
        self, query: exp.Expr, above: Mapping[str, Columns], outer: Scope | None, *, named_by: bool = True
    ) -> dict[str, Kind]:
        """The columns of a query in their order; `above` are the CTEs it may name. Raises DialectError.

        `named_by` says that the query names its own columns: the right side of a UNION need not.
        """
        named = dict(above)
        with_ = query.args.get("with_")
        for piece in with_.expressions if with_ is not None else []:
            name = piece.alias.lower()
            if name in named:
                raise refuse(
                    "alias",
                    f"片段 {name} 定义了两次",
                    f"the piece {name} is defined twice",
                    node=piece.args["alias"],
                )
            own = not piece.args["alias"].args.get("columns")
            found = self.columns(piece.this, named, None, named_by=own)
            named[name] = self._renamed(piece.args["alias"], found)
        if isinstance(query, exp.Select):
            return self._select(query, named, outer, named_by=named_by)
        if isinstance(query, exp.SetOperation):
            return self._set(query, named, outer, named_by=named_by)
        if isinstance(query, exp.Subquery):
            return self.columns(query.this, named, outer, named_by=named_by)
        raise refuse("query", "这里应是 SELECT", "a SELECT is expected here", node=query)

    def _select(
        self, select: exp.Select, named: dict[str, Columns], outer: Scope | None, *, named_by: bool
    ) -> dict[str, Kind]:
        scope = Scope(outer)

        def inner(query: exp.Expr) -> list[Kind]:
            return list(self.columns(query, named, scope).values())

        typer = Typer(scope.column, self._parameters, inner)
        from_ = select.args.get("from_")
        if from_ is not None:
            self._relation(from_.this, named, scope, typer)
        for join in select.args.get("joins") or []:
            self._join(join, named, scope, typer)
        where = select.args.get("where")
        if where is not None:
            typer.truth(where.this)
        given = self._projections(select, typer, inside=outer is not None, named_by=named_by)
        group = select.args.get("group")
        for key in group.expressions if group is not None else []:
            self._key(key, given, scope, typer)
        having = select.args.get("having")
        if having is not None:
            typer.truth(having.this)
        self._order(select, given, typer)
        return given

    def _projections(
        self, select: exp.Select, typer: Typer, *, inside: bool, named_by: bool
    ) -> dict[str, Kind]:
        given: dict[str, Kind] = {}
        for number, item in enumerate(select.expressions):
            if isinstance(item, exp.Star) or (
                isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
            ):
                raise refuse("star", "不能用 *", "no * here", "逐个写出列名", "name the columns", node=item)
            name = item.alias_or_name.lower() if isinstance(item, exp.Alias | exp.Column) else ""
            if not name and named_by and not inside:
                raise refuse(
                    "alias",
                    "算出的列没有名称",
                    "a computed column has no name",
                    "加上 AS 名称",
                    "add AS name",
                    node=item,
                )
            kind = typer.kind(item.this if isinstance(item, exp.Alias) else item)
            if name in given and named_by:
                raise refuse(
                    "alias", f"列名 {name} 用了两次", f"the column name {name} is used twice", node=item
                )
            given[name if named_by and name and name not in given else str(number)] = kind
            # Half-way kinds may be compared inside a query; they may not become a column.
            if not inside and kind not in _SETTLED and kind is not Kind.SHORT:
                raise unsettled(item, kind)
        return given

    def _join(self, join: exp.Join, named: dict[str, Columns], scope: Scope, typer: Typer) -> None:
        side, kind = str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper()
        using, on = join.args.get("using"), join.args.get("on")
        if (side, kind) not in JOINS or ((using or on) is None) is not (kind == "CROSS"):
            raise refuse(
                "join",
                "连接要写明方式与条件",
                "a join needs its kind and its condition",
                "写 JOIN … ON 或 USING；无条件时写 CROSS JOIN",
                "write JOIN … ON or USING; without a condition, CROSS JOIN",
                node=join,
            )
        left = dict(scope.relations)
        alias = self._relation(join.this, named, scope, typer)
        for column in using or []:
            name = column.name.lower()
            before = scope.merged.get(name) or next((c[name] for c in left.values() if name in c), None)
            after = scope.relations[alias].get(name)
            if before is None or after is None:
                raise refuse(
                    "column",
                    f"USING 的列 {name} 不是两边都有",
                    f"not both sides have the USING column {name}",
                    node=join,
                )
            both = unify(before, after)
            if both is None:
                raise refuse(
                    "type", f"列 {name} 两边类型不同", f"the two sides of {name} differ in type", node=join
                )
            scope.merged[name] = both
        if on is not None:
            typer.truth(on)
        if kind in ("SEMI", "ANTI"):
            scope.hidden.add(alias)

    def _relation(self, node: exp.Expr, named: dict[str, Columns], scope: Scope, typer: Typer) -> str:
        """Take one relation of FROM or JOIN in and give its alias back."""
        alias = node.args.get("alias")
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            name = node.name.lower()
            columns = named[name] if name in named else self._tables.get(name)
            if columns is None:
                known = suggestion(name, [*named, *self._tables])
                raise refuse(
                    "table", f"没有表 {name}", f"there is no table {name}", known.zh, known.en, node=node
                )
            label = alias.name.lower() if alias is not None else name
        elif isinstance(node, exp.Subquery) and alias is not None:
            columns, label = self.columns(node.this, named, None), alias.name.lower()
        elif isinstance(node, exp.Values) and alias is not None:
            columns, label = self._values(node, typer), alias.name.lower()
        else:
            raise refuse(
                "table",
                "FROM 里只能是给定的表、片段或带别名的子查询",
                "FROM takes given tables, pieces, or sub-queries with an alias",
                node=node,
            )
        scope.add(label, self._renamed(alias, columns) if alias is not None else columns, node)
        return label

    def _values(self, node: exp.Values, typer: Typer) -> dict[str, Kind]:
        rows = [row.expressions for row in node.expressions if isinstance(row, exp.Tuple)]
        width = len(node.args["alias"].args.get("columns") or [])
        if not width or len(rows) != len(node.expressions) or any(len(row) != width for row in rows):
            raise refuse(
                "values",
                "VALUES 要写列名，每行一样长",
                "VALUES needs column names and rows of one length",
                node=node,
            )
        return {str(n): typer.together([row[n] for row in rows]) for n in range(width)}

    def _renamed(self, alias: exp.Expr, columns: Columns) -> Columns:
        names = [column.name.lower() for column in alias.args.get("columns") or []]
        if not names:
            return columns
        if len(names) != len(columns) or len(set(names)) != len(names):
            raise refuse("alias", "列名的个数不对", "the number of column names is wrong", node=alias)
        return dict(zip(names, columns.values(), strict=True))

    def _set(
        self, node: exp.SetOperation, named: dict[str, Columns], outer: Scope | None, *, named_by: bool
    ) -> dict[str, Kind]:
        # Long unions lean left: walked, not recursed into.
        sides: list[exp.Expr] = []
        left: exp.Expr = node
        while isinstance(left, exp.SetOperation) and (left is node or left.args.get("with_") is None):
            sides.append(left.expression)
            left = left.this
        found = self.columns(left, named, outer, named_by=named_by)
        for side in reversed(sides):
            other = self.columns(side, named, outer, named_by=False)
            if len(other) != len(found):
                raise refuse(
                    "union", "两边的列数不同", "the two sides differ in their number of columns", node=side
                )
            for (name, mine), theirs in zip(list(found.items()), other.values(), strict=True):
                both = unify(mine, theirs)
                if both is None:
                    raise refuse(
                        "type",
                        f"列 {name}：{mine} 与 {theirs}",
                        f"column {name}: {mine} here, {theirs} there",
                        node=side,
                    )
                found[name] = both
        self._order(node, found, Typer(Scope().column, self._parameters))
        return found

    def _key(self, key: exp.Expr, given: dict[str, Kind], scope: Scope, typer: Typer) -> None:
        """One GROUP BY key: an ordinal, a column, an expression, or an alias that no column is named like."""
        if _is_ordinal(key, given):
            return
        if isinstance(key, exp.Column) and not key.table and key.name.lower() in given:
            name = key.name.lower()
            if not any(name in columns for columns in scope.relations.values()):
                return
        typer.kind(key)

    def _order(self, query: exp.Expr, given: dict[str, Kind], typer: Typer) -> None:
        order, limit = query.args.get("order"), query.args.get("limit")
        if limit is not None:
            typer.expect(limit.expression, (Kind.INTEGER, Kind.BIGINT), "INTEGER")
            if order is None:
                raise refuse(
                    "order",
                    "LIMIT 没有 ORDER BY，取哪些行不定",
                    "LIMIT without ORDER BY takes any rows",
                    node=limit,
                )
        for key in order.expressions if order is not None else []:
            value = bare(key.this)
            if _is_ordinal(value, given):
                continue
            if isinstance(value, exp.Column) and not value.table and value.name.lower() in given:
                continue
            typer.kind(value)


def unsettled(node: exp.Expr, kind: Kind) -> DialectError:
    """The error of a column whose type differs between engines."""
    remedy = _REMEDY.get(kind, "CAST(…)")
    return refuse(
        "unsettled",
        "这一列的类型因引擎而异",
        "the type of this column differs between engines",
        f"写成 {remedy}",
        f"write {remedy}",
        node=node,
    )


def _is_ordinal(key: exp.Expr, given: dict[str, Kind]) -> bool:
    if not isinstance(key, exp.Literal):
        return False
    if key.is_string or not str(key.this).isdigit() or not 1 <= int(key.this) <= len(given):
        raise refuse("order", "没有这个列序号", "there is no column of that number", node=key)
    return True
