"""The tables of sealed cohorts (拍照), of who looks after whom, and of targets (分解)."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel import terms

COHORT = Table(
    name="cohort",
    grain="one line that belonged to one population on the last day of the base month; sealed",
    partition=("month", "cohort"),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("unit_code", T.VARCHAR, "care unit on that day", required=True),
        C("owner_code", T.VARCHAR, "owner on that day; null: the unit's shared pool"),
        C("payment_type", T.VARCHAR, "prepaid or postpaid on that day", values=terms.PaymentType),
        C("customer_kind", T.VARCHAR, "public or enterprise on that day", values=terms.CustomerKind),
        C("contract_kind", T.VARCHAR, "what bound it on that day", values=terms.ContractKind),
        C("complete_months", T.BIGINT, "complete months behind the ARPU", required=True),
        C("revenue_3m_fen", T.BIGINT, "their billed revenue, fen", required=True),
        C("bill_fen", T.BIGINT, "billed revenue of the base month, fen", required=True),
    ),
)

ASSIGNMENT = Table(
    name="assignment",
    grain="who looks after one line in one month",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("unit_code", T.VARCHAR, "care unit", required=True),
        C("owner_code", T.VARCHAR, "owner; null: the unit's shared pool"),
        C(
            "node_code",
            T.VARCHAR,
            "the lowest node that answers for it: the owner, else the unit",
            required=True,
        ),
        C("rule", T.VARCHAR, "the rule that decided, e.g. attachment, household, outlet", required=True),
    ),
)

TARGET = Table(
    name="target",
    grain="one node's target of one KPI for one period, in whole numbers that sum to the parent's",
    partition=("month", "version"),
    key=("kpi", "node_code"),
    columns=(
        C("kpi", T.VARCHAR, "which KPI: its name in the playbook", required=True),
        C(
            "node_code",
            T.VARCHAR,
            "node of the tree, or `<unit>:pool` for a pool beside owners",
            required=True,
        ),
        C("parent_code", T.VARCHAR, "node above; null at the top"),
        C("size", T.BIGINT, "what the split was made by: members below the node", required=True, minimum=0),
        C("target_count", T.BIGINT, "the KPI's numerator that meets the target", required=True, minimum=0),
    ),
)
