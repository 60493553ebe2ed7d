"""The tables of lift: sums by stratum and arm of those who entered the plan, and the effects they show."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.kernel.terms import Term


class LiftOutcome(Term):
    """What the effect is an effect on, a household."""

    RETAINED = "RETAINED", "保住的户数", "households kept"
    REVENUE = "REVENUE", "出账收入", "revenue billed"
    VERIFIED = "VERIFIED", "按期续约、续费等达成", "renewed, recharged or settled in time"
    NET = "NET", "出账收入减去成本", "revenue billed less what was spent"
    MARGIN = "MARGIN", "已实现毛利", "margin earned so far"
    VALUE = "VALUE", "今后 12 个月预期毛利", "expected margin of the next 12 months"
    TENURE = "TENURE", "入册后已在网时长", "months in service since entry"
    LIFE = "LIFE", "预期剩余在网时长", "expected remaining months in service"
    SPAN = "SPAN", "入册后预计在网时长", "expected months in service from entry on"

    @property
    def is_rate(self) -> bool:
        """Whether it is 0 or 1 for one household, and not an amount."""
        return self in (LiftOutcome.RETAINED, LiftOutcome.VERIFIED)


YEAR = 12
HORIZONS = (1, 3, 6, YEAR)
"""Months from entry at which every cell's effects are measured, the entry's own included."""
STEPS = tuple(range(1, YEAR + 1))
"""Months from entry at which the effects on all together are measured: the course of a year."""

COVARIATES = ("past", "urgency")
"""What is known of a household before it enters: fen billed to the listed lines in the three months before; urgency
(1 … 3)."""

VALUES = (*(outcome.value.lower() for outcome in LiftOutcome), *COVARIATES)
"""The values of one household, in the order of its moments.

`retained`: leading line in service at the horizon's end (0 or 1); `revenue`: fen billed to its listed lines within the
horizon; `verified`: the warning's success test met inside its window, in the data (0 or 1); `net`: that revenue less
offers, commission and contacts of all its tasks within the horizon; `margin`: the billed revenue times the playbook's
margins; `value`: the margin that the listed lines still in service are expected to bring in the next twelve months;
`tenure`, `life`, `span`: thousandths of a month that the leading line was in service within the horizon, is expected to
stay from its end on, and both together. Who is gone has 0. `margin`, `value`, `life` and `span` are null where the
playbook says nothing of value, or the month was not scored.
"""

OPTIONAL = ("margin", "value", "life", "span")
"""The values that there need not be."""

PRODUCTS = tuple(
    (a, b)
    for k, a in enumerate(VALUES)
    for b in VALUES[: k + 1]
    if a == b or b in COVARIATES or a in COVARIATES
)
"""The pairs whose products are summed: each value with itself and with what was known before."""

LIFT_SUM = Table(
    name="lift_sum",
    grain="the households of one warning, county, hold-out share and arm that entered the plan in one month",
    partition=("month", "horizon"),
    key=("kind", "county_code", "cut", "is_holdout"),
    columns=(
        C("kind", T.VARCHAR, "the warning that led the task: its code in the playbook", required=True),
        C(
            "county_code",
            T.VARCHAR,
            "county of the node that answers; '' where it lies in none",
            required=True,
        ),
        C("cut", T.VARCHAR, "threshold of the household's own hold-out share", required=True),
        C("is_holdout", T.BOOLEAN, "held out: no contact", required=True),
        C("household_count", T.BIGINT, "households", required=True, minimum=1),
        C("misdrawn_count", T.BIGINT, "of them, those whose arm is not the draw's", required=True, minimum=0),
        C("contacted_count", T.BIGINT, "of them, those with any contact", required=True, minimum=0),
        C(
            "taker_count",
            T.BIGINT,
            "of them, those that agreed to an offer within the horizon",
            required=True,
            minimum=0,
        ),
        C("taker_past_fen", T.BIGINT, "fen billed to takers in the three months before", required=True),
        C("taker_revenue_fen", T.BIGINT, "fen billed to takers within the horizon", required=True),
        C(
            "offer_cost_fen",
            T.BIGINT,
            "cost of the offers agreed to in the horizon's months, as each plan reckoned it",
            required=True,
        ),
        C("handset_cost_fen", T.BIGINT, "of that, handset subsidies", required=True),
        C("commission_fen", T.BIGINT, "commission on them, as the playbook sets it", required=True),
        C("contact_count", T.BIGINT, "contacts on record in the horizon's months", required=True, minimum=0),
        C(
            "contact_cost_fen",
            T.BIGINT,
            "what they cost by the playbook; null: it does not say what contacts cost",
        ),
        *(C(f"{name}_sum", T.BIGINT, f"sum of {name}", required=name not in OPTIONAL) for name in VALUES),
        *(
            C(
                f"{a}_{b}_sum",
                T.DOUBLE,
                f"sum of {a} × {b}, whole numbers",
                required=not {a, b} & set(OPTIONAL),
            )
            for a, b in PRODUCTS
        ),
    ),
)

LIFT = Table(
    name="lift",
    grain="the effect on one outcome of one cell (all, a warning, a county, a month of entry) so many months after "
    "entry; sealed",
    partition=("month",),
    key=("horizon", "outcome", "kind", "county_code", "entry_month"),
    columns=(
        C("horizon", T.INTEGER, "months from entry, the entry's own included", required=True, minimum=1),
        C("outcome", T.VARCHAR, "effect on what", required=True, values=LiftOutcome),
        C("kind", T.VARCHAR, "warning; '' for all", required=True),
        C("county_code", T.VARCHAR, "county; '' for all", required=True),
        C("entry_month", T.INTEGER, "month of entry, YYYYMM; 0 for all", required=True),
        C("first_month", T.INTEGER, "first month of entry, YYYYMM", required=True),
        C("last_month", T.INTEGER, "last month of entry, YYYYMM", required=True),
        C("household_count", T.BIGINT, "households that entered", required=True, minimum=0),
        C("undrawn_count", T.BIGINT, "of them, those of strata without a hold-out", required=True, minimum=0),
        C("small_count", T.BIGINT, "of them, those of strata too small to compare", required=True, minimum=0),
        C("held_count", T.BIGINT, "compared households held out", required=True, minimum=0),
        C("treated_count", T.BIGINT, "compared households in the plan", required=True, minimum=0),
        C(
            "planned_count",
            T.BIGINT,
            "treated households that the next nine figures are of: the compared ones where there are any",
            required=True,
            minimum=0,
        ),
        C("contacted_count", T.BIGINT, "of them, those with any contact", required=True, minimum=0),
        C("taker_count", T.BIGINT, "of them, those that agreed to an offer", required=True, minimum=0),
        C("taker_past_fen", T.BIGINT, "fen billed to takers in the three months before", required=True),
        C("taker_revenue_fen", T.BIGINT, "fen billed to takers within the horizon", required=True),
        C("offer_cost_fen", T.BIGINT, "cost of the offers agreed to within the horizon", required=True),
        C("handset_cost_fen", T.BIGINT, "of that, handset subsidies", required=True),
        C("commission_fen", T.BIGINT, "commission on them", required=True),
        C("contact_count", T.BIGINT, "contacts on record within the horizon", required=True, minimum=0),
        C("contact_cost_fen", T.BIGINT, "what they cost; null: the playbook does not say"),
        C("held_mean", T.DOUBLE, "mean of the held-out households, strata weighted"),
        C("treated_mean", T.DOUBLE, "mean of the treated ones, weighted alike"),
        C("effect", T.DOUBLE, "adjusted effect a treated household; null: not comparable"),
        C("low", T.DOUBLE, "lower bound for one look, 95 %"),
        C("high", T.DOUBLE, "upper bound for one look, 95 %"),
        C("always_low", T.DOUBLE, "lower bound at all looks, 95 %; null: unbounded"),
        C("always_high", T.DOUBLE, "upper bound at all looks, 95 %; null: unbounded"),
        C("plain_effect", T.DOUBLE, "the effect without adjustment"),
        C("removed_share", T.DOUBLE, "share of the variance that the adjustment removed"),
        C("detectable", T.DOUBLE, "smallest effect that one look shows in four of five cases"),
        C("draw_p_value", T.DOUBLE, "how likely arms this uneven are; below 0.001 the draw was not kept"),
    ),
)
