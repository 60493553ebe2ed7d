"""Every line to exactly one care unit: the rules in their order, no orphan, no duplicate."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.cohort import ASSIGNMENT, assignment_history, build_assignment, node_counts
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Service, Source
from weixi.playbook.service import Load

DECEMBER = Month.of(2024, 12)
JANUARY = Month.of(2025, 1)
TREE = (
    ("C", None, "CITY", None),
    ("D", "C", "COUNTY", None),
    ("U1", "D", "UNIT", None),
    ("U2", "D", "UNIT", None),
    ("U3", "D", "UNIT", None),
    ("a", "U1", "OWNER", None),
    ("b", "U1", "OWNER", None),
    ("c", "U2", "OWNER", 2),
)
Write = Callable[..., None]


def _assigned(
    store: Store, plan: Playbook, month: Month = DECEMBER
) -> dict[int, tuple[str, str | None, str]]:
    found = store.rows(
        "SELECT subscriber_id, unit_code, owner_code, node_code, rule FROM assignment",
        inputs={"assignment": build_assignment(store, plan, month)},
    )
    assert all(row["node_code"] == (row["owner_code"] or row["unit_code"]) for row in found)
    return {row["subscriber_id"]: (row["unit_code"], row["owner_code"], row["rule"]) for row in found}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"owner_code": "c"}, ("U2", "c", "attachment")),
        ({"owner_code": "c", "unit_code": "U1"}, ("U2", "c", "attachment")),  # the owner knows his unit
        ({"owner_code": "gone", "unit_code": "U3"}, ("U3", None, "attachment")),
        ({"owner_code": "gone", "account_manager_code": "b"}, ("U1", "b", "account_manager")),
        ({"unit_code": "D", "representative_code": "c"}, ("U2", "c", "representative")),  # D is no care unit
        ({"account_manager_code": "a", "representative_code": "c"}, ("U1", "a", "account_manager")),
        ({"unit_code": "U1", "representative_code": "b"}, ("U1", "b", "representative")),
        ({"unit_code": "U3", "representative_code": "b"}, ("U3", None, "attachment")),  # not an owner of U3
        ({"home_unit_code": "U3", "outlet_unit_code": "U2"}, ("U3", None, "home")),
        ({"home_unit_code": "gone", "outlet_unit_code": "U3"}, ("U3", None, "outlet")),
        ({}, ("U1", None, "last_resort")),
        ({"service_status": "PROSPECT", "home_unit_code": "U3"}, ("U3", None, "home")),
    ],
)
def test_the_first_rule_that_applies_decides(
    store: Store,
    plan: Playbook,
    tree: Write,
    book: Write,
    columns: dict[str, Any],
    expected: tuple[str, str, str],
) -> None:
    tree(*TREE)
    book({"subscriber_id": 1, **columns})
    assert _assigned(store, plan)[1] == expected


def test_the_order_is_the_playbooks(store: Store, plan: Playbook, tree: Write, book: Write) -> None:
    tree(*TREE)
    book({"subscriber_id": 1, "owner_code": "c", "home_unit_code": "U3"})
    assert _assigned(store, replace(plan, attachments=("home", "attachment")))[1] == ("U3", None, "home")
    assert _assigned(store, replace(plan, attachments=("outlet",)))[1] == ("U1", None, "last_resort")


def test_a_household_follows_its_attached_main_card_with_the_smallest_id(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(*TREE)
    book(
        {"subscriber_id": 1, "household_id": 5, "line_type": "MOBILE_SECONDARY", "outlet_unit_code": "U3"},
        {"subscriber_id": 2, "household_id": 5, "service_status": "EXITED", "owner_code": "b"},
        {"subscriber_id": 3, "household_id": 5},
        {"subscriber_id": 4, "household_id": 5, "owner_code": "c"},
        {"subscriber_id": 5, "household_id": 5, "owner_code": "a"},
    )
    assigned = _assigned(store, plan)
    assert assigned[1] == assigned[3] == ("U2", "c", "household")
    assert assigned[2] == ("U1", "b", "attachment")
    assert assigned[5] == ("U1", "a", "attachment")


def test_left_over_households_fill_free_capacity_and_the_rest_stays_in_the_pool(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(*TREE)
    book(
        {"subscriber_id": 1, "owner_code": "c"},
        {"subscriber_id": 2, "home_unit_code": "U2", "household_id": 9},
        {"subscriber_id": 3, "home_unit_code": "U2", "household_id": 9},
        {"subscriber_id": 4, "home_unit_code": "U2"},
    )
    assigned = _assigned(store, plan)
    assert assigned[2] == assigned[3] == ("U2", "c", "capacity")  # one household, one of c's two places
    assert assigned[4] == ("U2", None, "home")


def test_the_playbooks_load_is_the_limit_of_owners_without_their_own(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    """Three households each in U1, where the tree says nothing; c keeps his own two."""
    tree(*TREE)
    book(
        *({"subscriber_id": n, "home_unit_code": "U1"} for n in range(1, 9)),
        *({"subscriber_id": n, "home_unit_code": "U2"} for n in range(11, 15)),
    )
    loaded = replace(plan, service=Service(load=Load(3, 15, 80, 3, Source("test", 1, ""))))
    owners = Counter(owner for _, owner, _ in _assigned(store, loaded).values())
    assert owners == {"a": 3, "b": 3, "c": 2, None: 4}


def test_owners_without_a_limit_share_evenly(store: Store, plan: Playbook, tree: Write, book: Write) -> None:
    tree(*TREE)
    book(*({"subscriber_id": n, "home_unit_code": "U1"} for n in range(1, 12)))
    owners = Counter(owner for _, owner, _ in _assigned(store, plan).values())
    assert set(owners) == {"a", "b"}
    assert abs(owners["a"] - owners["b"]) <= 1


def test_room_is_never_exceeded_and_never_left_while_households_wait(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    draw = random.Random(11)
    nodes: list[tuple[str, str | None, str, int | None]] = [("C", None, "CITY", None)]
    capacity = {}
    for unit in range(20):
        nodes.append((f"U{unit}", "C", "UNIT", None))
        for owner in range(draw.randrange(5)):
            capacity[f"U{unit}.{owner}"] = draw.randrange(20)
            nodes.append((f"U{unit}.{owner}", f"U{unit}", "OWNER", capacity[f"U{unit}.{owner}"]))
    tree(*nodes)
    book(*({"subscriber_id": n, "home_unit_code": f"U{draw.randrange(20)}"} for n in range(1, 601)))
    assigned = _assigned(store, plan)
    load = Counter(owner for _, owner, _ in assigned.values() if owner)
    assert all(count <= capacity[owner] for owner, count in load.items())
    pooled = {unit for unit, owner, _ in assigned.values() if owner is None}
    for owner, room in capacity.items():
        if owner.split(".")[0] in pooled:
            assert load[owner] == room


def test_a_household_keeps_its_owner_next_month(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(*TREE)
    book(*({"subscriber_id": n, "home_unit_code": "U1"} for n in range(10, 20)))
    before = _assigned(store, plan)
    book(*({"subscriber_id": n, "home_unit_code": "U1"} for n in range(1, 20) if n != 12), month=JANUARY)
    after = _assigned(store, plan, JANUARY)
    assert all(after[n] == before[n] for n in range(10, 20) if n != 12)
    assert {after[n][1] for n in range(1, 10)} == {"a", "b"}


def test_an_owner_whose_room_shrinks_gives_up_the_last_household(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(*TREE)
    waiting = [{"subscriber_id": n, "home_unit_code": "U2"} for n in (1, 2)]
    book(*waiting)
    assert {n: owner for n, (_, owner, _) in _assigned(store, plan).items()} == {1: "c", 2: "c"}
    book(*waiting, {"subscriber_id": 3, "owner_code": "c"}, month=JANUARY)
    after = _assigned(store, plan, JANUARY)
    assert (after[1][1], after[2][1], after[3][1]) == ("c", None, "c")


@pytest.mark.req("P10")
def test_no_orphan_no_duplicate_and_every_node_is_the_sum_of_its_children(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(*TREE)
    draw = random.Random(2)

    def pick(*codes: str) -> str | None:
        return draw.choice([None, *codes])

    book(
        *(
            {
                "subscriber_id": n,
                "household_id": draw.choice([None, draw.randrange(100)]),
                "owner_code": pick("a", "b", "c", "gone"),
                "unit_code": pick("U1", "U2", "U3"),
                "representative_code": pick("a", "c"),
                "home_unit_code": pick("U2", "U3"),
            }
            for n in range(1, 501)
        )
    )
    assert set(_assigned(store, plan)) == set(range(1, 501))  # the key is unique by the table's own check
    counts = {node.node_code: node for node in node_counts(store, DECEMBER)}
    assert counts["C"].line_count == 500
    for node in counts.values():
        below = sum(c.line_count for c in counts.values() if c.parent_code == node.node_code)
        assert node.line_count == node.own_count + below
    assert counts["D"].own_count == 0


@pytest.mark.req("P10")
def test_reassigning_keeps_who_looked_after_a_line_before(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(*TREE)
    book({"subscriber_id": 1, "owner_code": "a"})
    book({"subscriber_id": 1, "owner_code": "c"}, month=JANUARY)
    build_assignment(store, plan, DECEMBER)
    build_assignment(store, plan, JANUARY)
    assert [(row.month, row.owner_code) for row in assignment_history(store, 1)] == [
        (202412, "a"),
        (202501, "c"),
    ]
    assert store.require(ASSIGNMENT, month=202412).revision == 1


def test_a_tree_without_a_care_unit_is_refused(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(("C", None, "CITY", None))
    book({"subscriber_id": 1})
    with pytest.raises(DataError, match=r"cohort\.no_unit"):
        build_assignment(store, plan, DECEMBER)


def test_the_newest_tree_up_to_the_month_holds(
    store: Store, plan: Playbook, tree: Write, book: Write
) -> None:
    tree(*TREE)
    tree(("C", None, "CITY", None), ("N", "C", "UNIT", None), month=Month.of(2025, 3))
    book({"subscriber_id": 1, "owner_code": "a"}, month=JANUARY)
    book({"subscriber_id": 1, "owner_code": "a"}, month=Month.of(2025, 4))
    assert _assigned(store, plan, JANUARY)[1] == ("U1", "a", "attachment")
    assert _assigned(store, plan, Month.of(2025, 4))[1] == ("N", None, "last_resort")
