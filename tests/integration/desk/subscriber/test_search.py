"""Searching: by everything that people know of a customer, within the territory, masked, and kept nowhere."""

import pytest
from django.test import Client

from handmade.customers import BOOK_MONTH, NAMES, NUMBERS, PLACES, settle
from handmade.desk import U11
from handmade.tables import put
from weixi.desk.audit.models import AuditEntry
from weixi.desk.base.book import store
from weixi.desk.subscriber.operations import seek
from weixi.flow.book import IDENTITY
from weixi.kernel.errors import UsageError

pytestmark = pytest.mark.usefixtures("book_home", "staff")
HTMX = {"HX-Request": "true"}


def ids(found) -> list[int]:
    return [row.subscriber_id for row in found.rows]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (NUMBERS[1], [1]),
        ("130****5671", [1]),
        ("5671", [1]),
        ("K3", [3]),
        ("id:6", [6]),
        ("王", [1, 2]),
        ("王**", [1]),
        ("王小明", [1]),
        (NUMBERS[5], []),  # another county's
        ("id:7", []),  # the city's own
        ("不存在", []),
    ],
)
def test_a_county_finds_its_own(staff, sight, now, typed, expected) -> None:
    assert ids(seek(text=typed, sight=sight(staff.county), now=now)) == expected


def test_an_agent_finds_his_own_and_his_pool(staff, sight, now) -> None:
    def found(user) -> list[int]:
        return ids(seek(text="1301234****", sight=sight(user), now=now))

    assert found(staff.agent) == [1, 2, 4]
    assert found(staff.colleague) == [3, 4]
    assert found(staff.helper) == [4]
    assert found(staff.planner) == sorted(NUMBERS)
    assert found(staff.admin) == []


def test_the_entry_tells_by_what_and_how_many_and_nothing_else(staff, sight, now) -> None:
    seek(text=NUMBERS[1], sight=sight(staff.agent), now=now)
    entry = AuditEntry.objects.get(act="subscriber.search")
    assert (entry.actor_id, entry.subject, entry.detail) == (
        staff.agent.id,
        "customers",
        '{"by":"NUMBER","found":1}',
    )
    assert NUMBERS[1] not in str(list(AuditEntry.objects.values_list()))


def test_a_number_is_found_where_it_is_now(staff, sight, now) -> None:
    later = [{"subscriber_id": 1, "month": BOOK_MONTH + 1, "source_key": "K1", "msisdn": "13099990000"}]
    put(store(), IDENTITY, later, month=BOOK_MONTH + 1)
    assert ids(seek(text=NUMBERS[1], sight=sight(staff.county), now=now)) == []
    assert ids(seek(text="13099990000", sight=sight(staff.county), now=now)) == [1]


def test_twenty_are_shown_and_more_are_said(tmp_path, staff, sight, now) -> None:
    many = dict.fromkeys(range(100, 130), U11)
    settle(tmp_path / "many", many, {k: f"13012340{k}" for k in many}, dict.fromkeys(many, "钱多"))
    found = seek(text="钱", sight=sight(staff.leader), now=now)
    assert (len(found.rows), found.more) == (20, True)
    assert not seek(text="id:100", sight=sight(staff.leader), now=now).more


def test_the_page_masks_and_takes_the_question_by_post_alone(
    staff, client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(staff.county)
    page = client.get("/customers/", {"q": NUMBERS[1]}).content.decode()
    assert "data-customer=" not in page
    with django_assert_max_num_queries(12):
        answer = client.post("/customers/", {"q": NUMBERS[1]}, headers=HTMX)
    text = answer.content.decode()
    assert 'data-customer="1"' in text
    assert "130****5671" in text
    assert "王**" in text
    assert NUMBERS[1] not in text
    assert NAMES[1] not in text
    assert "<html" not in text
    whole = client.post("/customers/", {"q": "王"}).content.decode()
    assert 'value="王"' in whole
    assert "<html" in whole


def test_nothing_found_and_wrong_input_say_what_can_be_searched(staff, client: Client) -> None:
    client.force_login(staff.agent)
    nothing = client.post("/customers/", {"q": NUMBERS[5]}, headers=HTMX).content.decode()
    assert "data-nothing" in nothing
    assert "11 位完整号码" in nothing
    wrong = client.post("/customers/", {"q": "1**8"}).content.decode()
    assert "notice-error" in wrong
    assert 'value="1**8"' in wrong


def test_an_empty_search_says_what_to_type(staff, client: Client) -> None:
    client.force_login(staff.agent)
    page = client.get("/customers/").content.decode()
    form = page[page.index("data-search") :].partition("</form>")[0]
    assert " required" not in form
    said = client.post("/customers/", {"q": " "}, headers=HTMX).content.decode()
    assert "没有可查找的内容" in said
    assert "11 位完整号码" in said


def test_an_empty_book_finds_nothing(tmp_path, settings, staff, sight, now) -> None:
    settings.HOME = tmp_path / "empty"
    assert ids(seek(text="王", sight=sight(staff.county), now=now)) == []
    with pytest.raises(UsageError):
        seek(text=" ", sight=sight(staff.county), now=now)
    assert len(PLACES) == 7
