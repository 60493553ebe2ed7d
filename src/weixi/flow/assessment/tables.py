"""The tables of assessment: line states, KPIs, scorecard; and what disputes add: official values and corrections."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.assessment.lift import LIFT, LIFT_SUM, TUNING
from weixi.kernel import terms
from weixi.kernel.terms import Term

LINE_STATE = Table(
    name="line_state",
    grain="one row of the book at the end of one month, with what every KPI asks of it",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("is_counted", T.BOOLEAN, "mobile main card in commercial use, no prospect", required=True),
        C(
            "is_in_service",
            T.BOOLEAN,
            "in service on the last day (在网); never once ported out",
            required=True,
        ),
        C("is_billed", T.BOOLEAN, "in service with a bill above 0 (出账)", required=True),
        C("is_high", T.BOOLEAN, "counted, billed and passes the test of the cohort arpu80", required=True),
        C(
            "is_suspect",
            T.BOOLEAN,
            "suspect traffic, confirmed: leaves numerator and denominator",
            required=True,
        ),
        C("exit_type", T.VARCHAR, "how it left; null unless exited", values=terms.ExitType),
        C("open_date", T.DATE, "day the line was opened"),
        C("bill_fen", T.BIGINT, "billed revenue of the month, fen", required=True),
    ),
)

KPI = Table(
    name="kpi",
    grain="one calibre of one KPI at one node of the tree in one month",
    partition=("month",),
    key=("calibre", "node_code"),
    columns=(
        C("calibre", T.VARCHAR, "id of the calibre, with its version", required=True),
        C("node_code", T.VARCHAR, "node of the tree", required=True),
        C("level", T.VARCHAR, "its level", required=True, values=terms.OrgLevel),
        C("numerator", T.BIGINT, "what the calibre counts", required=True),
        C("denominator", T.BIGINT, "what it is divided by", required=True),
    ),
)

SCORECARD = Table(
    name="scorecard",
    grain="one assessed KPI at one node in one month, beside its target",
    partition=("month",),
    key=("kpi", "node_code"),
    columns=(
        C("kpi", T.VARCHAR, "which KPI", required=True),
        C("calibre", T.VARCHAR, "id of the calibre that is assessed", required=True),
        C("node_code", T.VARCHAR, "node of the tree", required=True),
        C("level", T.VARCHAR, "its level", required=True, values=terms.OrgLevel),
        C("numerator", T.BIGINT, "what the calibre counts", required=True),
        C("denominator", T.BIGINT, "what it is divided by", required=True),
        C("rate", T.DOUBLE, "numerator ÷ denominator; null where the denominator is 0"),
        C(
            "target_rate",
            T.DOUBLE,
            "target for the period so far: the issued count ÷ its size, else the playbook's rate",
            required=True,
        ),
        C("gap_count", T.BIGINT, "how many the node is short of its target (0 when met)", required=True),
        C("light", T.VARCHAR, "beside the target", required=True, values=terms.Light),
        C("last_year_rate", T.DOUBLE, "the same month a year before; null where not known"),
        C("rank", T.BIGINT, "place among the nodes of its level, 1 best; null without a rate"),
    ),
)


class CorrectionAction(Term):
    """What an entry says of a subscriber: appealed, decided, or found suspect after the month was stated."""

    FILED = "FILED", "申诉", "filed"
    ACCEPTED = "ACCEPTED", "同意剔除", "accepted"
    REJECTED = "REJECTED", "驳回", "rejected"
    SUSPECT = "SUSPECT", "事后确认黑话", "confirmed suspect later"


CORRECTION = Table(
    name="correction",
    grain="one subscriber in one entry on an assessed year: an appeal, a decision on it, or a later suspect; sealed",
    partition=("month", "entry"),
    key=("month", "entry", "subscriber_id"),
    columns=(
        C(
            "month",
            T.INTEGER,
            "first assessed month it holds for, YYYYMM; it holds to the year's end",
            required=True,
        ),
        C("entry", T.INTEGER, "number of the entry within that month, from 1", required=True, minimum=1),
        C(
            "case_entry",
            T.INTEGER,
            "the entry that opened the case: itself, or the appeal decided",
            required=True,
        ),
        C("action", T.VARCHAR, "what is entered", required=True, values=CorrectionAction),
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("node_code", T.VARCHAR, "the unit that appeals; '' where nobody did", required=True),
        C("actor", T.VARCHAR, "who", required=True),
        C("happened_at", T.TIMESTAMP, "moment in UTC", required=True),
        C("reason", T.VARCHAR, "the evidence, or why it was so decided", required=True),
    ),
)

KPI_RESTATED = Table(
    name="kpi_restated",
    grain="one calibre at one node in one month without the lines that corrections took out of both its sides",
    partition=("month",),
    key=("calibre", "node_code"),
    columns=KPI.columns,
)

OFFICIAL = Table(
    name="official",
    grain="the operator's official value of one KPI at one node in one month, as one version of it says; sealed",
    partition=("month", "version"),
    key=("kpi", "node_code"),
    columns=(
        C("kpi", T.VARCHAR, "which KPI", required=True),
        C("node_code", T.VARCHAR, "node of the tree", required=True),
        C("value", T.VARCHAR, "the official rate as an exact fraction, e.g. 39/40", required=True),
        C("numerator", T.BIGINT, "its numerator; null where only the rate was given"),
        C("denominator", T.BIGINT, "its denominator; null where only the rate was given"),
        C("actor", T.VARCHAR, "who entered it", required=True),
        C("happened_at", T.TIMESTAMP, "moment in UTC", required=True),
        C("reason", T.VARCHAR, "where it comes from, or why it is entered anew", required=True),
    ),
)

OFFICIAL_LINE = Table(
    name="official_line",
    grain="one subscriber of the official list behind one KPI in one month; sealed",
    partition=("month", "kpi"),
    key=("row_number",),
    columns=(
        C("row_number", T.BIGINT, "number of the row in the supplied list, from 1", required=True, minimum=1),
        C("subscriber_id", T.BIGINT, "surrogate key of the line; null: no line of ours has that key"),
        C("in_numerator", T.BOOLEAN, "counted in the official numerator", required=True),
        C("in_denominator", T.BOOLEAN, "counted in the official denominator", required=True),
    ),
)


class Split(Term):
    """How a target is shared down the tree."""

    SIZE = "SIZE", "按规模", "by size"
    DIFFICULTY = "DIFFICULTY", "按难度", "by difficulty"


class TargetAction(Term):
    """What an entry says of a target sheet."""

    ISSUED = "ISSUED", "下达", "issued"
    ACKNOWLEDGED = "ACKNOWLEDGED", "签收", "acknowledged"


TARGET_CELL = Table(
    name="target_cell",
    grain="one kind of line or task and how often it did what a KPI counts, as one issue of targets expected it",
    partition=("month", "version"),
    key=("kpi", "first_trait", "second_trait"),
    columns=(
        C("kpi", T.VARCHAR, "which KPI", required=True),
        C("first_trait", T.VARCHAR, "ARPU band, or a task's warning; '' stands for all", required=True),
        C("second_trait", T.VARCHAR, "stage, or a task's urgency; '' stands for all", required=True),
        C("observed_count", T.BIGINT, "lines or tasks observed", required=True, minimum=0),
        C("event_count", T.BIGINT, "of them, those that did it", required=True, minimum=0),
        C("chance_ppm", T.BIGINT, "its chance, smoothed, in parts per million", required=True, minimum=0),
    ),
)

TARGET_BASIS = Table(
    name="target_basis",
    grain="what one node answers for itself of one KPI, as one issue of targets weighed it",
    partition=("month", "version"),
    key=("kpi", "node_code"),
    columns=(
        C("kpi", T.VARCHAR, "which KPI", required=True),
        C("node_code", T.VARCHAR, "the lowest node: an owner, or a unit for its shared pool", required=True),
        C("size", T.BIGINT, "its members of the KPI's base", required=True, minimum=0),
        C(
            "weight",
            T.BIGINT,
            "thousandths of what it is expected to count; by size, thousandths of members",
            required=True,
            minimum=0,
        ),
    ),
)

TARGET_ENTRY = Table(
    name="target_entry",
    grain="one entry on a month's targets: a version issued, or acknowledged by a node; sealed",
    partition=("month", "entry"),
    key=("month", "entry"),
    columns=(
        C("month", T.INTEGER, "the targets' month, YYYYMM", required=True),
        C("entry", T.INTEGER, "number of the entry within that month, from 1", required=True, minimum=1),
        C("action", T.VARCHAR, "what was done", required=True, values=TargetAction),
        C("version", T.INTEGER, "version of the sheet", required=True, minimum=1),
        C("node_code", T.VARCHAR, "the node that acknowledges; '' for an issue", required=True),
        C("actor", T.VARCHAR, "who", required=True),
        C("happened_at", T.TIMESTAMP, "moment in UTC", required=True),
        C("reason", T.VARCHAR, "why it was issued, or what was said on signing; may be empty", required=True),
        C("sheet", T.VARCHAR, "fingerprint of the sheet", required=True),
    ),
)

TABLES = (
    LINE_STATE,
    KPI,
    SCORECARD,
    CORRECTION,
    KPI_RESTATED,
    OFFICIAL,
    OFFICIAL_LINE,
    TARGET_CELL,
    TARGET_BASIS,
    TARGET_ENTRY,
    LIFT_SUM,
    LIFT,
    TUNING,
)
"""Every table of the package."""
