"""The strata of the survival model: where a line stands at a month's end, told by the book's own row alone."""

from collections.abc import Sequence

from weixi.dialect.compose import Pipeline
from weixi.flow.book import IN_SERVICE, in_service_sql
from weixi.kernel.terms import LineUse, ServiceStatus
from weixi.playbook import Band

NONE, LATER = "NONE", "LATER"
OUTSIDE = tuple(status for status in IN_SERVICE if status is not ServiceStatus.IN_SERVICE)
"""States of service that say more than any term: stopped, suspended, about to be cancelled."""

FIRST_MONTH, LAST_MONTH = -3, 12
"""Months to the end of the term that are told apart: the risk peaks around it and comes back to normal after a quarter;
what ends later is LATER, and what ended longer ago binds as little as what never was, NONE."""

PHASES = (
    NONE,
    *(f"M{month}" for month in range(FIRST_MONTH, LAST_MONTH + 1)),
    LATER,
    *OUTSIDE,
)
TENURES = ("T0", "T6", "T24", "T60", "TX")
"""From 0, 6, 24 and 60 months in service on; TX: the day of opening is not known."""

STATES = tuple(f"{phase}/{tenure}" for phase in PHASES for tenure in TENURES)
"""Every state of a line in service: its phase and its tenure."""

LEFT = "LEFT"
"""What a line that is no longer in service is counted under."""

NO_BAND = "NONE"
"""The band of a month without a bill."""

_READ = (
    "subscriber_id", "line_type", "line_use", "service_status", "open_date", "bill_fen", "is_carried",
    "COALESCE(contract_end_date, broadband_end_date) AS term_end_date",
)  # fmt: skip


def standing_pieces(pipeline: Pipeline, name: str, view: str, as_of: str, bands: Sequence[Band]) -> None:
    """Add the CTE `name`: where each line of `view` (SUBSCRIBER_MONTH) stands.

    It has `subscriber_id`, `line_type`, `is_here` (commercial and in service), `is_known` (the month's own record says
    so), `band` (the playbook's, of the month's own bill, which every month of the book has) and `state`, one of STATES.
    `as_of` names the parameter that holds the month's last day. The term is the contract's, else the broadband's.
    """
    pipeline.add(f"{name}_term", f"SELECT {', '.join(_READ)} FROM {view}")
    ahead = f"({_index('term_end_date')} - {_index(f'${as_of}')})"
    old = f"({_index(f'${as_of}')} - {_index('open_date')})"
    pipeline.add(
        name,
        f"""SELECT subscriber_id, line_type, NOT is_carried AS is_known,
  {in_service_sql("service_status")} AND line_use = '{LineUse.COMMERCIAL}' AS is_here,
  {_band_sql(bands)} AS band,
  concat(CASE WHEN service_status <> '{ServiceStatus.IN_SERVICE}' THEN service_status
      WHEN term_end_date IS NULL OR {ahead} < {FIRST_MONTH} THEN '{NONE}'
      WHEN {ahead} > {LAST_MONTH} THEN '{LATER}'
      ELSE concat('M', CAST({ahead} AS VARCHAR)) END,
    CASE WHEN open_date IS NULL THEN '/TX' WHEN {old} < 6 THEN '/T0' WHEN {old} < 24 THEN '/T6'
      WHEN {old} < 60 THEN '/T24' ELSE '/T60' END) AS state
FROM {name}_term""",
    )


def _index(day: str) -> str:
    """The number of a day's month: months subtract."""
    return f"(year({day}) * 12 + month({day}))"


def _band_sql(bands: Sequence[Band]) -> str:
    """The band of one month's bill; half-open, a negative bill falls into the lowest."""
    *lower, highest = sorted(bands, key=lambda band: (band.low_fen is not None, band.low_fen or 0))
    whens = "".join(f" WHEN bill_fen < {band.high_fen} THEN '{band.code}'" for band in lower)
    return f"CASE WHEN bill_fen IS NULL THEN '{NO_BAND}'{whens} ELSE '{highest.code}' END"
