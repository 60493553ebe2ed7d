-- Two narrow passes find who is silenced or complains and what lies beside; only warned lines are ever wide.
CREATE TEMP TABLE trouble AS
  SELECT l.household_id, l.subscriber_id, l.party_id,
    line_use = 'COMMERCIAL' AND service_status NOT IN ('EXITED', 'PROSPECT') AS serves,
    CASE WHEN f.port_out_application_date IS NOT NULL THEN 1 WHEN suspect_level >= 2 THEN 2 END AS silence,
    coalesce(has_open_complaint, FALSE) AS complains
  FROM line l LEFT JOIN (SELECT subscriber_id, port_out_application_date FROM feature
    WHERE port_out_application_date IS NOT NULL) f USING (subscriber_id)
  WHERE silence IS NOT NULL OR complains;
CREATE TEMP TABLE home AS
  SELECT coalesce(household_id, -subscriber_id) AS home, min(silence) FILTER (serves) AS silence, bool_or(complains) AS complains
  FROM trouble GROUP BY ALL;
CREATE TEMP TABLE person AS
  SELECT party_id, min(silence) FILTER (serves) AS silence, bool_or(complains) AS complains
  FROM trouble WHERE party_id IS NOT NULL GROUP BY ALL;
COPY (
  WITH warned AS (
    SELECT w.subscriber_id, w.kind, w.household_key, l.open_date, l.arrears_fen, l.has_open_complaint,
      l.corporate_account_id, l.balance_fen, f.complete_months AS months, f.revenue_3m_fen AS fen, b.grade,
      l.line_use = 'COMMERCIAL' AND l.service_status NOT IN ('EXITED', 'PROSPECT') AS serves,
      l.handset_month_count >= 18 AS is_old, date_diff('day', getvariable('as_of'), l.contract_end_date) AS ends_in,
      coalesce(l.consents_to_call, FALSE) AS may_call, coalesce(l.consents_to_sms, FALSE) AS may_sms,
      least(t.silence, h.silence, p.silence) AS silence,
      coalesce(h.complains, FALSE) OR coalesce(p.complains, FALSE) AS complaint
    FROM warning w JOIN line l USING (subscriber_id) JOIN feature f USING (subscriber_id)
    JOIN label b USING (subscriber_id) LEFT JOIN trouble t USING (subscriber_id)
    LEFT JOIN home h ON h.home = coalesce(l.household_id, -l.subscriber_id) LEFT JOIN person p ON p.party_id = l.party_id
  ), told AS (
    SELECT *, months > 0 AND fen >= 8000 * months AS is_mid, months > 0 AND fen > 20000 * months AS is_high,
      months > 0 AND fen < 8000 * months AS is_mass, coalesce(arrears_fen, 0) <> 0 AS owes, is_old IS NOT TRUE AS too_new,
      coalesce(grade = 'KEY', FALSE) AS is_key, substr(sha256(getvariable('hash_key') || ':holdout:' || household_key), 1, 8) AS draw
    FROM warned
  )
  SELECT subscriber_id, is_mid AS is_assessed, coalesce(open_date < getvariable('year_first'), TRUE) AS is_existing,
    CASE WHEN coalesce(has_open_complaint, FALSE) OR coalesce(arrears_fen, 0) > 0 OR corporate_account_id IS NOT NULL
      OR (months > 0 AND fen >= 20000 * months) THEN FALSE
      WHEN is_mid THEN draw < '028f5c28' ELSE draw < '051eb851' END AS is_holdout,
    CASE silence WHEN 1 THEN 'port_out_application' WHEN 2 THEN 'suspect_usage_cleanup' END AS withdrawn_rule,
    complaint AS has_complaint, may_call, may_sms,
    0::BIGINT AS cost_service_call, 0::BIGINT AS cost_arrears_notice, 0::BIGINT AS cost_arrears_instalment,
    80000::BIGINT AS cost_device_premium, 30000::BIGINT AS cost_device_economical, 20000::BIGINT AS cost_recontract_key,
    6000::BIGINT AS cost_broadband_renewal, 3000::BIGINT AS cost_reactivation_credit, 6000::BIGINT AS cost_prepay_bonus,
    0::BIGINT AS cost_useful_service, 2000::BIGINT AS cost_tariff_follow, 3000::BIGINT AS cost_airtime_with_service,
    5000::BIGINT AS cost_airtime, 1000::BIGINT AS cost_deposit_general, 0::BIGINT AS cost_care_contact,
    CASE WHEN kind NOT IN ('port_out_query', 'complaint') THEN -1 ELSE 0 END::INTEGER AS fit_service_call,
    CASE WHEN kind <> 'arrears_reminder' THEN -1 ELSE 0 END::INTEGER AS fit_arrears_notice,
    CASE WHEN kind <> 'large_arrears_recovery' THEN -1 ELSE 0 END::INTEGER AS fit_arrears_instalment,
    CASE WHEN kind NOT IN ('handset_lease_expiring', 'contract_expiring', 'subsidy_expiring', 'dormant_high_value') THEN -1
      WHEN complaint THEN -2 WHEN NOT serves THEN 1 WHEN owes THEN 2 WHEN NOT is_high AND NOT is_key THEN 3
      WHEN too_new THEN 4 WHEN ends_in > 90 THEN 5 ELSE 0 END::INTEGER AS fit_device_premium,
    CASE WHEN kind NOT IN ('handset_lease_expiring', 'contract_expiring', 'subsidy_expiring', 'dormant_high_value') THEN -1
      WHEN complaint THEN -2 WHEN NOT serves THEN 1 WHEN owes THEN 2 WHEN is_high OR NOT is_mid THEN 3
      WHEN too_new THEN 4 WHEN ends_in > 90 THEN 5 ELSE 0 END::INTEGER AS fit_device_economical,
    CASE WHEN kind NOT IN ('handset_lease_expiring', 'contract_expiring', 'subsidy_expiring') THEN -1 WHEN complaint THEN -2
      WHEN NOT serves THEN 1 WHEN owes THEN 2 WHEN NOT is_key THEN 3 WHEN ends_in BETWEEN -90 AND 90 THEN 0 ELSE 4
      END::INTEGER AS fit_recontract_key,
    CASE WHEN kind <> 'broadband_expiring' THEN -1 WHEN complaint THEN -2 WHEN NOT serves THEN 1 WHEN owes THEN 2 ELSE 0
      END::INTEGER AS fit_broadband_renewal,
    CASE WHEN kind NOT IN ('lapsed_lease_reactivation', 'dormant_high_value') THEN -1 WHEN complaint THEN -2
      WHEN NOT may_call AND NOT may_sms THEN -3 WHEN owes THEN 1 ELSE 0 END::INTEGER AS fit_reactivation_credit,
    CASE WHEN kind NOT IN ('prepaid_balance_running_out', 'handset_lease_expiring', 'contract_expiring', 'subsidy_expiring',
      'usage_drop') THEN -1 WHEN complaint THEN -2 WHEN NOT serves THEN 1 WHEN owes THEN 2 WHEN NOT is_mid THEN 3 ELSE 0
      END::INTEGER AS fit_prepay_bonus,
    CASE WHEN kind NOT IN ('subsidy_expiring', 'contract_expiring', 'usage_drop') THEN -1 WHEN complaint THEN -2
      WHEN NOT serves THEN 1 WHEN owes THEN 2 WHEN months > 0 AND balance_fen * months >= fen * 6 THEN 0 ELSE 3
      END::INTEGER AS fit_useful_service,
    CASE WHEN kind NOT IN ('usage_drop', 'contract_expiring') THEN -1 WHEN complaint THEN -2 WHEN NOT serves THEN 1
      WHEN owes THEN 2 WHEN NOT is_mass THEN 3 ELSE 0 END::INTEGER AS fit_tariff_follow,
    CASE WHEN kind NOT IN ('subsidy_expiring', 'usage_drop') THEN -1 WHEN complaint THEN -2 WHEN owes THEN 1
      WHEN NOT is_mass OR NOT serves THEN 2 ELSE 0 END::INTEGER AS fit_airtime_with_service,
    CASE WHEN kind NOT IN ('subsidy_expiring', 'contract_expiring') THEN -1 WHEN complaint THEN -2 WHEN owes THEN 1
      WHEN NOT is_mass OR NOT serves THEN 2 ELSE 0 END::INTEGER AS fit_airtime,
    CASE WHEN complaint THEN -2 WHEN NOT serves THEN 1 WHEN owes THEN 2 ELSE 0 END::INTEGER AS fit_deposit_general,
    0::INTEGER AS fit_care_contact
  FROM told
) TO 'eligibility.parquet' (FORMAT parquet, COMPRESSION snappy);
