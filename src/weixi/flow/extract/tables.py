"""The table of extract: what an import refused, and why."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel.terms import Term


class FeedName(Term):
    """One kind of file that an operator delivers."""

    SUBSCRIBER = "subscriber", "用户月表", "subscribers of a month"
    EVENT = "event", "日更事件", "dated events"
    ORG = "org", "组织架构", "organisation tree"
    BALANCE = "balance", "日余额", "balances of a day"
    SURVEY = "survey", "满意度调查", "answers to satisfaction surveys"


class Reason(Term):
    """Why one record was refused; each is a rule that can be looked up in the mapping."""

    FIELD_COUNT = "FIELD_COUNT", "字段数与表头不符", "not as many fields as the header"
    QUOTING = "QUOTING", "引号不成对或位置不对", "quotes unbalanced or misplaced"
    ENCODING = "ENCODING", "不是约定的字符编码", "bytes that are not in the agreed encoding"
    CONTROL = "CONTROL", "行内有控制字符", "a control character inside the line"
    TOTAL = "TOTAL", "合计行，不是记录", "a line of totals, not a record"
    PRECISION = (
        "PRECISION",
        "表格软件只保留 15 位数字，号码已失真",
        "a number longer than the 15 digits a spreadsheet keeps",
    )
    REQUIRED = "REQUIRED", "必填项为空", "a required value is empty"
    NUMBER = "NUMBER", "不是数字", "not a number"
    WHOLE_NUMBER = "WHOLE_NUMBER", "不是整数", "not a whole number"
    MINIMUM = "MINIMUM", "小于下限", "below the least value"
    MAXIMUM = "MAXIMUM", "大于上限", "above the greatest value"
    DATE = "DATE", "不是约定格式的日期", "not a date in the agreed form"
    YEAR = "YEAR", "年份不可信", "a year that cannot be"
    MOMENT = "MOMENT", "不是约定格式的时间", "not a moment in the agreed form"
    CODE = "CODE", "代码表中没有", "not in the code table"
    FLAG = "FLAG", "不是 true 或 false", "neither true nor false"
    MONTH = "MONTH", "不属于本账期", "not of this month"
    DUPLICATE = "DUPLICATE", "主键重复，保留首行", "key seen on an earlier line, which is kept"
    UNMATCHED = (
        "UNMATCHED",
        "主表中没有这条记录的主键",
        "a joined record whose key the feed's own files do not have",
    )
    UNKNOWN_SUBSCRIBER = "UNKNOWN_SUBSCRIBER", "账册中没有该用户", "the book does not know the subscriber"


class LeftOut(Term):
    """Why an operator's column is kept out of the book: a model that saw it would know the end of the story."""

    LABEL = "LABEL", "就是离网标识本身，或由它换算", "the label itself, or made from it"
    AFTER_EXIT = "AFTER_EXIT", "离网之后才填写", "filled in after the line has left"
    RETENTION = (
        "RETENTION",
        "维系动作的结果，风险出现之后才有",
        "comes of retention work, after the risk has shown",
    )
    SCORE = (
        "SCORE",
        "别的模型的打分，可能已见过离网结果",
        "another model's score, which may have seen who left",
    )
    SURVEY = (
        "SURVEY",
        "满意度打分，填写时点不明，可能在离网之后",
        "a satisfaction score of unknown date, maybe after leaving",
    )
    COST = "COST", "成本或佣金，不是用户的行为", "cost or commission, nothing that the subscriber does"


QUARANTINE = Table(
    name="quarantine",
    grain="one physical record that the current import of a feed refused, in the operator's words; never sealed",
    partition=("month", "feed"),
    key=("file", "line"),
    columns=(
        C("file", T.VARCHAR, "file as the extract names it", required=True),
        C(
            "line",
            T.BIGINT,
            "physical line, from 1 (of a Parquet file its row, from 1)",
            required=True,
            minimum=1,
        ),
        C("text", T.VARCHAR, "the record as it stands in the file", required=True),
        C("reason", T.VARCHAR, "the rule that failed first", required=True, values=Reason),
        C(
            "column_name",
            T.VARCHAR,
            "the operator's column that failed; null for a fault of the whole record",
        ),
        C("value", T.VARCHAR, "its value; null where it was empty"),
    ),
)

DAY_QUARANTINE = Table(
    name="day_quarantine",
    grain="one physical record that the current import of a day's feed refused, in the operator's words; never sealed",
    partition=("month", "day", "feed"),
    key=QUARANTINE.key,
    columns=QUARANTINE.columns,
)

TABLES = (QUARANTINE, DAY_QUARANTINE)
