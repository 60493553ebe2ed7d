"""The allow-list of syntax: every node class a statement may hold, with the parts of it that may be filled.

A class or a part that is not listed is refused. `tests/contract/test_dialect_on_both_engines.py` evaluates what is
listed on DuckDB and on Spark; nothing enters this list without a case there.
"""

from sqlglot import exp

_UNARY = frozenset({"this"})
_BINARY = frozenset({"this", "expression"})
_QUERY = frozenset(
    {"with_", "expressions", "from_", "joins", "where", "group", "having", "order", "limit", "distinct"}
)
_SET = frozenset({"with_", "this", "expression", "distinct", "order", "limit"})

EXPRESSIONS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Column: frozenset({"this", "table"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: _UNARY,
    exp.Null: frozenset(),
    exp.Placeholder: _UNARY,
    exp.Paren: _UNARY,
    exp.Not: _UNARY,
    exp.Neg: _UNARY,
    exp.And: _BINARY,
    exp.Or: _BINARY,
    exp.EQ: _BINARY,
    exp.NEQ: _BINARY,
    exp.LT: _BINARY,
    exp.LTE: _BINARY,
    exp.GT: _BINARY,
    exp.GTE: _BINARY,
    exp.NullSafeEQ: _BINARY,
    exp.NullSafeNEQ: _BINARY,
    exp.Is: _BINARY,
    exp.Between: frozenset({"this", "low", "high"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Like: _BINARY | {"negate"},
    exp.Add: _BINARY,
    exp.Sub: _BINARY,
    exp.Mul: _BINARY,
    exp.Div: _BINARY | {"typed", "safe"},
    exp.IntDiv: _BINARY,
    exp.Mod: _BINARY,
    exp.DPipe: _BINARY | {"safe"},
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true", "false"}),
    exp.Cast: frozenset({"this", "to"}),
    exp.TryCast: frozenset({"this", "to", "safe"}),
    exp.DataType: frozenset({"this", "expressions", "nested"}),
    exp.DataTypeParam: _UNARY,
    exp.Interval: frozenset({"this", "unit"}),
    exp.Var: _UNARY,
    exp.Coalesce: frozenset({"this", "expressions"}),
    exp.Nullif: _BINARY,
    exp.Greatest: frozenset({"this", "expressions", "ignore_nulls"}),
    exp.Least: frozenset({"this", "expressions", "ignore_nulls"}),
    exp.Abs: _UNARY,
    exp.Round: frozenset({"this", "decimals"}),
    exp.Sqrt: _UNARY,
    exp.Floor: _UNARY,
    exp.Ceil: _UNARY,
    exp.Concat: frozenset({"expressions", "safe", "coalesce"}),
    exp.ConcatWs: frozenset({"expressions", "safe", "coalesce"}),
    exp.Length: _UNARY,
    exp.Substring: frozenset({"this", "start", "length"}),
    exp.Left: _BINARY,
    exp.Right: _BINARY,
    exp.Replace: frozenset({"this", "expression", "replacement"}),
    exp.Translate: frozenset({"this", "from_", "to"}),
    exp.StartsWith: _BINARY,
    exp.EndsWith: _BINARY,
    exp.Contains: _BINARY,
    exp.StrPosition: frozenset({"this", "substr"}),
    exp.Pad: frozenset({"this", "expression", "fill_pattern", "is_left"}),
    exp.SplitPart: frozenset({"this", "delimiter", "part_index"}),
    exp.RegexpLike: _BINARY,
    exp.SHA2: frozenset({"this", "length"}),
    exp.Year: _UNARY,
    exp.Month: _UNARY,
    exp.Day: _UNARY,
    exp.Quarter: _UNARY,
    exp.DateDiff: frozenset({"this", "expression", "unit", "date_part_boundary"}),
    exp.DateAdd: _BINARY,
    exp.LastDay: _UNARY,
    exp.DateFromParts: frozenset({"year", "month", "day"}),
    exp.TimestampTrunc: frozenset({"this", "unit"}),
}
"""Node classes of expressions; a playbook expression may hold no others."""

QUERIES: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: _QUERY,
    exp.Union: _SET,
    exp.Except: _SET,
    exp.Intersect: _SET,
    exp.With: frozenset({"expressions"}),
    exp.CTE: frozenset({"this", "alias"}),
    exp.TableAlias: frozenset({"this", "columns"}),
    exp.From: _UNARY,
    exp.Table: frozenset({"this", "alias"}),
    exp.Subquery: frozenset({"this", "alias"}),
    exp.Values: frozenset({"expressions", "alias"}),
    exp.Tuple: frozenset({"expressions"}),
    exp.Join: frozenset({"this", "on", "using", "side", "kind"}),
    exp.Where: _UNARY,
    exp.Group: frozenset({"expressions"}),
    exp.Having: _UNARY,
    exp.Order: frozenset({"expressions"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Limit: frozenset({"expression"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Exists: _UNARY,
    exp.Star: frozenset(),
    exp.Count: frozenset({"this", "big_int"}),
    exp.Sum: _UNARY,
    exp.Min: _UNARY,
    exp.Max: _UNARY,
    exp.Avg: _UNARY,
    exp.LogicalOr: _UNARY,
    exp.LogicalAnd: _UNARY,
    exp.Filter: _BINARY,
    exp.RowNumber: frozenset(),
    exp.Rank: frozenset(),
    exp.DenseRank: frozenset(),
    exp.Window: frozenset({"this", "partition_by", "order", "spec", "over"}),
    exp.WindowSpec: frozenset({"kind", "start", "start_side", "end", "end_side"}),
}
"""Node classes of whole statements, beside those of expressions."""

STATEMENTS = EXPRESSIONS | QUERIES

JOINS = frozenset(
    {("", ""), ("", "INNER"), ("LEFT", ""), ("LEFT", "OUTER"), ("RIGHT", ""), ("RIGHT", "OUTER"), ("FULL", ""),
     ("FULL", "OUTER"), ("", "CROSS"), ("", "SEMI"), ("", "ANTI")}
)  # fmt: skip
"""(side, kind) of the joins that both engines have."""
