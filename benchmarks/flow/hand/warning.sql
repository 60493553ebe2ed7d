-- Labels decide nothing here, so they are not read. Reasons of other warnings are asked only where there are others.
COPY (
  WITH line_now AS (
    SELECT l.subscriber_id, household_id, payment_type, contract_kind, contract_end_date, subsidy_end_date,
      broadband_end_date, exit_date, arrears_fen, arrears_month_count, min_spend_fen, balance_fen, call_count,
      device_subsidy_fen, subsidy_release_fen, handset_month_count, has_open_complaint, f.* EXCLUDE subscriber_id,
      service_status NOT IN ('EXITED', 'PROSPECT') AS serves, service_status,
      revenue_3m_fen - if(subsidy_end_date >= getvariable('as_of') + 30 AND subsidy_release_fen > 0,
        subsidy_release_fen * complete_months, 0) AS net,
      coalesce(call_count, data_kb, sms_count) IS NOT NULL
        AND coalesce(call_count, 0) + coalesce(data_kb, 0) + coalesce(sms_count, 0) = 0 AS unused,
      CASE WHEN payment_type = 'PREPAID' AND revenue_3m_fen > 0 THEN
        CASE WHEN net <= 0 THEN 3650 ELSE least(greatest(balance_fen, 0) * 30 * complete_months // net, 3650) END END AS lasts,
      complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months AS is_high
    FROM line l JOIN feature f USING (subscriber_id) WHERE line_use = 'COMMERCIAL'
  ), tested AS (
    SELECT *,
      serves AND port_out_query_count > 0 AS w1,
      serves AND has_open_complaint AS w2,
      serves AND lasts <= 30 AS w3,
      serves AND contract_kind = 'HANDSET_LEASE'
        AND contract_end_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 90 AS w4,
      serves AND subsidy_end_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 60 AS w5,
      serves AND broadband_end_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 45 AS w6,
      serves AND contract_kind IN ('PREPAY_BONUS', 'PLAN_COMMITMENT')
        AND contract_end_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 60 AS w7,
      serves AND (arrears_fen >= 50000 OR (complete_months > 0 AND revenue_3m_fen > 0
        AND arrears_fen * complete_months > revenue_3m_fen * 3)) AS w8,
      serves AND arrears_fen > 0 AS w9,
      serves AND service_status <> 'PENDING_CANCEL' AND stopped_months_3m = 0 AND unused
        AND (is_high OR min_spend_fen >= 8000) AS w10,
      contract_kind = 'HANDSET_LEASE' AND device_subsidy_fen * 100 > revenue_12m_fen * 40
        AND (exit_date >= getvariable('as_of') - 180 OR (serves
          AND contract_end_date BETWEEN getvariable('as_of') - 180 AND getvariable('as_of') - 1
          AND (service_status IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED') OR unused))) AS w11,
      serves AND complete_months = 3 AND voice_previous_3m_seconds + data_previous_3m_kb > 0
        AND voice_3m_seconds * 100 <= voice_previous_3m_seconds * 70
        AND data_3m_kb * 100 <= data_previous_3m_kb * 70 AS w12
    FROM line_now
  ), raised AS (
    SELECT *, CASE WHEN w1 THEN 1 WHEN w2 THEN 2 WHEN w3 THEN 3 WHEN w4 THEN 4 WHEN w5 THEN 5 WHEN w6 THEN 6
        WHEN w7 THEN 7 WHEN w8 THEN 8 WHEN w9 THEN 9 WHEN w10 THEN 10 WHEN w11 THEN 11 WHEN w12 THEN 12 END AS k,
      concat_ws(',', CASE WHEN w1 THEN 'port_out_query' END, CASE WHEN w2 THEN 'complaint' END,
        CASE WHEN w3 THEN 'prepaid_balance_running_out' END, CASE WHEN w4 THEN 'handset_lease_expiring' END,
        CASE WHEN w5 THEN 'subsidy_expiring' END, CASE WHEN w6 THEN 'broadband_expiring' END,
        CASE WHEN w7 THEN 'contract_expiring' END, CASE WHEN w8 THEN 'large_arrears_recovery' END,
        CASE WHEN w9 THEN 'arrears_reminder' END, CASE WHEN w10 THEN 'dormant_high_value' END,
        CASE WHEN w11 THEN 'lapsed_lease_reactivation' END, CASE WHEN w12 THEN 'usage_drop' END) AS kinds,
      voice_3m_seconds * 100 < voice_previous_3m_seconds * 70 AS uses_less
    FROM tested WHERE w1 OR w2 OR w3 OR w4 OR w5 OR w6 OR w7 OR w8 OR w9 OR w10 OR w11 OR w12
  ), reasoned AS (
    SELECT *,
      CASE k
        WHEN 1 THEN concat_ws(',', 'queried', CASE WHEN complaints_3m > 0 THEN 'complained' END, CASE WHEN uses_less THEN 'uses_less' END)
        WHEN 2 THEN concat_ws(',', 'open_complaint', CASE WHEN complaints_3m >= 2 THEN 'repeated_complaint' END, CASE WHEN open_repair_count > 0 THEN 'open_repair' END)
        WHEN 3 THEN concat_ws(',', 'balance_low', CASE WHEN recharge_3m_fen = 0 THEN 'no_recharge' END, CASE WHEN balance_fen < previous_bill_fen THEN 'below_last_bill' END)
        WHEN 4 THEN concat_ws(',', 'lease_ends', CASE WHEN handset_month_count >= 18 THEN 'handset_old' END, CASE WHEN uses_less THEN 'uses_less' END)
        WHEN 5 THEN concat_ws(',', 'subsidy_ends', CASE WHEN subsidy_release_fen > 0 THEN 'bill_rises' END)
        WHEN 6 THEN concat_ws(',', 'broadband_ends', CASE WHEN open_repair_count > 0 THEN 'open_repair' END)
        WHEN 7 THEN concat_ws(',', 'contract_ends', CASE WHEN uses_less THEN 'uses_less' END)
        WHEN 8 THEN concat_ws(',', CASE WHEN arrears_fen > 0 THEN 'large_debt' END, CASE WHEN arrears_month_count >= 2 THEN 'long_debt' END)
        WHEN 9 THEN concat_ws(',', 'debt', CASE WHEN arrears_month_count >= 2 THEN 'long_debt' END)
        WHEN 10 THEN concat_ws(',', 'no_use', CASE WHEN silent_months >= 2 THEN 'long_silent' END, CASE WHEN coalesce(call_count, 0) = 0 THEN 'no_calls' END)
        WHEN 11 THEN concat_ws(',', CASE WHEN exit_date <= getvariable('as_of') THEN 'left' END, CASE WHEN device_subsidy_fen > 0 THEN 'cost_not_recovered' END,
          CASE WHEN serves AND contract_end_date < getvariable('as_of') THEN 'stopped_after_lease' END)
        ELSE concat_ws(',', CASE WHEN uses_less THEN 'uses_less' END, CASE WHEN data_3m_kb * 100 < data_previous_3m_kb * 70 THEN 'less_data' END,
          CASE WHEN revenue_3m_fen * 100 < revenue_previous_3m_fen * 70 THEN 'pays_less' END)
      END AS own,
      CASE WHEN contains(kinds, ',') THEN concat_ws(',',
        CASE WHEN (w4 OR w7 OR w12) AND k NOT IN (1, 4, 7, 12) AND uses_less THEN 'uses_less' END,
        CASE WHEN w2 AND k <> 2 THEN 'open_complaint' END,
        CASE WHEN w2 AND k <> 2 AND complaints_3m >= 2 THEN 'repeated_complaint' END,
        CASE WHEN (w2 OR w6) AND k NOT IN (2, 6) AND open_repair_count > 0 THEN 'open_repair' END,
        CASE WHEN w3 AND k <> 3 THEN 'balance_low' END,
        CASE WHEN w3 AND k <> 3 AND recharge_3m_fen = 0 THEN 'no_recharge' END,
        CASE WHEN w3 AND k <> 3 AND balance_fen < previous_bill_fen THEN 'below_last_bill' END,
        CASE WHEN w4 AND k <> 4 THEN 'lease_ends' END,
        CASE WHEN w4 AND k <> 4 AND handset_month_count >= 18 THEN 'handset_old' END,
        CASE WHEN w5 AND k <> 5 THEN 'subsidy_ends' END,
        CASE WHEN w5 AND k <> 5 AND subsidy_release_fen > 0 THEN 'bill_rises' END,
        CASE WHEN w6 AND k <> 6 THEN 'broadband_ends' END,
        CASE WHEN w7 AND k <> 7 THEN 'contract_ends' END,
        CASE WHEN w8 AND k <> 8 AND arrears_fen > 0 THEN 'large_debt' END,
        CASE WHEN (w8 OR w9) AND k NOT IN (8, 9) AND arrears_month_count >= 2 THEN 'long_debt' END,
        CASE WHEN w9 AND k <> 9 THEN 'debt' END,
        CASE WHEN w10 AND k <> 10 THEN 'no_use' END,
        CASE WHEN w10 AND k <> 10 AND silent_months >= 2 THEN 'long_silent' END,
        CASE WHEN w10 AND k <> 10 AND coalesce(call_count, 0) = 0 THEN 'no_calls' END,
        CASE WHEN w11 AND k <> 11 AND exit_date <= getvariable('as_of') THEN 'left' END,
        CASE WHEN w11 AND k <> 11 AND device_subsidy_fen > 0 THEN 'cost_not_recovered' END,
        CASE WHEN w11 AND k <> 11 AND serves AND contract_end_date < getvariable('as_of') THEN 'stopped_after_lease' END,
        CASE WHEN w12 AND k <> 12 AND data_3m_kb * 100 < data_previous_3m_kb * 70 THEN 'less_data' END,
        CASE WHEN w12 AND k <> 12 AND revenue_3m_fen * 100 < revenue_previous_3m_fen * 70 THEN 'pays_less' END) END AS more,
      string_split(concat_ws(',', nullif(own, ''), nullif(more, '')), ',') AS why,
      CASE k WHEN 1 THEN getvariable('as_of') + 7 WHEN 2 THEN getvariable('as_of') + 15
        WHEN 3 THEN getvariable('as_of') + lasts::INTEGER WHEN 4 THEN contract_end_date WHEN 5 THEN subsidy_end_date
        WHEN 6 THEN broadband_end_date WHEN 7 THEN contract_end_date WHEN 8 THEN getvariable('as_of') + 15
        WHEN 9 THEN getvariable('as_of') + 15 ELSE getvariable('as_of') + 30 END AS day,
      CASE k WHEN 1 THEN 7 WHEN 2 THEN 15 WHEN 3 THEN 7 WHEN 4 THEN 60 WHEN 5 THEN 30 WHEN 6 THEN 15 WHEN 7 THEN 30
        WHEN 8 THEN 15 WHEN 9 THEN 15 ELSE 30 END AS ahead
    FROM raised
  )
  SELECT subscriber_id,
    CASE WHEN household_id IS NOT NULL THEN 'H' || household_id ELSE 'S' || subscriber_id END AS household_key,
    split_part(kinds, ',', 1) AS kind, kinds, k::INTEGER AS kind_rank,
    CASE k WHEN 1 THEN 'RED' WHEN 2 THEN if(complaints_3m >= 2, 'RED', 'YELLOW')
      WHEN 3 THEN CASE WHEN lasts <= 7 THEN 'RED' WHEN lasts <= 15 THEN 'YELLOW' ELSE 'BLUE' END
      WHEN 4 THEN CASE WHEN contract_end_date <= getvariable('as_of') + 30 THEN 'RED'
        WHEN contract_end_date <= getvariable('as_of') + 60 THEN 'YELLOW' ELSE 'BLUE' END
      WHEN 5 THEN if(subsidy_end_date <= getvariable('as_of') + 30, 'RED', 'YELLOW')
      WHEN 6 THEN if(broadband_end_date <= getvariable('as_of') + 15, 'RED', 'YELLOW')
      WHEN 7 THEN if(contract_end_date <= getvariable('as_of') + 30, 'RED', 'YELLOW')
      WHEN 8 THEN if(arrears_month_count >= 2, 'RED', 'YELLOW')
      WHEN 9 THEN CASE WHEN arrears_month_count >= 2 THEN 'RED' WHEN is_high THEN 'YELLOW' ELSE 'BLUE' END
      WHEN 10 THEN if(silent_months >= 3, 'RED', 'YELLOW')
      WHEN 11 THEN if(is_high, 'RED', 'YELLOW')
      ELSE CASE WHEN complete_months > 0 AND revenue_3m_fen > 20000 * complete_months THEN 'RED'
        WHEN is_high THEN 'YELLOW' ELSE 'BLUE' END END AS level,
    day AS happens_date,
    least(greatest(getvariable('plan_first'), day - ahead), getvariable('plan_last')) AS task_date,
    nullif(why[1], '') AS reason_1, why[2] AS reason_2, why[3] AS reason_3, revenue_3m_fen AS revenue_at_risk_fen
  FROM reasoned
) TO 'warning.parquet' (FORMAT parquet, COMPRESSION snappy);
