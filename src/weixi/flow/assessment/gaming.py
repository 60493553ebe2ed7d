"""健康度稽核: lines and tasks that look as if a figure was mended before the cut-off, and each KPI without them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.assessment.calibre import Calibre, Grain, value
from weixi.flow.assessment.catalogue import find_calibre
from weixi.flow.assessment.entry import COMPLETION, RETENTION
from weixi.flow.assessment.kpi import Ground, lay_ground, parameters
from weixi.flow.assessment.listing import Listing, list_rows
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.row import high_edge_fen, row_pieces
from weixi.flow.assessment.state import HIGH
from weixi.flow.assessment.tables import LINE_STATE
from weixi.flow.book import EVENT, FEATURE, SUBSCRIBER_MONTH
from weixi.flow.cohort import COHORT
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import EventType, ServiceStatus, Term

LATE_DAYS = 5
"""A recharge in so many last days of the month is late."""
OVER = Fraction(1, 20)
"""A bill that is over the edge by no more than this share of it is just over."""
REJOIN_DAYS = 60
"""A new line of the same person within so many days of a cancelled one stands in its place."""


class Check(Term):
    """One way to mend a figure."""

    LATE_RECHARGE = (
        "LATE_RECHARGE",
        "月末小额充值抬高：临截止由维系人员代充，账单恰好过线",
        "lifted by a late recharge: taken by our own people, the bill just over the edge",
    )
    IDLE_CARD = (
        "IDLE_CARD",
        "养卡：当年新入网，出账而零使用",
        "idle card: opened this year, billed, never used",
    )
    REJOINED = "REJOINED", "拆旧入新：同一客户离网前后新开号", "left and joined anew: same person"
    EMPTY_TICK = "EMPTY_TICK", "无接触闭单：自报完成而没有任何接触", "ticked done without any contact"
    SAME_DEVICE = "SAME_DEVICE", "同串码批量卡", "many cards in one device"


@dataclass(frozen=True, slots=True)
class Effect:
    """One calibre as it was stated, and without the flagged rows in its numerator."""

    calibre: Calibre
    flagged: int
    stated: Fraction | None
    without: Fraction | None


@dataclass(frozen=True)
class Finding:
    """One check of one month: who is flagged and the effect on each KPI; `missing`: what the data lacks for it."""

    check: Check
    missing: tuple[str, ...]
    listing: Listing | None
    effects: tuple[Effect, ...]


_HEADINGS: Mapping[str, Text] = {
    "detail": Text("依据", "evidence"),
    "kind": Text("预警", "warning"),
    "bill_fen": Text("本月出账", "billed this month"),
    "amount_fen": Text("月末代充", "recharged late"),
    "on_date": Text("充值日/入网日", "recharged or opened on"),
    "agent_code": Text("经手人", "agent"),
}
_EFFECTS = {
    Check.LATE_RECHARGE: (f"{RETENTION}.existing", f"{RETENTION}.with_new"),
    Check.IDLE_CARD: (f"{RETENTION}.with_new",),
    Check.REJOINED: (f"{RETENTION}.with_new",),
    Check.EMPTY_TICK: (f"{COMPLETION}.handled", f"{COMPLETION}.verified"),
}
_NEEDS = {
    Check.LATE_RECHARGE: ("now.bill_fen",),
    Check.IDLE_CARD: ("now.bill_fen", "now.open_date", "now.call_count", "now.data_kb"),
    Check.REJOINED: ("now.party_id", "now.open_date", "now.exit_date"),
}
_SHOWN = {
    Check.LATE_RECHARGE: ("bill_fen", "amount_fen", "on_date", "agent_code"),
    Check.IDLE_CARD: ("bill_fen", "on_date", "agent_code"),
    Check.REJOINED: ("detail", "on_date", "agent_code"),
    Check.EMPTY_TICK: ("kind",),
}
_NOT_DELIVERED = "imei"


def audit(store: Store, month: Month) -> tuple[Finding, ...]:
    """Every check of the month. Raises DataError where the month was never assessed."""
    require_assessed(store, LINE_STATE, month)
    ground = lay_ground(store, month)
    return tuple(_find(store, ground, check) for check in Check)


def _find(store: Store, ground: Ground, check: Check) -> Finding:
    flagged, inputs, bound, missing = _flagged(store, ground, check)
    if missing or flagged is None:
        return Finding(check, tuple(missing), None, ())
    grain = Grain.TASK if check is Check.EMPTY_TICK else Grain.LINE
    calibres = [
        calibre for calibre in (find_calibre(code) for code in _EFFECTS[check]) if not ground.missing(calibre)
    ]
    counted = {
        f"{side}_{k}": expression
        for k, calibre in enumerate(calibres)
        for side, expression in (("numerator", calibre.numerator), ("denominator", calibre.denominator))
    }
    views: dict[str, Any] = {**ground.views, **inputs}
    bound = {**parameters(ground, calibres), **bound}
    effects: tuple[Effect, ...] = ()
    if calibres:
        sums = ", ".join(f"COALESCE(CAST(sum(p.{name}) AS BIGINT), 0) AS {name}" for name in counted)
        hits = ", ".join(
            f"COALESCE(CAST(sum(CASE WHEN f.gains THEN p.numerator_{k} ELSE 0 END) AS BIGINT), 0) AS hit_{k}"
            for k in range(len(calibres))
        )
        row = store.rows(
            _rows(ground, grain, counted, flagged).text(
                f"SELECT {sums}, {hits} FROM placed AS p LEFT JOIN flagged AS f ON f.row_id = p.row_id"
            ),
            inputs=views,
            parameters=bound,
        )[0]
        effects = tuple(
            Effect(
                calibre,
                row[f"hit_{k}"],
                value(row[f"numerator_{k}"], row[f"denominator_{k}"]),
                value(row[f"numerator_{k}"] - row[f"hit_{k}"], row[f"denominator_{k}"]),
            )
            for k, calibre in enumerate(calibres)
        )
    pipeline = _rows(ground, grain, {}, flagged)
    pipeline.add(
        "chosen",
        """SELECT p.row_id, p.subscriber_id, p.node_code, f.detail, f.kind, f.bill_fen, f.amount_fen,
  f.on_date, f.agent_code
FROM placed AS p JOIN flagged AS f ON f.row_id = p.row_id""",
    )
    bound = {name: each for name, each in bound.items() if name != "months"}
    listing = list_rows(
        store,
        ground.month,
        pipeline,
        {name: _HEADINGS[name] for name in _SHOWN[check]},
        inputs=views,
        parameters=bound,
        order="county, c.node_code, c.subscriber_id, c.row_id",
    )
    return Finding(check, (), listing, effects)


def _rows(ground: Ground, grain: Grain, counted: Mapping[str, str], flagged: str) -> Pipeline:
    pipeline = Pipeline()
    row_pieces(pipeline, grain, frozenset(ground.views), counted)
    return pipeline.add("flagged", flagged)


def _flagged(
    store: Store, ground: Ground, check: Check
) -> tuple[str | None, dict[str, Any], dict[str, Any], list[str]]:
    """The piece `flagged` (row_id, gains and the columns shown), its views, values, what is missing.

    `gains`: without what is suspected the row would not stand in the numerator.
    """
    month = ground.month
    missing = sorted(set(_NEEDS.get(check, ())) & ground.lacking)
    line = store.require(SUBSCRIBER_MONTH, month=month.number)
    if check is Check.SAME_DEVICE:
        return None, {}, {}, [_NOT_DELIVERED]
    if check is Check.EMPTY_TICK:
        lacking = [name for needed, name in ground.absent.items() if needed in ("outcome", "fact")]
        return _EMPTY_TICK, {}, {}, lacking
    if check is Check.IDLE_CARD:
        return _IDLE_CARD, {"line": line}, {}, missing
    if check is Check.REJOINED:
        bound = {"base_last": ground.base.last}
        return _REJOINED, {"line": line}, bound, missing
    events = store.current(EVENT, month=month.number)
    cohorts = [p for p in store.partitions(COHORT) if p.key["cohort"] == HIGH]
    if events is None or not cohorts:
        return (
            None,
            {},
            {},
            [*missing, *(["event"] if events is None else []), *([] if cohorts else [f"cohort.{HIGH}"])],
        )
    edge = high_edge_fen(max(cohorts, key=lambda p: int(p.key["month"])))
    inputs = {"line": line, "event": events, "feature": store.require(FEATURE, month=month.number)}
    bound = {"late_from": _first_of_last(month, LATE_DAYS)}
    return _late_recharge(edge), inputs, bound, missing


def _first_of_last(month: Month, days: int) -> date:
    """The first of the month's last `days` days."""
    return month.last.replace(day=month.last.day - days + 1)


def _late_recharge(edge: int) -> str:
    """Bills just over the edge that were under it without the late recharges which our own people took."""
    whole, part = OVER.denominator, OVER.numerator
    return f"""SELECT CAST(l.subscriber_id AS VARCHAR) AS row_id,
  f.complete_months > 0 AND f.revenue_3m_fen - r.amount_fen < {edge} * f.complete_months AS gains,
  CAST(NULL AS VARCHAR) AS detail, CAST(NULL AS VARCHAR) AS kind, l.bill_fen,
  r.amount_fen, r.on_date, r.agent_code
FROM line AS l
JOIN (
  SELECT subscriber_id, CAST(sum(amount_fen) AS BIGINT) AS amount_fen, max(event_date) AS on_date,
    max(agent_code) AS agent_code
  FROM event
  WHERE event_type = '{EventType.RECHARGE}' AND agent_code IS NOT NULL AND event_date >= $late_from
  GROUP BY subscriber_id
) AS r ON r.subscriber_id = l.subscriber_id
JOIN feature AS f ON f.subscriber_id = l.subscriber_id
WHERE l.bill_fen >= {edge} AND l.bill_fen * {whole} <= {edge * (whole + part)}
  AND l.bill_fen - r.amount_fen < {edge}"""


_IDLE_CARD = f"""SELECT CAST(s.subscriber_id AS VARCHAR) AS row_id, TRUE AS gains,
  CAST(NULL AS VARCHAR) AS detail, CAST(NULL AS VARCHAR) AS kind, l.bill_fen,
  CAST(NULL AS BIGINT) AS amount_fen, l.open_date AS on_date,
  l.acquiring_agent_code AS agent_code
FROM state AS s JOIN line AS l ON l.subscriber_id = s.subscriber_id
WHERE s.is_opened AND s.is_billed AND l.service_status = '{ServiceStatus.IN_SERVICE}'
  AND COALESCE(l.call_count, 0) + COALESCE(l.data_kb, 0) + COALESCE(l.sms_count, 0) = 0"""

_REJOINED = f"""SELECT CAST(j.subscriber_id AS VARCHAR) AS row_id, TRUE AS gains,
  concat('id:', CAST(min(g.subscriber_id) AS VARCHAR), ' left ', CAST(min(g.exit_date) AS VARCHAR)) AS detail,
  CAST(NULL AS VARCHAR) AS kind,
  CAST(NULL AS BIGINT) AS bill_fen, CAST(NULL AS BIGINT) AS amount_fen, j.open_date AS on_date,
  j.acquiring_agent_code AS agent_code
FROM (
  SELECT l.subscriber_id, l.party_id, l.open_date, l.acquiring_agent_code
  FROM line AS l JOIN state AS s ON s.subscriber_id = l.subscriber_id
  WHERE s.is_opened AND s.is_in_service AND l.party_id IS NOT NULL
) AS j
JOIN (
  SELECT l.subscriber_id, l.party_id, l.exit_date
  FROM line AS l JOIN state AS s ON s.subscriber_id = l.subscriber_id
  WHERE s.in_base AND NOT s.is_in_service AND l.exit_date > $base_last AND l.party_id IS NOT NULL
) AS g ON g.party_id = j.party_id
WHERE abs(date_diff('day', g.exit_date, j.open_date)) <= {REJOIN_DAYS}
GROUP BY j.subscriber_id, j.open_date, j.acquiring_agent_code"""

_EMPTY_TICK = """SELECT task_id AS row_id, TRUE AS gains, CAST(NULL AS VARCHAR) AS detail, kind,
  CAST(NULL AS BIGINT) AS bill_fen,
  CAST(NULL AS BIGINT) AS amount_fen,
  CAST(NULL AS DATE) AS on_date, CAST(NULL AS VARCHAR) AS agent_code
FROM outcome WHERE is_handled AND NOT is_contacted AND NOT is_holdout"""
