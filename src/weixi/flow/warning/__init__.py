"""Early warnings (预警): which lines, how urgent, on which day, for which reasons."""

from weixi.flow.warning.calendar import (
    CLOCKS,
    BillJump,
    BroadbandEnd,
    Calendar,
    ClockCount,
    Deposit,
    UnitWeeks,
    calendar_of,
)
from weixi.flow.warning.clock import build_clock
from weixi.flow.warning.day import detect_day
from weixi.flow.warning.detect import detect, raised_sql
from weixi.flow.warning.missing import absent_columns, sources, trimmed
from weixi.flow.warning.run_out import BANDS, season_percent
from weixi.flow.warning.run_out_level import LEVELS, LevelCoverage, coverage_by_level
from weixi.flow.warning.run_out_proof import Against, Coverage, Spread, against_rule, calibration, spreads
from weixi.flow.warning.tables import CLOCK, DAY_WARNING, WARNING

TABLES = (WARNING, DAY_WARNING, CLOCK)

__all__ = [
    "BANDS",
    "CLOCK",
    "CLOCKS",
    "DAY_WARNING",
    "LEVELS",
    "TABLES",
    "WARNING",
    "Against",
    "BillJump",
    "BroadbandEnd",
    "Calendar",
    "ClockCount",
    "Coverage",
    "Deposit",
    "LevelCoverage",
    "Spread",
    "UnitWeeks",
    "absent_columns",
    "against_rule",
    "build_clock",
    "calendar_of",
    "calibration",
    "coverage_by_level",
    "detect",
    "detect_day",
    "raised_sql",
    "season_percent",
    "sources",
    "spreads",
    "trimmed",
]
