"""The state of a line: first alone at the end of its month, then beside the sealed base and the month before."""

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store, Table
from weixi.flow.assessment.tables import LINE_STATE, CorrectionAction
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, build_feature, subscriber_pieces
from weixi.flow.cohort import COHORT, CONFIRMED_SUSPECT
from weixi.kernel.period import Month
from weixi.kernel.terms import ExitType, ServiceStatus
from weixi.playbook import Playbook

HIGH = "arpu80"
NETWORK = "network"

EXCLUDING = "correction"
"""The view (CORRECTION) that, where it is given, takes lines out of numerator and denominator together."""


def build_line_state(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write each line's state at the end of `month`. Raises DataError where the book lacks the month."""
    feature = store.current(FEATURE, month=month.number) or build_feature(store, month)
    return store.write(
        LINE_STATE,
        {"month": month.number},
        line_state_text(playbook),
        inputs={"line": store.require(SUBSCRIBER_MONTH, month=month.number), "feature": feature},
        parameters={"as_of": month.last},
        note={
            "playbook": playbook.fingerprint,
            # The book's columns that decide what is high: a calibre that needs one of them says so.
            "tested": sorted(
                {
                    c
                    for r in playbook.cohorts
                    if r.code == HIGH
                    for c in r.columns & SUBSCRIBER_MONTH.types.keys()
                }
            ),
        },
    )


def line_state_text(playbook: Playbook) -> str:
    """The statement over `line` and `feature`; high is what the cohort `arpu80` tests, so base and month agree.

    As in the sealed cohort, a confirmed suspect is not high whatever the rule says; where no column tells, none is.
    """
    tests = [f"({rule.sql})" for rule in playbook.cohorts if rule.code == HIGH]
    pipeline = Pipeline()
    # A ported-out line is an exit whatever its status says.
    tested = f"""SELECT subscriber_id,
  COALESCE(is_counted AND service_status <> '{ServiceStatus.PROSPECT}', FALSE) AS is_counted,
  COALESCE(is_in_service, FALSE) AND COALESCE(exit_type, '') <> '{ExitType.PORTED_OUT}' AS is_in_service,
  COALESCE(is_billed, FALSE) AS has_bill,
  {" AND ".join(tests) or "FALSE"} AS passes,
  COALESCE(suspect_level, 0) >= {CONFIRMED_SUSPECT} AS is_suspect,
  exit_type, open_date, COALESCE(bill_fen, 0) AS bill_fen
FROM subscriber"""
    subscriber_pieces(pipeline, columns=words(tested))
    pipeline.add("tested", tested)
    return pipeline.text(
        """SELECT subscriber_id, is_counted, is_in_service, is_in_service AND has_bill AS is_billed,
  is_counted AND is_in_service AND has_bill AND passes AND NOT is_suspect AS is_high,
  is_suspect, exit_type, open_date, bill_fen
FROM tested"""
    )


def state_pieces(pipeline: Pipeline, given: frozenset[str]) -> None:
    """Add the piece `state`: one row per line of the sealed base, of the month before or of this month.

    Views: `line_now` (LINE_STATE), and as `given` names them `network` and `high` (COHORT), `previous` (LINE_STATE),
    `base_line` (SUBSCRIBER_MONTH of the base month), `assignment`; parameter `$base_last`, the base month's last day.
    Lines that are confirmed suspects by the month's end are left out, and with the view `correction` (CORRECTION) those
    that it removes. Columns:

    - `in_base`, `base_payment_type`, `base_customer_kind`, `base_contract_kind`, `base_is_billed`: the sealed network
    - `was_high`, `base_bill_fen`: the sealed cohort of ARPU ≥ 80
    - `is_opening`, `was_high_before`: in service, and high, at the end of the month before
    - `is_in_service`, `is_billed`, `is_high`: at the end of the month; `is_counted_now`: and a main card
    - `is_existing`: the line existed on date 0; `is_opened`: opened since
    - `left_as`: how it left, null while in service; `bill_fen`
    - `node_code`, `unit_code`: who answers for it: this month's assignment, else the cohort's
    """
    for name in ("network", "high"):
        pipeline.add(f"{name}_member", _members(name, given))
    pipeline.add(
        "base",
        """SELECT COALESCE(n.subscriber_id, h.subscriber_id) AS subscriber_id,
  n.subscriber_id IS NOT NULL AS in_base, h.subscriber_id IS NOT NULL AS was_high,
  COALESCE(n.owner_code, h.owner_code) AS owner_code, COALESCE(n.unit_code, h.unit_code) AS unit_code,
  n.payment_type, n.customer_kind, n.contract_kind, COALESCE(n.bill_fen, 0) > 0 AS is_billed,
  COALESCE(h.bill_fen, 0) AS high_bill_fen
FROM network_member AS n FULL JOIN high_member AS h ON h.subscriber_id = n.subscriber_id""",
    )
    pipeline.add("before", _before("previous" in given))
    pipeline.add("returned", _returned("base_line" in given))
    pipeline.add("joined", _JOINED)
    if EXCLUDING in given:
        pipeline.add("decided", _DECIDED)
        pipeline.add("excluded", _EXCLUDED)
    pipeline.add("state", _state("assignment" in given, EXCLUDING in given))


# The last decision on a case counts.
_DECIDED = f"""SELECT month, case_entry, subscriber_id, max(entry) AS entry FROM {EXCLUDING}
WHERE action <> '{CorrectionAction.FILED}' GROUP BY month, case_entry, subscriber_id"""

_EXCLUDED = f"""SELECT DISTINCT c.subscriber_id FROM {EXCLUDING} AS c
JOIN decided AS d ON d.month = c.month AND d.entry = c.entry AND d.subscriber_id = c.subscriber_id
WHERE c.action IN ('{CorrectionAction.ACCEPTED}', '{CorrectionAction.SUSPECT}')"""

_JOINED = """SELECT COALESCE(l.subscriber_id, b.subscriber_id, p.subscriber_id) AS subscriber_id,
  COALESCE(b.in_base, FALSE) AS in_base, COALESCE(b.was_high, FALSE) AS was_high,
  b.owner_code, b.unit_code,
  b.payment_type AS base_payment_type, b.customer_kind AS base_customer_kind,
  b.contract_kind AS base_contract_kind, COALESCE(b.is_billed, FALSE) AS base_is_billed,
  COALESCE(b.high_bill_fen, 0) AS base_bill_fen,
  COALESCE(p.is_opening, FALSE) AS is_opening, COALESCE(p.was_high_before, FALSE) AS was_high_before,
  COALESCE(l.is_in_service, FALSE) AS is_in_service,
  COALESCE(l.is_billed, FALSE) AS is_billed, COALESCE(l.is_high, FALSE) AS is_high,
  COALESCE(l.is_counted, FALSE) AS is_counted_now, l.open_date, l.exit_type,
  COALESCE(l.bill_fen, 0) AS bill_fen
FROM (
  SELECT subscriber_id, is_in_service, is_billed, is_high, is_counted, is_suspect, open_date, exit_type, bill_fen
  FROM line_now
) AS l
FULL JOIN base AS b ON b.subscriber_id = l.subscriber_id
FULL JOIN before AS p ON p.subscriber_id = COALESCE(l.subscriber_id, b.subscriber_id)
WHERE NOT COALESCE(l.is_suspect, FALSE)"""


def _members(name: str, given: frozenset[str]) -> str:
    columns = (
        "subscriber_id",
        "owner_code",
        "unit_code",
        "payment_type",
        "customer_kind",
        "contract_kind",
        "bill_fen",
    )
    return _select_or_none(COHORT, name, columns, name in given)


def _before(given: bool) -> str:
    columns = ("subscriber_id", "is_counted", "is_in_service", "is_high")
    return (
        "SELECT subscriber_id, is_counted AND is_in_service AS is_opening, is_high AS was_high_before\nFROM ("
        + _select_or_none(LINE_STATE, "previous", columns, given)
        + ") AS p WHERE is_counted AND is_in_service"
    )


def _returned(given: bool) -> str:
    """Lines in service now whose own date says they are new, or nothing, and which the base month's book knew."""
    columns = ("subscriber_id", "service_status")
    return (
        "SELECT k.subscriber_id FROM ("
        + _select_or_none(SUBSCRIBER_MONTH, "base_line", columns, given)
        + f""") AS k
JOIN (
  SELECT subscriber_id FROM line_now WHERE is_in_service AND COALESCE(open_date > $base_last, TRUE)
) AS l ON l.subscriber_id = k.subscriber_id
WHERE k.service_status <> '{ServiceStatus.PROSPECT}'"""
    )


def _state(assigned: bool, excluding: bool) -> str:
    node = (
        "COALESCE(a.node_code, j.owner_code, j.unit_code) AS node_code, COALESCE(a.unit_code, j.unit_code) AS unit_code"
        if assigned
        else "COALESCE(j.owner_code, j.unit_code) AS node_code, j.unit_code AS unit_code"
    )
    join = "\nLEFT JOIN assignment AS a ON a.subscriber_id = j.subscriber_id" if assigned else ""
    if excluding:
        join += (
            "\nLEFT JOIN excluded AS x ON x.subscriber_id = j.subscriber_id\nWHERE x.subscriber_id IS NULL"
        )
    return f"""SELECT j.subscriber_id, j.in_base, j.was_high, j.base_payment_type, j.base_customer_kind,
  j.base_contract_kind, j.base_is_billed, j.base_bill_fen, j.is_opening, j.was_high_before, j.is_in_service,
  j.is_billed, j.is_high, j.is_counted_now, j.bill_fen,
  j.in_base OR j.was_high OR r.subscriber_id IS NOT NULL OR COALESCE(j.open_date <= $base_last, FALSE) AS is_existing,
  j.is_counted_now AND COALESCE(j.open_date > $base_last, FALSE) AS is_opened,
  CASE WHEN j.is_in_service THEN CAST(NULL AS VARCHAR)
    ELSE COALESCE(j.exit_type, '{ExitType.UNLISTED}') END AS left_as,
  {node}
FROM joined AS j
LEFT JOIN returned AS r ON r.subscriber_id = j.subscriber_id{join}"""


def _select_or_none(table: Table, view: str, columns: tuple[str, ...], given: bool) -> str:
    """Those columns of the view, or no rows of the same types where the view is not there."""
    if given:
        return f"SELECT {', '.join(columns)} FROM {view}"
    nulls = ", ".join(f"CAST(NULL AS {table.types[name]}) AS {name}" for name in columns)
    return f"SELECT {nulls} FROM line_now WHERE subscriber_id IS NULL"
