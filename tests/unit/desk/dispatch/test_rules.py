"""A task's states: nothing without a state, nothing outside the table, every path ends; who may, what is due."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.desk.dispatch import rules
from weixi.desk.dispatch.rules import (
    BY_THE_SYSTEM,
    ENDS,
    LIVE,
    ROLES,
    TRANSITIONS,
    UNWORKED,
    ContactResult,
    Limit,
    Refused,
    TaskAct,
    TaskState,
    WithdrawReason,
    appointed,
    in_hours,
)
from weixi.desk.org.rules import Held, Role, sight
from weixi.kernel.period import SHANGHAI
from weixi.kernel.terms import FactType, OrgLevel
from weixi.playbook import Work

UNIT = "P01/C01/D1/U11/"
OWN = f"{UNIT}W111/"
STATES, ACTS = st.sampled_from(TaskState), st.sampled_from(TaskAct)


def agent(path: str = OWN, code: str = "W111"):
    return sight(1, code, [Held(Role.AGENT, path)])


@pytest.mark.req("P1")
@given(holdout=st.booleans(), withdrawn=st.booleans(), issue=st.booleans(), acts=st.lists(ACTS, max_size=40))
def test_a_task_always_has_a_state_and_every_path_ends(holdout, withdrawn, issue, acts):
    state = rules.first_state(is_holdout=holdout, is_withdrawn=withdrawn, issue=issue)
    for act in acts:
        if (state, act) in TRANSITIONS:
            state = rules.after(state, act)
        else:
            with pytest.raises(Refused) as refused:
                rules.after(state, act)
            assert refused.value.code == "task.state"
        assert state in TaskState
    if state not in ENDS:
        state = rules.after(state, TaskAct.ARCHIVE)
    assert state in ENDS


def test_nothing_follows_an_end_and_every_other_state_can_end():
    assert not [step for step in TRANSITIONS if step[0] in ENDS]
    assert all(TRANSITIONS[state, TaskAct.ARCHIVE] is TaskState.ARCHIVED for state in LIVE)


def test_every_state_of_the_process_is_reached_in_its_order():
    walk = (TaskAct.ISSUE, TaskAct.CLAIM, TaskAct.CONTACT, TaskAct.HANDLE, TaskAct.VERIFY, TaskAct.CALL_BACK)
    state, passed = TaskState.CREATED, [TaskState.CREATED]
    for act in (*walk, TaskAct.ARCHIVE):
        state = rules.after(state, act)
        passed.append(state)
    assert passed == list(TaskState)[:8]


def test_a_held_out_task_is_never_worked():
    follows = {act: after for (state, act), after in TRANSITIONS.items() if state is TaskState.HELD_OUT}
    assert set(follows.values()) == set(ENDS)
    worked = {
        TaskAct.CLAIM,
        TaskAct.CONTACT,
        TaskAct.ATTEMPT,
        TaskAct.HANDLE,
        TaskAct.ISSUE,
        TaskAct.HAND_OVER,
    }
    assert not worked & set(follows)


def test_verified_comes_from_the_data_alone():
    assert TaskAct.VERIFY not in ROLES
    assert TaskAct.VERIFY in BY_THE_SYSTEM
    assert {act for (_, act), after in TRANSITIONS.items() if after is TaskState.VERIFIED} == {TaskAct.VERIFY}
    for role in Role:
        who = sight(1, "W111", [Held(role, "P01/")])
        assert not rules.may(who, TaskAct.VERIFY, owner_code="W111", path=OWN)


def test_every_act_is_somebodys():
    assert set(ROLES) | BY_THE_SYSTEM == set(TaskAct)


@given(act=ACTS, role=st.sampled_from((Role.AUDITOR, Role.ADMINISTRATOR)))
def test_auditors_and_administrators_do_nothing(act, role):
    assert not rules.may(sight(1, "", [Held(role, "P01/")]), act, owner_code="W111", path=OWN)


@given(act=ACTS, role=st.sampled_from(Role), path=st.sampled_from(("P02/", "P01/C01/D1/U12/", f"{OWN}X/")))
def test_nobody_acts_outside_his_territory(act, role, path):
    assert not rules.may(sight(1, "W111", [Held(role, path)]), act, owner_code="W111", path=OWN)


def test_a_role_counts_where_it_is_held_only():
    who = sight(1, "", [Held(Role.AUDITOR, "P01/"), Held(Role.COUNTY_MANAGER, "P01/C01/D2/")])
    assert rules.sees(who, owner_code="W111", path=OWN, state=TaskState.ISSUED)
    assert not rules.may(who, TaskAct.WITHDRAW, owner_code="W111", path=OWN)


def test_an_agent_has_his_own_tasks_and_his_units_pool():
    for who in (agent(), agent(UNIT)):
        assert rules.may(who, TaskAct.CLAIM, owner_code="W111", path=OWN)
        assert rules.may(who, TaskAct.CLAIM, owner_code="", path=UNIT)
        assert not rules.may(who, TaskAct.CLAIM, owner_code="W112", path=f"{UNIT}W112/")
        assert not rules.may(who, TaskAct.HAND_OVER, owner_code="W111", path=OWN)
        assert not rules.sees(who, owner_code="W112", path=f"{UNIT}W112/", state=TaskState.ISSUED)
        assert not rules.may(who, TaskAct.CLAIM, owner_code="", path="P01/C01/D1/U12/")
    assert rules.claimed_path(agent(), UNIT) == OWN
    assert rules.claimed_path(agent(UNIT), UNIT) == UNIT


def test_who_works_never_sees_the_held_out():
    for role in Role:
        seen = rules.sees(
            sight(1, "W111", [Held(role, "P01/")]), owner_code="W111", path=OWN, state=TaskState.HELD_OUT
        )
        assert seen == (role in (Role.PLANNER, Role.AUDITOR))


@pytest.mark.parametrize(
    ("state", "result", "acts"),
    [
        (TaskState.ISSUED, ContactResult.AGREED, (TaskAct.CLAIM, TaskAct.CONTACT, TaskAct.HANDLE)),
        (TaskState.ISSUED, ContactResult.NOT_REACHED, (TaskAct.CLAIM, TaskAct.ATTEMPT)),
        (TaskState.CLAIMED, ContactResult.REACHED, (TaskAct.CONTACT,)),
        (TaskState.CONTACTED, ContactResult.REFUSED, (TaskAct.CONTACT, TaskAct.HANDLE)),
    ],
)
def test_a_contact_fills_the_states_between(state, result, acts):
    assert rules.contact_acts(state, result) == acts


@given(state=STATES, result=st.sampled_from(ContactResult))
def test_no_contact_but_with_an_open_task(state, result):
    if state in rules.OPEN:
        assert rules.contact_acts(state, result)
    else:
        with pytest.raises(Refused):
            rules.contact_acts(state, result)


def test_events_as_facts():
    told = {
        (act, result): fact
        for act in TaskAct
        for result in (None, *ContactResult)
        if (fact := rules.fact_of(act, result, None))
    }
    assert set(told.values()) == set(FactType) - {FactType.WITHDRAWN}
    assert told[TaskAct.CONTACT, ContactResult.AGREED] is FactType.AGREED
    gone = {reason: rules.fact_of(TaskAct.WITHDRAW, None, reason) for reason in WithdrawReason}
    assert [reason for reason, fact in gone.items() if fact] == list(rules.SILENCING)


@given(
    low=st.integers(0, 10**9),
    more=st.integers(0, 10**9),
    levels=st.permutations(["RED", "YELLOW", "BLUE"]),
)
def test_priority_grows_with_value_and_with_urgency(low, more, levels):
    def priority(level: str, revenue_fen: int) -> int:
        return rules.priority(level, revenue_fen, Work().urgency)

    assert all(priority(level, low) <= priority(level, low + more) for level in levels)
    assert priority("RED", low) >= priority("YELLOW", low) >= priority("BLUE", low) >= 0


MOMENTS = st.datetimes(datetime(2026, 2, 25), datetime(2026, 4, 5), timezones=st.just(UTC))
DAYS = st.dates(date(2026, 3, 1), date(2026, 3, 31))
SPANS = ((time(9), time(12)), (time(14, 30), time(20)))


@given(
    day=DAYS,
    window=st.integers(1, 40),
    issued=MOMENTS,
    limit=st.none() | st.builds(Limit, st.integers(1, 200), st.sampled_from(((), SPANS))),
)
def test_due_after_the_start_and_within_the_window(day, window, issued, limit):
    end = day + timedelta(days=window)
    due = rules.due_at(task_date=day, window_end_date=end, issued_at=issued, limit=limit)
    begins = datetime.combine(day, time(0), tzinfo=SHANGHAI)
    closes = datetime.combine(end, time(0), tzinfo=SHANGHAI)
    assert due >= max(issued, begins)
    assert due <= max(issued, closes)


def test_working_hours_count_the_hours_of_contact_alone():
    friday_evening = datetime(2026, 3, 6, 11, 0, tzinfo=UTC)  # 19:00 in Shanghai: one hour is left
    due = rules.due_at(
        task_date=date(2026, 3, 1),
        window_end_date=date(2026, 3, 31),
        issued_at=friday_evening,
        limit=Limit(5, SPANS),
    )
    assert due == datetime(2026, 3, 7, 15, 30, tzinfo=SHANGHAI)


def test_one_level_at_a_time_and_none_above_the_province():
    level, climbed = "", []
    while (above := rules.escalated(level)) is not None:
        climbed.append(above)
        level = above.value
    assert climbed == [OrgLevel.UNIT, OrgLevel.COUNTY, OrgLevel.CITY, OrgLevel.PROVINCE]


def test_a_revised_plan_changes_only_what_nobody_touched():
    assert {state for state, act in TRANSITIONS if act is TaskAct.REVISE} <= set(UNWORKED)


def test_day_capacity():
    assert rules.day_capacity(None, 3) is None
    assert rules.day_capacity(15, 3) == 12
    assert rules.day_capacity(15, 20) == 0


def local(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.req("O2")
@pytest.mark.parametrize(
    ("hour", "minute", "open_"),
    [
        (8, 59, False),
        (9, 0, True),
        (11, 59, True),
        (12, 0, False),
        (14, 30, True),
        (20, 0, False),
        (23, 0, False),
    ],
)
def test_customers_are_called_in_the_playbooks_hours(hour: int, minute: int, open_: bool) -> None:
    spans = ((time(9), time(12)), (time(14, 30), time(20)))
    assert in_hours(local(hour, minute).astimezone(UTC), spans) is open_
    assert in_hours(local(hour, minute), ())


def test_quick_choices_are_whole_hours_that_lie_ahead() -> None:
    work = Work()
    assert appointed("afternoon", local(9), work) == local(15)
    assert appointed("afternoon", local(14, 30), work) == local(15)
    assert appointed("afternoon", local(14, 40), work) == local(16)
    assert appointed("tomorrow", local(17, 20), work) == local(10) + timedelta(days=1)
    assert appointed("three_days", local(17, 20), work) == local(10) + timedelta(days=3)
    late = Work(morning=time(8, 45), afternoon=time(16, 30))
    assert appointed("afternoon", local(9), late) == local(16, 30)
    assert appointed("tomorrow", local(9), late) == local(8, 45) + timedelta(days=1)
    with pytest.raises(Refused):
        appointed("never", local(9), work)


def test_the_next_moment_at_which_customers_may_be_called() -> None:
    assert rules.opening(local(11, 59), SPANS) == local(11, 59)
    assert rules.opening(local(12), SPANS) == local(14, 30)
    assert rules.opening(local(7), SPANS) == local(9)
    assert rules.opening(local(20), SPANS) == local(9) + timedelta(days=1)
    assert rules.opening(local(23), ()) == local(23)


REST = Work(not_reached_after_hours=2, undecided_after_days=3)
MARCH_5 = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("result", "at", "is_last", "text"),
    [
        (ContactResult.NOT_REACHED, local(9, 30), False, "2026-03-02 11:30"),
        (ContactResult.NOT_REACHED, local(11), False, "2026-03-02 14:30"),
        (ContactResult.NOT_REACHED, local(19), False, "2026-03-03 09:00"),
        (ContactResult.NOT_REACHED, local(9, 30), True, "2026-03-05"),
        (ContactResult.REACHED, local(9, 30), False, "2026-03-05"),
        (ContactResult.AGREED, local(9, 30), False, None),
        (ContactResult.REFUSED, local(9, 30), True, None),
    ],
)
def test_a_customer_is_left_alone_as_long_as_the_playbook_says(result, at, is_last, text) -> None:
    def rest(end: date, work: Work = REST) -> rules.Rest | None:
        return rules.rest_of(
            result, at.astimezone(UTC), work=work, spans=SPANS, is_last=is_last, window_end_date=end
        )

    found = rest(date(2026, 4, 1))
    assert (found.text if found is not None else None) == text
    assert rest(date(2026, 4, 1), Work()) is None
    # A rest that would outlast the window is none: the last day of the window is the day before its end.
    last = found.day if found is not None else MARCH_5
    assert rest(last) is None
    assert rest(last + timedelta(days=1)) == found
