"""考核表: each assessed KPI at each node beside its target, with its gap, its light, last year and its rank."""

from fractions import Fraction

from weixi.engine import Partition, Store
from weixi.flow.assessment.calibre import Calibre
from weixi.flow.assessment.catalogue import find_calibre
from weixi.flow.assessment.tables import KPI, SCORECARD
from weixi.flow.cohort import TARGET, rate_to_date, require_path, require_tree
from weixi.kernel.period import Month
from weixi.kernel.terms import Light
from weixi.playbook import KpiTarget, Playbook

NEAR = Fraction(1, 50)
"""A node is near its target (YELLOW) when it misses it by no more than this share of the target itself."""


def build_scorecard(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write every KPI that the playbook assesses, at every node, beside its target for the period so far.

    The target of a node is the count issued to it where a target sheet was issued, else the playbook's rate. A KPI
    that cannot be computed stands with the light NONE. Raises DataError where the month's KPIs are not there.
    """
    kpis = store.require(KPI, month=month.number)
    sheets = [p for p in store.partitions(TARGET) if p.key["month"] == month.number]
    year_ago = store.current(KPI, month=month.plus(-12).number)
    inputs = {"kpi_value": kpis, "path": require_path(store, require_tree(store, month))}
    sheet = max(sheets, key=lambda p: int(p.key["version"]), default=None)
    if sheet is not None:
        inputs["target"] = sheet
    if year_ago is not None:
        inputs["year_ago"] = year_ago
    selects, missing = [], {}
    for target in playbook.kpis:
        calibre = find_calibre(target.calibre, target.kpi)
        absent = kpis.manifest.note.get("not_computable", {}).get(calibre.id)
        if absent is None:
            selects.append(_select(target, calibre, month, bool(sheets), year_ago is not None))
        else:
            selects.append(_none(target, calibre, month))
            missing[target.kpi] = absent
    return store.write(
        SCORECARD,
        {"month": month.number},
        "\nUNION ALL ".join(selects) or _NOTHING,
        inputs=inputs,
        note={
            "playbook": playbook.fingerprint,
            "not_computable": missing,
            "targets": [_said(target, month) for target in playbook.kpis],
            "near": str(NEAR),
            "target_version": None if sheet is None else sheet.key["version"],
        },
        also=", ".join(f"{t.kpi} weighs {t.weight}" for t in playbook.kpis if t.weight is not None),
    )


def lights(
    store: Store, playbook: Playbook, month: Month, kpis: Partition, sheet: Partition | None
) -> dict[tuple[str, str], Light]:
    """(KPI, node) → the light that the values in `kpis` have beside a sheet of `month`; without one, beside the plan's.

    KPIs that cannot be computed have none.
    """
    absent = kpis.manifest.note.get("not_computable", {})
    calibres = [(target, find_calibre(target.calibre, target.kpi)) for target in playbook.kpis]
    selects = [
        _select(target, calibre, month, sheet is not None, False)
        for target, calibre in calibres
        if calibre.id not in absent
    ]
    if not selects:
        return {}
    text = "SELECT kpi, node_code, light FROM (\n" + "\nUNION ALL ".join(selects) + "\n) AS card"
    rows = store.rows(text, inputs={"kpi_value": kpis} | ({"target": sheet} if sheet else {}))
    return {(row["kpi"], row["node_code"]): Light(row["light"]) for row in rows}


def _said(target: KpiTarget, month: Month) -> dict[str, str | None]:
    """The target as the playbook has it, and for the period so far, both as exact fractions."""
    return {
        "kpi": target.kpi,
        "rate": str(Fraction(target.rate)),
        "direction": target.direction,
        "period": target.period,
        "to_date": str(rate_to_date(target, month)),
        "weight": None if target.weight is None else str(Fraction(target.weight)),
    }


def _select(target: KpiTarget, calibre: Calibre, month: Month, issued: bool, has_year_ago: bool) -> str:
    """The rows of one KPI. Rates are compared as integers multiplied crosswise; only the shown rate is a DOUBLE."""
    rate = rate_to_date(target, month)
    floor = target.direction == "AT_LEAST"
    goal, per = (
        (
            f"CASE WHEN t.size > 0 THEN t.target_count ELSE {rate.numerator} END",
            f"CASE WHEN t.size > 0 THEN t.size ELSE {rate.denominator} END",
        )
        if issued
        else (str(rate.numerator), str(rate.denominator))
    )
    sheet = (
        f"\n  LEFT JOIN target AS t ON t.kpi = '{target.kpi}' AND t.node_code = k.node_code" if issued else ""
    )
    past = (
        "\n  LEFT JOIN year_ago AS y ON y.calibre = k.calibre AND y.node_code = k.node_code"
        if has_year_ago
        else ""
    )
    last = f"{_rate('y.numerator', 'y.denominator')}" if has_year_ago else "CAST(NULL AS DOUBLE)"
    met, near, gap = _tests(floor)
    best_first = "DESC" if floor else "ASC"
    return f"""SELECT kpi, calibre, node_code, level, numerator, denominator, rate,
  CAST(goal AS DOUBLE) / NULLIF(CAST(per AS DOUBLE), 0) AS target_rate,
  CASE WHEN denominator = 0 OR {met} THEN 0 ELSE {gap} END AS gap_count,
  CASE WHEN denominator = 0 THEN '{Light.NONE}' WHEN {met} THEN '{Light.GREEN}'
    WHEN {near} THEN '{Light.YELLOW}' ELSE '{Light.RED}' END AS light,
  last_year_rate,
  CASE WHEN rate IS NULL THEN CAST(NULL AS BIGINT)
    ELSE RANK() OVER (PARTITION BY level ORDER BY rate {best_first} NULLS LAST) END AS rank
FROM (
  SELECT '{target.kpi}' AS kpi, k.calibre, k.node_code, k.level, k.numerator, k.denominator,
    {_rate("k.numerator", "k.denominator")} AS rate,
    CAST({goal} AS BIGINT) AS goal, CAST({per} AS BIGINT) AS per,
    {last} AS last_year_rate
  FROM kpi_value AS k{sheet}{past}
  WHERE k.calibre = '{calibre.id}'
) AS beside"""


def _tests(floor: bool) -> tuple[str, str, str]:
    """(met, near, gap) over numerator, denominator and the target goal ÷ per."""
    whole, part = NEAR.denominator, NEAR.numerator
    if floor:
        return (
            "numerator * per >= goal * denominator",
            f"numerator * per * {whole} >= goal * denominator * {whole - part}",
            "(goal * denominator + per - 1) // NULLIF(per, 0) - numerator",
        )
    return (
        "numerator * per <= goal * denominator",
        f"numerator * per * {whole} <= goal * denominator * {whole + part}",
        "numerator - goal * denominator // NULLIF(per, 0)",
    )


def _rate(numerator: str, denominator: str) -> str:
    return (
        f"CASE WHEN {denominator} <> 0 THEN CAST({numerator} AS DOUBLE) / CAST({denominator} AS DOUBLE)"
        " ELSE CAST(NULL AS DOUBLE) END"
    )


def _none(target: KpiTarget, calibre: Calibre, month: Month) -> str:
    """The rows of a KPI that cannot be computed: one per node, without a value."""
    rate = rate_to_date(target, month)
    return f"""SELECT '{target.kpi}' AS kpi, '{calibre.id}' AS calibre, node_code, ancestor_level AS level,
  CAST(0 AS BIGINT) AS numerator, CAST(0 AS BIGINT) AS denominator, CAST(NULL AS DOUBLE) AS rate,
  CAST({rate.numerator} AS DOUBLE) / CAST({rate.denominator} AS DOUBLE) AS target_rate,
  CAST(0 AS BIGINT) AS gap_count, '{Light.NONE}' AS light, CAST(NULL AS DOUBLE) AS last_year_rate,
  CAST(NULL AS BIGINT) AS rank
FROM path WHERE distance = 0"""


_NOTHING = """SELECT '' AS kpi, '' AS calibre, node_code, ancestor_level AS level, CAST(0 AS BIGINT) AS numerator,
  CAST(0 AS BIGINT) AS denominator, CAST(NULL AS DOUBLE) AS rate, CAST(0 AS DOUBLE) AS target_rate,
  CAST(0 AS BIGINT) AS gap_count, '' AS light, CAST(NULL AS DOUBLE) AS last_year_rate, CAST(NULL AS BIGINT) AS rank
FROM path WHERE FALSE"""
