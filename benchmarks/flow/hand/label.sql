COPY (
  SELECT n.* EXCLUDE (grade), n.grade AS rule_grade,
    CASE WHEN n.grade <> p.grade AND n.grade IN ('KEY', 'REGULAR') AND pending_months < 1 THEN p.grade ELSE n.grade END
      AS grade,
    CASE WHEN n.grade <> p.grade AND n.grade IN ('KEY', 'REGULAR') AND pending_months < 1 THEN pending_months + 1
      ELSE 0 END::INTEGER AS pending_months
  FROM (
  SELECT l.subscriber_id,
    CASE WHEN service_status = 'PROSPECT' THEN 'PROSPECT' WHEN service_status = 'EXITED' THEN 'LAPSED'
      WHEN is_key_person OR (complete_months > 0 AND revenue_3m_fen >= 20000 * complete_months)
        OR (line_use = 'COMMERCIAL' AND (revenue_12m_fen > key_revenue_fen
          OR (revenue_12m_fen = key_revenue_fen AND l.subscriber_id <= key_subscriber_id))) THEN 'KEY'
      ELSE 'REGULAR' END AS grade,
    CASE WHEN complete_months = 0 THEN 'NONE' WHEN revenue_3m_fen < 3000 * complete_months THEN 'B0'
      WHEN revenue_3m_fen < 5000 * complete_months THEN 'B30' WHEN revenue_3m_fen < 8000 * complete_months THEN 'B50'
      WHEN revenue_3m_fen < 12000 * complete_months THEN 'B80' WHEN revenue_3m_fen < 20000 * complete_months THEN 'B120'
      WHEN revenue_3m_fen < 30000 * complete_months THEN 'B200' ELSE 'B300' END AS band,
    CASE WHEN service_status = 'PROSPECT' THEN 'LEAD'
      WHEN service_status = 'EXITED' THEN
        CASE WHEN exit_date >= getvariable('as_of') - 180 THEN 'WIN_BACK' ELSE 'EXITED' END
      WHEN complete_months = 3 AND revenue_previous_3m_fen > 0 AND (
        revenue_3m_fen * 100 < revenue_previous_3m_fen * 70
        OR (voice_3m_seconds * 100 < voice_previous_3m_seconds * 70 AND data_3m_kb * 100 < data_previous_3m_kb * 70)
        ) THEN 'DECLINING'
      WHEN contract_end_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 90 THEN 'EXPIRING'
      WHEN open_date >= getvariable('first') - INTERVAL 3 MONTH THEN 'ONBOARDING'
      WHEN open_date >= getvariable('first') - INTERVAL 12 MONTH THEN 'GROWING' ELSE 'STABLE' END AS stage,
    CASE WHEN corporate_account_id IS NOT NULL THEN 'CORPORATE_MEMBER' WHEN is_campus THEN 'CAMPUS'
      WHEN birth_year <= year(getvariable('as_of')) - 60 THEN 'SENIOR' WHEN roaming_day_count >= 20 THEN 'MIGRANT_WORKER'
      WHEN call_peer_count >= 80 AND roaming_day_count >= 5 THEN 'BUSINESS' WHEN is_rural THEN 'RURAL'
      WHEN household_id IS NOT NULL THEN 'FAMILY' ELSE 'GENERAL' END AS cluster,
    CASE WHEN corporate_kind = 'LARGE' THEN 'LARGE_ENTERPRISE' WHEN corporate_kind = 'GOVERNMENT' THEN 'GOVERNMENT'
      WHEN corporate_kind = 'SME' OR customer_kind = 'ENTERPRISE' THEN 'SME'
      WHEN household_id IS NOT NULL OR is_converged THEN 'FAMILY'
      WHEN call_peer_count >= 80 AND roaming_day_count >= 5 THEN 'PERSONAL_BUSINESS' ELSE 'PERSONAL' END AS category
  FROM line l JOIN feature f USING (subscriber_id) LEFT JOIN threshold t ON t.unit_code = coalesce(l.unit_code, '')
  ) n LEFT JOIN (SELECT subscriber_id, grade, pending_months FROM label_before WHERE grade IN ('KEY', 'REGULAR')) p
    USING (subscriber_id)
) TO 'label.parquet' (FORMAT parquet, COMPRESSION snappy);
