"""The four clocks of a line: when its balance, lease, subsidy and broadband end, and how sure the first of them is."""

from datetime import date

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import household_key_sql
from weixi.flow.warning.run_out import LONGEST, forecast_inputs, forecast_pieces
from weixi.flow.warning.run_out_proof import interval_sql, spreads
from weixi.flow.warning.tables import CLOCK
from weixi.kernel.period import Month

_AHEAD = 90
"""Days within which the end of a contract is a clock."""

_CARRIED = (
    "subscriber_id", "household_id", "as_of", "contract_kind", "contract_end_date", "days_to_contract_end",
    "subsidy_end_date", "days_to_subsidy_end", "subsidy_release_fen", "broadband_end_date", "days_to_broadband_end",
    "revenue_3m_fen", "complete_months", "open_repair_count",
)  # fmt: skip


def build_clock(store: Store, month: Month) -> Partition:
    """The clocks of every line that has one (CLOCK). A month without balances or bills has no run-out days."""
    inputs, parameters = forecast_inputs(store, month)
    known = spreads(store, month)
    pipeline = Pipeline()
    forecast_pieces(pipeline, _CARRIED, whole=True)
    columns = ", ".join(_CARRIED)
    pipeline.add(
        "soon",
        f"""SELECT {columns}, CASE WHEN predicted_days <= {LONGEST} THEN predicted_days END AS predicted_days
FROM forecast""",
    )
    pipeline.add(
        "ticking",
        f"""SELECT {columns}, predicted_days,
  CASE WHEN contract_kind = 'HANDSET_LEASE' AND days_to_contract_end >= 0 AND days_to_contract_end <= {_AHEAD}
    THEN contract_end_date END AS lease_end_date,
  CASE WHEN days_to_subsidy_end >= 0 AND days_to_subsidy_end <= {_AHEAD} THEN subsidy_end_date END AS help_end_date,
  CASE WHEN days_to_broadband_end >= 0 AND days_to_broadband_end <= {_AHEAD} THEN broadband_end_date END
    AS line_end_date
FROM soon""",
    )
    pipeline.add(
        "dated",
        f"""SELECT subscriber_id, {household_key_sql("t")} AS household_key, as_of + predicted_days AS run_out_date,
  as_of + {interval_sql(known, "low")} AS run_out_low_date, {interval_sql(known, "high")} AS high_days, as_of,
  lease_end_date, help_end_date, line_end_date, revenue_3m_fen // NULLIF(complete_months, 0) AS bill_after_fen,
  COALESCE(subsidy_release_fen, 0) AS release_fen, open_repair_count, revenue_3m_fen
FROM ticking t
WHERE predicted_days IS NOT NULL OR COALESCE(lease_end_date, help_end_date, line_end_date) IS NOT NULL""",
    )
    return store.write(
        CLOCK,
        {"month": month.number},
        pipeline.text(
            """SELECT subscriber_id, household_key, run_out_date, run_out_low_date,
  CASE WHEN high_days IS NOT NULL THEN as_of + LEAST(high_days, 3650) END AS run_out_high_date, lease_end_date,
  help_end_date AS subsidy_end_date,
  CASE WHEN help_end_date IS NOT NULL THEN GREATEST(bill_after_fen - release_fen, 0) END AS bill_before_fen,
  CASE WHEN help_end_date IS NOT NULL THEN bill_after_fen END AS bill_after_fen,
  line_end_date AS broadband_end_date, open_repair_count,
  LEAST(COALESCE(run_out_date, $never), COALESCE(lease_end_date, $never), COALESCE(help_end_date, $never),
    COALESCE(line_end_date, $never)) AS first_date, revenue_3m_fen
FROM dated"""
        ),
        inputs=inputs,
        parameters={**parameters, "never": date(9999, 12, 31)},
        note={
            "season_percent": parameters["season_percent"],
            "spreads": [[k.band, k.forecast_count, k.low, k.middle, k.high] for k in known],
        },
    )
