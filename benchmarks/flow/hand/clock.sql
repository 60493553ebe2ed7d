-- A book of six months has no year before: the season is 100 %. The interval comes from the forecasts of two months ago.
CREATE TEMP MACRO release_of(as_of, ends, fen) AS CASE WHEN ends >= as_of + 30 AND fen > 0 THEN fen ELSE 0 END;
CREATE TEMP MACRO predicted(have, release, mean_fen, days) AS least(3650,
  CASE WHEN have <= mean_fen THEN have * days // nullif(mean_fen, 0)
    WHEN mean_fen > release THEN days + (have + release - mean_fen) * 30 // nullif(mean_fen - release, 0) END);
CREATE TEMP TABLE spread AS
  WITH made AS (
    SELECT l.subscriber_id, revenue_3m_fen // nullif(complete_months, 0) AS mean_fen,
      release_of((getvariable('first') - INTERVAL 1 MONTH)::DATE - 1, subsidy_end_date, subsidy_release_fen) AS release,
      greatest(balance_fen, 0) + release AS have,
      predicted(have, release, mean_fen, day(getvariable('first') - 1)) AS days
    FROM history_2 l JOIN feature_2 f USING (subscriber_id)
    WHERE payment_type = 'PREPAID' AND line_use = 'COMMERCIAL' AND balance_fen < 1000000000000 AND mean_fen > 0
      AND service_status NOT IN ('EXITED', 'PROSPECT', 'ONE_WAY_STOPPED', 'TWO_WAY_STOPPED')
  ), judged AS (
    SELECT CASE WHEN days <= 7 THEN 0 WHEN days <= 15 THEN 1 WHEN days <= 30 THEN 2 ELSE 3 END AS band,
      coalesce(CASE WHEN have <= a.bill_fen THEN have * day(getvariable('first') - 1) // a.bill_fen
          WHEN have + release - a.bill_fen <= b.bill_fen THEN day(getvariable('first') - 1)
            + (have + release - a.bill_fen) * day(getvariable('as_of')) // b.bill_fen END * 1000 // greatest(days, 1),
        9000) AS ratio
    FROM made JOIN history_1 a USING (subscriber_id) JOIN line b USING (subscriber_id)
    WHERE days <= 45 AND a.bill_fen > 0 AND b.bill_fen > 0 AND NOT a.is_carried AND NOT b.is_carried
  ), sorted AS (
    SELECT band, count(*) AS n, list_sort(list(ratio)) AS ratios FROM judged GROUP BY GROUPING SETS ((band), ())
    HAVING count(*) >= 20
  )
  SELECT k AS band, coalesce(s.ratios[greatest((s.n + 1) // 10, 1)], w.ratios[greatest((w.n + 1) // 10, 1)]) AS low,
    coalesce(s.ratios[least((s.n * 9 + 18) // 10, s.n)], w.ratios[least((w.n * 9 + 18) // 10, w.n)]) AS high
  FROM range(4) bands(k) LEFT JOIN sorted s ON s.band = k LEFT JOIN sorted w ON w.band IS NULL;
COPY (
  SELECT subscriber_id, household_key, getvariable('as_of') + days::INTEGER AS run_out_date,
    CASE WHEN days IS NOT NULL THEN getvariable('as_of') + ((greatest(days, 1) * low + 999) // 1000)::INTEGER END
      AS run_out_low_date,
    CASE WHEN days * high IS NOT NULL THEN getvariable('as_of') + least(greatest((greatest(days, 1) * low + 999) // 1000,
      (greatest(days, 1) * (high + 1) - 1) // 1000), 3650)::INTEGER END AS run_out_high_date,
    lease_end_date, subsidy_end_date,
    CASE WHEN subsidy_end_date IS NOT NULL THEN greatest(mean_fen - subsidy_release_fen, 0) END AS bill_before_fen,
    CASE WHEN subsidy_end_date IS NOT NULL THEN mean_fen END AS bill_after_fen, broadband_end_date, open_repair_count,
    least(run_out_date, lease_end_date, subsidy_end_date, broadband_end_date) AS first_date, revenue_3m_fen
  FROM (
    SELECT subscriber_id, open_repair_count, revenue_3m_fen,
      revenue_3m_fen // nullif(complete_months, 0) AS mean_fen, coalesce(subsidy_release_fen, 0) AS subsidy_release_fen,
      if(household_id IS NULL, 'S' || subscriber_id, 'H' || household_id) AS household_key,
      release_of(getvariable('as_of'), l.subsidy_end_date, l.subsidy_release_fen) AS release,
      greatest(balance_fen, 0) + release AS have,
      predicted(have, release, mean_fen, day(getvariable('plan_last'))) AS any_days,
      CASE WHEN payment_type = 'PREPAID' AND balance_fen < 1000000000000 AND mean_fen > 0 AND any_days <= 45
        AND service_status NOT IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED') THEN any_days END AS days,
      CASE WHEN contract_kind = 'HANDSET_LEASE' AND l.contract_end_date
        BETWEEN getvariable('as_of') AND getvariable('as_of') + 90 THEN l.contract_end_date END AS lease_end_date,
      CASE WHEN l.subsidy_end_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 90
        THEN l.subsidy_end_date END AS subsidy_end_date,
      CASE WHEN l.broadband_end_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 90
        THEN l.broadband_end_date END AS broadband_end_date
    FROM line l JOIN feature f USING (subscriber_id)
    WHERE service_status NOT IN ('EXITED', 'PROSPECT') AND line_use = 'COMMERCIAL'
      AND (payment_type = 'PREPAID' OR l.contract_end_date >= getvariable('as_of')
        OR l.subsidy_end_date >= getvariable('as_of') OR l.broadband_end_date >= getvariable('as_of'))
  ) LEFT JOIN spread ON band = CASE WHEN days <= 7 THEN 0 WHEN days <= 15 THEN 1 WHEN days <= 30 THEN 2 ELSE 3 END
  WHERE first_date IS NOT NULL
) TO 'clock.parquet' (FORMAT parquet, COMPRESSION snappy);
