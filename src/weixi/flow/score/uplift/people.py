"""The people of a plan or of a month's warnings: what was known of each, and how likely each was to be held out."""

import pyarrow as pa

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.segment import LABELLED_COLUMNS, labelled_inputs, labelled_pieces
from weixi.flow.warning import WARNING
from weixi.kernel.period import Month
from weixi.kernel.terms import ServiceStatus
from weixi.playbook import HoldoutRule, Playbook

FEATURES = (
    "line_type", "payment_type", "customer_kind", "contract_kind", "plan_fee_fen", "bill_fen",
    "bill_before_discount_fen", "paid_fen", "balance_fen", "arrears_fen", "arrears_month_count", "min_spend_fen",
    "voice_seconds", "call_count", "call_out_count", "call_peer_count", "data_kb", "sms_count", "handset_month_count",
    "handset_price_fen", "device_subsidy_fen", "subsidy_release_fen", "is_converged", "is_rural", "is_campus",
    "roaming_day_count", "complaint_count", "has_open_complaint", "complete_months", "revenue_3m_fen",
    "revenue_12m_fen", "revenue_previous_3m_fen", "voice_3m_seconds", "voice_previous_3m_seconds", "data_3m_kb",
    "data_previous_3m_kb", "silent_months", "stopped_months_3m", "complaints_3m", "recharge_3m_fen",
    "port_out_query_count", "order_3m_count", "open_repair_count", "tenure_months", "age", "days_to_contract_end",
    "days_to_subsidy_end", "days_to_broadband_end", "run_out_days", "grade", "band", "stage", "cluster", "category",
)  # fmt: skip
"""What an effect may depend on: columns of the labelled line. No place and no agent: a trial has too few of either."""

ASKED = (*FEATURES, "kind", "level")
"""The features of a task or of a warned line: what is known of the line, and what it was warned of."""

_NOBODY = "CAST(0 AS DOUBLE)"


def planned(
    store: Store, playbook: Playbook, month: Month, plan: Partition, lines: Partition, later: Partition
) -> pa.Table:
    """One row for each task of the month's plan that nothing withdrew, and whose window is over in `later`.

    `plan` and `lines` are the plan's partitions and the one of its lines, `later` a SUBSCRIBER_MONTH at least as late.
    Columns: ASKED as known at the end of the month before, of the task's leading line; `task_id`, `subscriber_id`,
    `household_key`, `offer_code` (null: none), `is_holdout`; `held_share`, the probability with which the household
    was to be held out; `is_retained`: not left on any day before the window's end.
    """
    as_of = month.plus(-1)
    until = Month.from_number(int(later.key["month"])).end
    return store.arrow(
        planned_text(playbook),
        inputs={**labelled_inputs(store, as_of), "plan": plan, "plan_line": lines, "later": later},
        parameters={"as_of": as_of.last, "until": until},
    )


def planned_text(playbook: Playbook) -> str:
    """The statement of `planned`, over `line`, `feature`, `label`, `plan`, `plan_line` and `later`."""
    pieces = Pipeline()
    pieces.add(
        "listed",
        """SELECT pl.subscriber_id, pl.task_id AS group_key
        FROM plan_line AS pl JOIN plan AS p ON pl.task_id = p.task_id
        WHERE p.withdrawn_rule IS NULL AND p.window_end_date <= $until""",
    )
    _known_pieces(pieces, playbook.holdouts)
    pieces.add(
        "gone", f"SELECT subscriber_id, exit_date FROM later WHERE service_status = '{ServiceStatus.EXITED}'"
    )
    known = ", ".join(f"k.{name}" for name in FEATURES)
    return pieces.text(
        f"""SELECT p.task_id, p.subscriber_id, p.household_key, p.offer_code, p.is_holdout, s.held_share,
            NOT COALESCE(g.exit_date < p.window_end_date, FALSE) AS is_retained, {known}, p.kind, p.level
        FROM plan AS p
        JOIN known AS k ON k.subscriber_id = p.subscriber_id AND k.group_key = p.task_id
        JOIN share AS s ON s.group_key = p.task_id
        LEFT JOIN gone AS g ON g.subscriber_id = p.subscriber_id
        ORDER BY p.task_id"""
    )


def warned(store: Store, playbook: Playbook, month: Month) -> pa.Table:
    """One row for each line that the month warned of: `subscriber_id`, ASKED and its household's `held_share`."""
    return store.arrow(
        warned_text(playbook),
        inputs={**labelled_inputs(store, month), "warning": store.require(WARNING, month=month.number)},
        parameters={"as_of": month.last},
    )


def known_of(store: Store, month: Month) -> list[str]:
    """The names of the partitions that `warned` reads."""
    found = {**labelled_inputs(store, month), "warning": store.require(WARNING, month=month.number)}
    return [found[name].name for name in sorted(found)]


def warned_text(playbook: Playbook) -> str:
    """The statement of `warned`, over `line`, `feature`, `label` and `warning`."""
    pieces = Pipeline()
    pieces.add("listed", "SELECT subscriber_id, household_key AS group_key FROM warning")
    _known_pieces(pieces, playbook.holdouts)
    known = ", ".join(f"k.{name}" for name in FEATURES)
    return pieces.text(
        f"""SELECT w.subscriber_id, s.held_share, {known}, w.kind, w.level
        FROM warning AS w
        JOIN known AS k ON k.subscriber_id = w.subscriber_id
        JOIN share AS s ON s.group_key = w.household_key
        ORDER BY w.subscriber_id"""
    )


def _known_pieces(pieces: Pipeline, rules: tuple[HoldoutRule, ...]) -> None:
    """Add `known`, the listed lines, and `share`, one row a group: a household is held out as its least share says."""
    asked = words(*(rule.sql for rule in rules)) & frozenset(LABELLED_COLUMNS)
    labelled_pieces(pieces, asked | set(FEATURES), {"listed": ["group_key"]})
    cases = " ".join(f"WHEN {rule.sql} THEN CAST({rule.share} AS DOUBLE)" for rule in rules)
    own = f"CASE {cases} ELSE {_NOBODY} END" if cases else _NOBODY
    pieces.add(
        "known", f"SELECT group_key, subscriber_id, {', '.join(FEATURES)}, {own} AS own_share FROM labelled"
    )
    pieces.add("share", "SELECT group_key, MIN(own_share) AS held_share FROM known GROUP BY group_key")
