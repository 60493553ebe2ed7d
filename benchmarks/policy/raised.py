"""Which of the shipped playbook's warnings leads a line's task, read off the operator's state before a month."""

import numpy as np
from numpy.typing import NDArray

from weixi.demo.lines import BARE, COMMERCIAL, EXITED, LEASE, NEVER, Lines, day_number
from weixi.demo.rates import RISKS
from weixi.kernel.period import Month
from weixi.playbook import Playbook

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

RISK_OF = {
    "port_out_query": "PORT_OUT_QUERY",
    "complaint": "COMPLAINT",
    "prepaid_balance_running_out": "RUN_OUT",
    "handset_lease_expiring": "CONTRACT_END",
    "contract_expiring": "CONTRACT_END",
    "subsidy_expiring": "SUBSIDY_END",
    "broadband_expiring": "BROADBAND_END",
    "dormant_high_value": "SILENCE",
    "usage_drop": "FALLING_USE",
}
"""The risk that each warning of the playbook speaks of."""
BLUE, YELLOW, RED = 1, 2, 3
"""How urgent a warning is; 0: nobody is warned of."""


def leading(lines: Lines, month: Month, playbook: Playbook) -> tuple[Whole, Whole]:
    """Each line's leading warning, the first in the playbook's order: its risk's place in RISKS (−1: none), its level.

    Days are counted from the last day before `month`; notices and levels are the playbook's. The reach of a balance,
    the fall of use and silence are the operator's own, not the product's reckoning of them from bills and traffic.
    """
    levels = _levels(lines, day_number(month.first) - 1, playbook)
    scope = (lines.status < EXITED) & (lines.line_use == COMMERCIAL)
    kind = np.full(len(lines), -1, dtype=np.int64)
    level = np.zeros(len(lines), dtype=np.int64)
    for warning in reversed(playbook.warnings):
        if warning.code in RISK_OF:
            at = scope & (levels[warning.code] > 0)
            kind[at] = RISKS.index(RISK_OF[warning.code])
            level[at] = levels[warning.code][at]
    return kind, level


def _levels(lines: Lines, day: int, playbook: Playbook) -> dict[str, Whole]:
    """By warning the level of every line, 0 where it is not raised; `day` is the last that the extract tells of."""

    def given(name: str) -> int:
        return int(playbook.parameters[name].value)

    def within(left: NDArray[np.float64], red: str, yellow: str, blue: str) -> Whole:
        named = [left <= given(red), left <= given(yellow), left <= given(blue)]
        return np.where(left >= 0, np.select(named, [RED, YELLOW, BLUE], 0), 0)

    def days(until: NDArray[np.int16]) -> NDArray[np.float64]:
        return np.where(until == NEVER, np.inf, until.astype(np.float64) - day)

    lease, bound = lines.contract == LEASE, lines.contract != BARE
    ends, dear = days(lines.contract_end), lines.level >= 100 * given("high_value_arpu")
    lasts = np.where(lines.postpaid, np.inf, lines.balance * 30.0 / np.maximum(lines.level, 1))
    falls = lines.use - lines.slow <= np.log(given("decline_percent") / 100)
    dearest = lines.level > 100 * given("mid_arpu_high")
    return {
        "port_out_query": np.where(lines.query_age == 0, RED, 0),
        "complaint": np.where(lines.complaint_open, YELLOW, 0),
        "prepaid_balance_running_out": within(
            lasts, "run_out_urgent_days", "run_out_soon_days", "run_out_notice_days"
        ),
        "handset_lease_expiring": np.where(
            lease, within(ends, "lease_urgent_days", "lease_soon_days", "lease_notice_days"), 0
        ),
        "contract_expiring": np.where(
            bound & ~lease, within(ends, "lease_urgent_days", "lease_soon_days", "lease_soon_days"), 0
        ),
        "subsidy_expiring": within(
            days(lines.subsidy_end), "subsidy_urgent_days", "subsidy_notice_days", "subsidy_notice_days"
        ),
        "broadband_expiring": within(
            days(lines.broadband_end), "broadband_urgent_days", "broadband_notice_days", "broadband_notice_days"
        ),
        "dormant_high_value": np.where(lines.silent & dear, YELLOW, 0),
        "usage_drop": np.where(falls, np.select([dearest, dear], [RED, YELLOW], BLUE), 0),
    }  # fmt: skip
