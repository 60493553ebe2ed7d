"""分档: the ARPU band of a line, from three-month sums and never from a rounded mean."""

from collections.abc import Sequence

from weixi.flow.segment.choice import literal
from weixi.playbook import Band

NO_BAND = "NONE"
"""The band of a line without a complete month: it has no ARPU yet."""


def band_sql(bands: Sequence[Band]) -> str:
    """The CASE that gives the band's code.

    Bands are half-open and follow each other: the first whose upper edge lies above the ARPU holds the line. A
    negative ARPU (credits above charges) falls into the lowest band.
    """
    ordered = sorted(bands, key=lambda band: (band.low_fen is not None, band.low_fen or 0))
    *lower, highest = ordered
    whens = "".join(
        f"\n    WHEN revenue_3m_fen < {band.high_fen} * complete_months THEN {literal(band.code)}"
        for band in lower
    )
    return (
        f"CASE\n    WHEN complete_months = 0 THEN {literal(NO_BAND)}{whens}\n"
        f"    ELSE {literal(highest.code)} END"
    )
