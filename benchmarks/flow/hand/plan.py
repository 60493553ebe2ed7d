"""The plan by hand: few narrow rows go through the pools' rounds, and the rounds end when nobody asks any more."""

import duckdb

LIMITS = {"device": 30_000_000, "gift": 20_000_000}
OFFERS = (
    "service_call", "arrears_notice", "arrears_instalment", "device_premium", "device_economical", "recontract_key",
    "broadband_renewal", "reactivation_credit", "prepay_bonus", "useful_service", "tariff_follow",
    "airtime_with_service", "airtime", "deposit_general", "care_contact",
)  # fmt: skip
LIMITED = {4: "device", 5: "device", 6: "gift", 9: "gift"}
COSTS = {
    4: 80_000,
    5: 30_000,
    6: 20_000,
    7: 6_000,
    8: 3_000,
    9: 6_000,
    11: 2_000,
    12: 3_000,
    13: 5_000,
    14: 1_000,
}

FOLD = """
CREATE TEMP TABLE warned AS
  SELECT w.subscriber_id, w.household_key, w.kind, w.kind_rank, w.level, w.happens_date, w.task_date, w.reason_1,
    w.reason_2, w.reason_3, w.revenue_at_risk_fen, e.is_assessed, e.is_existing, e.is_holdout, e.withdrawn_rule,
    e.may_call, e.may_sms, CASE w.level WHEN 'RED' THEN 1 WHEN 'YELLOW' THEN 2 ELSE 3 END AS urgency,
    {asks}, {free} AS free
  FROM warning w JOIN eligibility e USING (subscriber_id);
CREATE TEMP TABLE house AS
  SELECT household_key, count(*) AS all_lines, count(*) FILTER (withdrawn_rule IS NULL) AS open_lines
  FROM warned GROUP BY ALL HAVING all_lines > 1;
CREATE TEMP TABLE task AS
  SELECT w.* EXCLUDE (task_date, revenue_at_risk_fen, is_holdout), 1::BIGINT AS line_count, task_date,
    revenue_at_risk_fen, is_holdout
  FROM warned w ANTI JOIN house USING (household_key)
  UNION ALL BY NAME
  SELECT w.* EXCLUDE (task_date, revenue_at_risk_fen, is_holdout), count(*) OVER home AS line_count,
    min(task_date) OVER home AS task_date, (sum(revenue_at_risk_fen) OVER home)::BIGINT AS revenue_at_risk_fen,
    bool_and(is_holdout) OVER home AS is_holdout
  FROM warned w JOIN house h USING (household_key) WHERE h.open_lines = 0 OR withdrawn_rule IS NULL
  WINDOW home AS (PARTITION BY household_key)
  QUALIFY row_number() OVER (PARTITION BY household_key
    ORDER BY kind_rank, happens_date, urgency, w.revenue_at_risk_fen DESC, subscriber_id) = 1;
CREATE TEMP TABLE asking AS
  SELECT subscriber_id, urgency, revenue_at_risk_fen AS revenue, is_existing, a4, a5, a6, a9, free, 0 AS choice
  FROM task WHERE (a4 OR a5 OR a6 OR a9) AND NOT is_holdout AND withdrawn_rule IS NULL;
CREATE TEMP TABLE served (subscriber_id BIGINT, choice INTEGER);
"""

NEXT = "CASE " + " ".join(f"WHEN choice < {k} AND a{k} THEN {k}" for k in LIMITED) + " ELSE 99 END"

LAST = """
COPY (
  SELECT concat('{month}-', subscriber_id, '-', kind) AS task_id, subscriber_id, household_key, line_count, kind,
    CASE kind_rank WHEN 3 THEN 'BALANCE' WHEN 8 THEN 'ARREARS' WHEN 9 THEN 'ARREARS' WHEN 10 THEN 'ACTIVATION'
      WHEN 11 THEN 'ACTIVATION' WHEN 1 THEN 'WARNING' WHEN 2 THEN 'WARNING' WHEN 12 THEN 'WARNING'
      ELSE 'EXPIRY' END AS task_type,
    level, happens_date, task_date, getvariable('plan_first') AS window_start_date, task_date + 30 AS window_end_date,
    reason_1, reason_2, reason_3, CASE choice {codes} END AS offer_code,
    CASE choice {costs} ELSE 0 END::BIGINT AS offer_cost_fen,
    CASE WHEN choice IS NULL THEN NULL
      WHEN choice IN (1, 3) THEN CASE WHEN way = 'PHONE' THEN way ELSE 'PHONE' END
      WHEN choice IN (2, 15) THEN way
      WHEN choice = 8 THEN CASE WHEN may_call AND way = 'PHONE' THEN 'PHONE' WHEN may_sms AND way = 'SMS' THEN 'SMS'
        WHEN may_call THEN 'PHONE' ELSE 'SMS' END
      WHEN choice = 14 THEN CASE WHEN may_call AND way = 'PHONE' THEN 'PHONE' WHEN may_sms THEN 'SMS' ELSE 'APP' END
      WHEN way = 'PHONE' AND may_call THEN 'PHONE'
      WHEN choice IN (4, 5) THEN 'OUTLET'
      WHEN choice IN (6, 7, 9, 11) THEN CASE WHEN may_call THEN 'PHONE' WHEN choice = 6 THEN 'OUTLET' ELSE 'APP' END
      ELSE 'APP' END AS channel,
    unit_code, owner_code, node_code, is_assessed, is_holdout, withdrawn_rule, revenue_at_risk_fen
  FROM (
    SELECT t.*, CASE WHEN kind_rank IN (3, 9) THEN 'SMS' ELSE 'PHONE' END AS way,
      CASE WHEN NOT is_holdout AND withdrawn_rule IS NULL THEN coalesce(s.choice, free) END AS choice
    FROM task t LEFT JOIN served s USING (subscriber_id)
  ) JOIN assignment USING (subscriber_id)
) TO 'plan.parquet' (FORMAT parquet, COMPRESSION snappy);
COPY (
  SELECT concat('{month}-', t.subscriber_id, '-', t.kind) AS task_id, w.subscriber_id, w.kind, w.happens_date
  FROM warned w JOIN task t USING (household_key) WHERE w.withdrawn_rule IS NULL OR t.withdrawn_rule IS NOT NULL
) TO 'plan_line.parquet' (FORMAT parquet, COMPRESSION snappy);
"""


def run(connection: duckdb.DuckDBPyConnection, variables: dict[str, str]) -> None:
    """Write plan.parquet and plan_line.parquet into the working folder."""
    asks = ", ".join(f"fit_{OFFERS[k - 1]} = 0 AND {_none_before(k)} AS a{k}" for k in LIMITED)
    free = "CASE " + " ".join(
        f"WHEN fit_{name} = 0 THEN {k}" for k, name in enumerate(OFFERS, start=1) if k not in LIMITED
    )
    connection.execute(FOLD.format(asks=asks, free=free + " END"))
    _rounds(connection)
    codes = " ".join(f"WHEN {k} THEN '{name}'" for k, name in enumerate(OFFERS, start=1))
    costs = " ".join(f"WHEN {k} THEN {cost}" for k, cost in COSTS.items())
    connection.execute(LAST.format(month=variables["plan_month"], codes=codes, costs=costs))


def _none_before(k: int) -> str:
    """No offer without a limit stands before the k-th: whoever fits one never goes on."""
    return " AND ".join(f"fit_{OFFERS[j - 1]} <> 0" for j in range(1, k) if j not in LIMITED) or "TRUE"


def _rounds(connection: duckdb.DuckDBPyConnection) -> None:
    left = dict(LIMITS)
    refused_existing = False
    for others in (False, True):
        closed = others and refused_existing
        while True:
            waits = "FALSE" if others else f"NOT is_existing AND {NEXT} IN (4, 5)"
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE asked AS
                SELECT *, sum(CASE ask WHEN 4 THEN 80000 WHEN 5 THEN 30000 WHEN 6 THEN 20000 ELSE 6000 END) OVER (
                    PARTITION BY ask < 6 ORDER BY urgency, revenue DESC, subscriber_id
                    ROWS UNBOUNDED PRECEDING) AS running
                FROM (SELECT *, {NEXT} AS ask FROM asking WHERE NOT ({waits})) WHERE ask < 99"""
            )
            found = connection.execute(
                f"""SELECT count(*), count(*) FILTER (NOT fits AND is_existing AND ask < 6),
                  coalesce(sum(cost) FILTER (fits AND ask < 6), 0), coalesce(sum(cost) FILTER (fits AND ask > 5), 0)
                FROM (SELECT *, {_fits(left, closed)} AS fits,
                  CASE ask WHEN 4 THEN 80000 WHEN 5 THEN 30000 WHEN 6 THEN 20000 ELSE 6000 END AS cost FROM asked)"""
            ).fetchone()
            if found is None or not found[0]:
                break
            refused_existing = refused_existing or found[1] > 0
            connection.execute(
                f"""INSERT INTO served SELECT subscriber_id, ask FROM asked WHERE {_fits(left, closed)};
                CREATE OR REPLACE TEMP TABLE asking AS
                SELECT a.* REPLACE (coalesce(q.ask, a.choice) AS choice)
                FROM asking a LEFT JOIN asked q USING (subscriber_id)
                WHERE q.subscriber_id IS NULL OR NOT ({_fits(left, closed, "q.")})"""
            )
            left["device"] -= found[2]
            left["gift"] -= found[3]


def _fits(left: dict[str, int], closed: bool, of: str = "") -> str:
    device = "FALSE" if closed else f"{of}running <= {left['device']}"
    return f"(CASE WHEN {of}ask < 6 THEN {device} ELSE {of}running <= {left['gift']} END)"
