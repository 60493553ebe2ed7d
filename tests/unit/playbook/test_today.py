"""The third playbook: every default of today's practice is a setting with its source."""

from datetime import time
from decimal import Decimal

import pytest

from weixi.playbook import Playbook, Vocabulary, Work, load

FIGURES = {
    "star_silver": 80, "star_gold": 200, "star_diamond": 300, "household_load": 500, "daily_task_load": 15,
    "daily_dial_load": 80, "contact_attempts": 3, "red_quota": Decimal("0.015"), "yellow_quota": Decimal("0.03"),
    "red_hours": 24, "yellow_hours": 72, "blue_hours": 168, "port_out_query_hours": 4, "complaint_hours": 24,
    "lease_notice_days": 90, "lease_soon_days": 60, "lease_urgent_days": 30, "broadband_notice_days": 45,
    "broadband_soon_days": 15, "broadband_last_days": 3, "run_out_notice_days": 15, "run_out_soon_days": 7,
    "run_out_urgent_days": 3, "marketing_a_day": 1, "marketing_a_week": 2, "marketing_a_month": 4, "calls_a_month": 2,
    "quiet_after_refusal": 90, "quiet_after_complaint": 180, "holdout_mass": Decimal("0.02"),
    "holdout_mid": Decimal("0.01"), "holdout_none": 0, "campaign_holdout_sms": Decimal("0.10"),
    "campaign_holdout_call": Decimal("0.05"), "completion_floor": Decimal("0.35"), "reached_goal": Decimal("0.60"),
    "red_handled_goal": Decimal("0.95"), "retention_line": Decimal("0.97"), "retention_target": Decimal("1.00"),
    "gold_arpu": 200,
}  # fmt: skip


@pytest.fixture(scope="module")
def today(vocabulary: Vocabulary) -> Playbook:
    return load(["today"], vocabulary)


def test_every_default_is_a_parameter(today):
    assert {name: today.parameters[name].value for name in FIGURES} == FIGURES


def test_it_stands_on_both_seeds_and_leaves_them_as_they_are(today, both_plans):
    assert today.name == "work_plan+care_scheme+today"
    assert [w.code for w in today.warnings] == [w.code for w in both_plans.warnings]
    assert both_plans.parameters["run_out_notice_days"].value == 30
    assert both_plans.service.levels == ()
    assert both_plans.kpi("dynamic_retention_rate").rate == 1


def test_bands_and_stars(today):
    assert [b.low_fen for b in today.bands] == [None, 1000, 3900, 5900, 8000, 12900, 20000, 30000]
    assert [(s.code, s.low_fen) for s in today.stars] == [
        ("ORDINARY", None), ("SILVER", 8000), ("GOLD", 20000), ("DIAMOND", 30000),
    ]  # fmt: skip


def test_key_is_200_or_a_key_person(today, value):
    def grade(**columns: object) -> str:
        return next(
            rule.value for rule in today.grades if value(rule.sql, service_status="IN_SERVICE", **columns)
        )

    assert grade(revenue_3m_fen=60000, complete_months=3) == "KEY"
    assert grade(is_key_person=True) == "KEY"
    assert grade(revenue_3m_fen=59999, complete_months=3) == "REGULAR"


@pytest.mark.parametrize(
    ("code", "column", "days"),
    [
        ("broadband_expiring", "days_to_broadband_end", (45, 15, 3)),
        ("prepaid_balance_running_out", "run_out_days", (15, 7, 3)),
        ("handset_lease_expiring", "days_to_contract_end", (90, 60, 30)),
        ("contract_expiring", "days_to_contract_end", (90, 60, 30)),
    ],
)
def test_clocks(today, value, code, column, days):
    rule = today.warning(code)
    beside = {"payment_type": "PREPAID",
              "contract_kind": "HANDSET_LEASE" if code.startswith("handset") else "PLAN_COMMITMENT"}  # fmt: skip

    def level(left: int) -> str | None:
        row = {column: left, **beside}
        if not value(rule.sql, **row):
            return None
        return next(step.level for step in rule.levels if value(step.sql, **row))

    first, second, third = days
    assert [level(first + 1), level(first), level(second), level(third)] == [None, "BLUE", "YELLOW", "RED"]


def test_service_levels_responses_and_contact(today):
    service = today.service
    assert [(s.level, s.quota, s.within_hours, s.channels) for s in service.levels] == [
        ("RED", Decimal("0.015"), 24, ()), ("YELLOW", Decimal("0.03"), 72, ()), ("BLUE", None, 168, ("SMS",)),
    ]  # fmt: skip
    assert [(r.warning, r.within_hours, r.working_hours) for r in service.responses] == [
        ("port_out_query", 4, True), ("complaint", 24, False),
    ]  # fmt: skip
    assert [(h.channel, h.start, h.end) for h in service.hours] == [
        ("PHONE", "09:00", "12:00"), ("PHONE", "14:30", "20:00"), ("SMS", "09:00", "20:00"),
    ]  # fmt: skip
    assert {(c.contact, c.period): c.most for c in service.caps} == {
        ("MARKETING", "DAY"): 1, ("MARKETING", "WEEK"): 2, ("MARKETING", "MONTH"): 4, ("CALL", "MONTH"): 2,
    }  # fmt: skip
    assert {q.after: q.days for q in service.quiets} == {"REFUSAL": 90, "UPHELD_COMPLAINT": 180}
    assert service.load is not None
    assert (service.load.households, service.load.tasks_per_day, service.load.dials_per_day) == (500, 15, 80)
    assert [(c.channels, c.share) for c in service.campaign_holdouts] == [
        (("SMS",), Decimal("0.10")), (("PHONE",), Decimal("0.05")),
    ]  # fmt: skip


def test_how_tasks_are_worked(today, both_plans):
    assert today.service.work == both_plans.service.work
    work = today.service.work
    assert dict(work.urgency) == {"RED": 4, "YELLOW": 2, "BLUE": 1}
    assert (work.respite_hours, work.not_reached_after_hours, work.undecided_after_days) == (24, 2, 3)
    assert (work.morning, work.afternoon) == (time(10), time(15))
    assert work.hours == ((time(9), time(12)), (time(14), time(18)))
    assert work.source is not None
    assert work.source.document == "default"


def test_a_plan_that_says_nothing_of_work_leaves_nobody_alone(small, opened):
    work = opened(small).service.work
    assert work == Work()
    assert (work.not_reached_after_hours, work.undecided_after_days, work.source) == (None, None, None)


def test_what_touches_law_is_marked_for_counsel(today):
    marked = [*today.service.hours, *today.service.caps, *today.service.quiets]
    assert all(item.source.counsel for item in marked)
    assert not today.service.load.source.counsel


MISTAKES = [
    ('start = "09:00"\nend = "12:00"', 'start = "9:00"\nend = "12:00"', "wrong_value"),
    ('start = "09:00"\nend = "12:00"', 'start = "12:00"\nend = "09:00"', "wrong_value"),
    ('code = "yellow"\nlevel = "YELLOW"', 'code = "yellow"\nlevel = "RED"', "duplicate_code"),
    ('[[response]]\ncode = "complaint"', '[[response]]\ncode = "complain"', "unknown_warning"),
    ('"parameter.run_out_soon_days"', '"parameter.run_out_sonn_days"', "unknown_parameter"),
    (
        '"warning.broadband_expiring", ',
        '"warning.broadband_expiring", "warning.complaint", ',
        "replaces_nothing",
    ),
    ('"warning.broadband_expiring", ', "", "duplicate_code"),
    ("value = 24\n", "value = 0\n", "wrong_value"),
]


@pytest.mark.parametrize(("right", "wrong", "code"), MISTAKES)
def test_mistakes_are_said_with_their_line(vocabulary, tmp_path, right, wrong, code):
    from importlib.resources import files

    from weixi.kernel.errors import FaultList

    text = (files("weixi.playbook") / "today.toml").read_text("utf-8")
    assert right in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(FaultList) as caught:
        load([path], vocabulary)
    assert f"playbook.{code}" in {fault.code for fault in caught.value.faults}
    assert all(fault.where.startswith(f"{path}:") for fault in caught.value.faults)
