"""When a return call is due, what a text may be, how old a problem is."""

from datetime import date

import pytest

from weixi.desk.touch.rules import age_of, cadences, checked, due_after, first_due
from weixi.flow.run import open_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.terms import Grade


@pytest.mark.req("R1")
def test_due_a_cadence_after_the_last_contact():
    assert due_after(date(2026, 1, 31), 90) == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("opened", "since", "due"),
    [
        (date(2025, 12, 10), date(2026, 3, 2), date(2026, 3, 10)),
        (date(2025, 12, 1), date(2026, 3, 2), date(2026, 6, 1)),
        (date(2025, 11, 10), date(2026, 3, 2), date(2026, 5, 10)),
        (date(2020, 1, 31), date(2026, 3, 2), date(2026, 4, 28)),
        (date(2026, 3, 1), date(2026, 3, 2), date(2026, 6, 1)),
    ],
)
def test_without_a_contact_due_when_the_tenure_is_a_whole_cadence(opened, since, due):
    assert first_due(opened, since, 90) == due


def test_nobody_without_a_contact_waits_longer_than_a_cadence():
    since = date(2026, 3, 2)
    for day in range(1, 28):
        for month in range(1, 13):
            on = first_due(date(2024, month, day), since, 90)
            assert 0 <= (on - since).days <= 92, (month, day)


@pytest.mark.req("R1")
def test_the_cadence_is_the_playbooks_where_it_says_one():
    [said] = cadences(open_playbook(("care_scheme",)))
    assert (said.grade, said.days, said.is_default) == (Grade.KEY, 90, False)
    [default] = cadences(open_playbook(("work_plan",)))
    assert (default.days, default.is_default) == (90, True)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "3 天内"), (3, "3 天内"), (4, "4–7 天"), (8, "8–30 天"), (30, "8–30 天"), (31, "30 天以上")],
)
def test_ages(days, words):
    assert age_of(days).zh == words


def test_texts():
    assert checked("  好 ") == "好"
    with pytest.raises(UsageError, match=r"touch\.empty"):
        checked(" ", needed=True)
    with pytest.raises(UsageError, match=r"touch\.long"):
        checked("长" * 501)
