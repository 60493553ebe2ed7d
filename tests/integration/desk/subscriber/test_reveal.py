"""A number in full: only within sight, only with a reason, never without its entry."""

import pytest

from handmade.customers import NAMES, NUMBERS
from weixi.desk.audit.models import AuditEntry
from weixi.desk.org.models import Node
from weixi.desk.subscriber.operations import reveal_name, reveal_number
from weixi.desk.subscriber.queries import path_of_subscriber, shows_subscriber
from weixi.kernel.errors import UsageError

pytestmark = pytest.mark.usefixtures("book_home", "staff")


def entries() -> list[tuple[object, ...]]:
    found = AuditEntry.objects.filter(act__startswith="subscriber.").order_by("number")
    return list(found.values_list("actor_id", "act", "subject", "path", "reason", "detail"))


def test_the_place_follows_the_assignment_and_the_tree() -> None:
    assert path_of_subscriber(1) == "P01/C01/D1/U11/W111/"
    assert path_of_subscriber(4) == "P01/C01/D1/U11/"
    assert path_of_subscriber(999) is None
    Node.objects.filter(code="W111").update(is_current=False)
    assert path_of_subscriber(1) == "P01/"  # whose node has left the tree is nobody's but the root's


def test_agents_see_their_own_and_their_pool_and_others_their_subtree(staff, sight) -> None:
    def seen(user) -> set[int]:
        return {k for k in NUMBERS if shows_subscriber(sight(user), k)}

    assert seen(staff.agent) == {1, 2, 4}
    assert seen(staff.colleague) == {3, 4}
    assert seen(staff.stranger) == {5}
    assert seen(staff.helper) == {4}  # an agent of the unit: its pool, not what is his colleagues' own
    assert seen(staff.leader) == {1, 2, 3, 4}
    assert seen(staff.county) == {1, 2, 3, 4, 6}
    assert seen(staff.planner) == seen(staff.auditor) == set(NUMBERS)
    assert seen(staff.admin) == set()


def test_the_number_comes_with_its_entry(staff, sight, now) -> None:
    number = reveal_number(subscriber_id=1, sight=sight(staff.agent), reason="  联系  客户 ", now=now)
    name = reveal_name(subscriber_id=4, sight=sight(staff.county), reason="到店核对", now=now)
    assert (number, name) == (NUMBERS[1], NAMES[4])
    assert entries() == [
        (
            staff.agent.id,
            "subscriber.reveal_number",
            "subscriber:1",
            "P01/C01/D1/U11/W111/",
            "联系 客户",
            "{}",
        ),
        (staff.county.id, "subscriber.reveal_name", "subscriber:4", "P01/C01/D1/U11/", "到店核对", "{}"),
    ]
    kept = "".join(str(value) for row in AuditEntry.objects.values_list() for value in row)
    assert NUMBERS[1] not in kept
    assert NAMES[4] not in kept


@pytest.mark.parametrize("reveal", [reveal_number, reveal_name])
@pytest.mark.parametrize(
    ("who", "subscriber", "reason", "code"),
    [
        ("colleague", 1, "联系客户", "subscriber.out_of_sight"),
        ("stranger", 4, "联系客户", "subscriber.out_of_sight"),
        ("leader", 6, "联系客户", "subscriber.out_of_sight"),
        ("auditor", 1, "核对", "subscriber.out_of_sight"),
        ("planner", 1, "核对", "subscriber.out_of_sight"),
        ("admin", 1, "核对", "subscriber.out_of_sight"),
        ("agent", 999, "联系客户", "subscriber.out_of_sight"),
        ("agent", 1, "  ", "subscriber.reason"),
        ("agent", 1, "长" * 201, "subscriber.reason"),
    ],
)
def test_what_is_refused_leaves_no_entry(staff, sight, now, reveal, who, subscriber, reason, code) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(UsageError) as fault:
        reveal(subscriber_id=subscriber, sight=sight(getattr(staff, who)), reason=reason, now=now)
    assert fault.value.code == code
    assert AuditEntry.objects.count() == before
