"""How often intervals of several stated levels hold the day on which a deposit was used up."""

from dataclasses import dataclass

from weixi.engine import Store
from weixi.flow.warning.run_out import BANDS
from weixi.flow.warning.run_out_proof import FEWEST, interval_ends, realised
from weixi.kernel.period import Month

LEVELS = (50, 60, 70, 80, 90)
"""Percent of forecasts that an interval is made to hold; 80 is the one that CLOCK shows."""


@dataclass(frozen=True, slots=True)
class LevelCoverage:
    """The forecasts of one band of days judged at one stated `level` (percent): `within_count` fell inside."""

    level: int
    low_days: int
    high_days: int
    forecast_count: int
    within_count: int


def coverage_by_level(store: Store, month: Month) -> tuple[LevelCoverage, ...]:
    """The forecasts made two months before `month`, by level and band; () where too few months are there.

    As in `calibration`, the intervals are those that forecasts made two months earlier still had taught.
    """
    made = month.plus(-2)
    taught, judged = realised(store, made.plus(-2)), realised(store, made)
    if taught is None or judged is None:
        return ()
    pipeline, inputs, parameters = taught
    pipeline.add(
        "ratio",
        """SELECT subscriber_id, band,
  CAST(COALESCE(realised_days * 1000 // NULLIF(GREATEST(predicted_days, 1), 0), 9000) AS BIGINT) AS ratio
FROM realised WHERE band IS NOT NULL""",
    )
    pipeline.add(
        "each",
        "SELECT subscriber_id, band, ratio FROM ratio\n"
        "UNION ALL\nSELECT subscriber_id, CAST(-1 AS INTEGER) AS band, ratio FROM ratio",
    )
    pipeline.add(
        "placed",
        """SELECT band, ratio, row_number() OVER (PARTITION BY band ORDER BY ratio, subscriber_id) AS place,
  count(*) OVER (PARTITION BY band) AS forecast_count
FROM each""",
    )
    ends = ",\n  ".join(end for level in LEVELS for end in _ends(level))
    rows = store.rows(
        pipeline.text(
            f"SELECT band, max(forecast_count) AS forecast_count,\n  {ends}\nFROM placed GROUP BY band ORDER BY band"
        ),
        inputs=inputs,
        parameters=parameters,
    )
    known = {int(row["band"]): row for row in rows if int(row["forecast_count"]) >= FEWEST}
    if not known:
        return ()
    pipeline, inputs, parameters = judged
    counts = ",\n  ".join(_within(level, known) for level in LEVELS)
    found = store.rows(
        pipeline.text(
            f"SELECT band, count(*) AS forecast_count,\n  {counts}\n"
            "FROM realised WHERE band IS NOT NULL GROUP BY band ORDER BY band"
        ),
        inputs=inputs,
        parameters=parameters,
    )
    return tuple(
        LevelCoverage(
            level, *BANDS[int(row["band"])], int(row["forecast_count"]), int(row[f"within_{level}"])
        )
        for level in LEVELS
        for row in found
    )


def _ends(level: int) -> tuple[str, str]:
    """The ratios at both ends of a band's interval: one place outside, since it holds forecasts still to be made."""
    tail = (100 - level) * 5
    low = f"GREATEST((forecast_count + 1) * {tail} // 1000, 1)"
    high = f"LEAST(((forecast_count + 1) * {1000 - tail} + 999) // 1000, forecast_count)"
    return (
        f"max(CASE WHEN place <= {low} THEN ratio END) AS low_{level}",
        f"min(CASE WHEN place >= {high} THEN ratio END) AS high_{level}",
    )


def _within(level: int, known: dict[int, dict[str, int]]) -> str:
    """How many of a band's days fall into the interval, in whole days as CLOCK has it."""
    whole = known.get(-1, {f"low_{level}": 1000, f"high_{level}": 1000})

    def end(name: str) -> str:
        cases = " ".join(f"WHEN {k} THEN {known.get(k, whole)[f'{name}_{level}']}" for k in range(len(BANDS)))
        return f"CASE band {cases} END"

    low, high = interval_ends(end("low"), end("high"))
    return f"""CAST(sum(CASE WHEN COALESCE(realised_days, 999) >= {low}
    AND COALESCE(realised_days, 999) <= CASE WHEN {high} >= 9 * GREATEST(predicted_days, 1) THEN 999 ELSE {high} END
    THEN 1 ELSE 0 END) AS BIGINT) AS within_{level}"""
