"""Why a construct is not in the dialect, for those that people reach for; found by node class, part or name."""

from sqlglot import exp

from weixi.kernel.language import Text

_PICK = Text(
    "并列时取哪一行不定；改用 row_number() 加完整排序",
    "ties are decided at random; use row_number() with a total order",
)
_FOLD = Text(
    "两个引擎对非 ASCII 字符处理不同；需要时用 translate",
    "the engines treat characters beyond ASCII differently; use translate",
)
_CLOCK = Text(
    "结果随运行时间变；把日期作为 $参数传入", "the result depends on the clock; pass the day as a $parameter"
)
_PART = Text("改用 year() month() day() quarter()", "use year() month() day() quarter()")
_PARSE = Text("先用 regexp_matches 检查形式再 CAST", "check the form with regexp_matches, then CAST")
_PATHS = Text("接上树的路径表后分组", "join the tree's paths and group by the node")
_QUALIFY = Text("在外层查询用 WHERE", "filter with WHERE in an outer select")

_GROUPS: tuple[tuple[Text, tuple[type[exp.Expr], ...]], ...] = (
    (_PICK, (exp.ArgMax, exp.ArgMin, exp.First, exp.Last, exp.AnyValue, exp.IgnoreNulls, exp.Mode)),
    (
        Text(
            "历史不用窗口；按用户 GROUP BY，或用 row_number()",
            "no windows over history; GROUP BY the subscriber, or use row_number()",
        ),
        (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.Ntile),
    ),
    (
        Text("Spark 会丢掉排序；改用 CASE 与 concat_ws", "Spark drops the order; use CASE and concat_ws"),
        (exp.ArrayAgg, exp.GroupConcat),
    ),
    (
        Text(
            "两个引擎算法不同；用排名求阈值",
            "the engines interpolate differently; take a threshold from a rank",
        ),
        (exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.Median, exp.ApproxDistinct),
    ),
    (
        Text(
            "两个引擎最后一位不同；改用整数运算",
            "the engines differ in the last digit or at the edges; use integer arithmetic",
        ),
        (exp.Ln, exp.Log, exp.Exp, exp.Pow, exp.Sign),
    ),
    (_FOLD, (exp.Lower, exp.Upper, exp.ILike, exp.Reverse)),
    (
        Text("两个引擎去掉的空白不同；用 replace", "the engines trim different blanks; use replace"),
        (exp.Trim,),
    ),
    (_CLOCK, (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Rand, exp.Uuid)),
    (_PART, (exp.Extract, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear, exp.Week)),
    (
        Text(
            "不能读文件或展开列表；输入只来自给定的视图",
            "no files and no lists: rows come from the given views only",
        ),
        (exp.Unnest, exp.Lateral, exp.GenerateSeries, exp.ReadCSV, exp.ReadParquet),
    ),
    (Text("只支持 regexp_matches", "only regexp_matches is there"), (exp.RegexpExtract, exp.RegexpReplace)),
    (_PARSE, (exp.StrToTime,)),
    (
        Text(
            "改用 CAST(日期 AS VARCHAR) 或 year() * 100 + month()",
            "use CAST(d AS VARCHAR) or year() * 100 + month()",
        ),
        (exp.TimeToStr,),
    ),
    (
        Text(
            "在 Spark 上含义不同；用 CAST(floor(x) AS BIGINT)",
            "it means something else on Spark; use CAST(floor(x) AS BIGINT)",
        ),
        (exp.Trunc,),
    ),
    (Text("改用 count(*) FILTER (WHERE …)", "use count(*) FILTER (WHERE …)"), (exp.CountIf,)),
    (Text("逐个写出列名", "name the columns"), (exp.Columns, exp.Star)),
    (_PATHS, (exp.Cube, exp.Rollup, exp.GroupingSets)),
    (Text("用 CASE 写出各列", "write the columns with CASE"), (exp.Pivot,)),
    (_QUALIFY, (exp.Qualify,)),
    (Text("先在片段里算好，再比较列", "compute it in a piece first and compare the column"), (exp.Subquery,)),
    (
        Text(
            "汇总在取数时做好；这里只比较一行的列",
            "sums are made before; here the columns of one row are compared",
        ),
        (exp.Sum, exp.Count, exp.Avg, exp.Min, exp.Max, exp.Window),
    ),
)

CLASSES: dict[type[exp.Expr], Text] = {node: text for text, nodes in _GROUPS for node in nodes}

PARTS: dict[tuple[type[exp.Expr], str], Text] = {
    (exp.Group, "all"): Text("逐个写出分组的列", "name the columns to group by"),
    (exp.Distinct, "on"): _PICK,
    (exp.In, "query"): Text(
        "NULL 时两个引擎不同；用 EXISTS 或 SEMI/ANTI JOIN",
        "the engines differ on NULL; use EXISTS, or a SEMI or ANTI JOIN",
    ),
    (exp.Join, "method"): Text("写出 ON 条件", "write the ON condition"),
    (exp.Table, "db"): Text("只能用给定的视图名", "only the names of the given views"),
    (exp.Column, "table"): Text("这里只写列名", "only the column's own name is written here"),
    (exp.Select, "qualify"): _QUALIFY,
    (exp.Select, "offset"): Text("用 row_number() 选行", "choose rows by row_number()"),
    (exp.With, "recursive"): Text(
        "Spark 4.0 没有递归；用路径表", "Spark 4.0 has no recursion; use a table of paths"
    ),
    (exp.Max, "count"): Text("改用 greatest", "use greatest"),
    (exp.Min, "count"): Text("改用 least", "use least"),
}

NAMES: dict[str, Text] = {
    "hash": Text(
        "Spark 的 hash 是另一个函数；用 sha256(concat(…))", "another function on Spark; use sha256(concat(…))"
    ),
    "date_part": _PART,
    "date_sub": Text("改用 date_diff('day', a, b)", "use date_diff('day', a, b)"),
    "now": _CLOCK,
    "get_current_timestamp": _CLOCK,
    "mean": Text("改用 avg", "use avg"),
    "try_strptime": _PARSE,
    "regexp_full_match": Text("改用 regexp_matches(x, '^…$')", "use regexp_matches(x, '^…$')"),
}
