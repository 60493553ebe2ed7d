"""Where nodes lie, and what posts let a person see."""

import pytest

from weixi.desk.org.rules import Held, NodeRow, Role, Sight, outermost, place, sight
from weixi.kernel.errors import DataError
from weixi.kernel.terms import OrgLevel


def row(code: str, parent: str | None) -> NodeRow:
    return NodeRow(code, parent, OrgLevel.UNIT, code)


def test_paths_are_the_codes_from_the_root_whatever_the_order_of_rows() -> None:
    placed = place([row("W", "U"), row("U", "P"), row("P", None), row("Q", "P")])
    assert [(p.row.code, p.path, p.depth) for p in placed] == [
        ("P", "P/", 0),
        ("Q", "P/Q/", 1),
        ("U", "P/U/", 1),
        ("W", "P/U/W/", 2),
    ]


@pytest.mark.parametrize(
    ("rows", "code", "where"),
    [
        ([row("P", None), row("U", "X")], "org.parent", "U"),
        ([row("P", None), row("U", "W"), row("W", "U")], "org.ring", "U"),
        ([row("P", "P")], "org.ring", "P"),
        ([row("P", None), row("P", None)], "org.twice", "P"),
        ([row("p", None), row("P", None)], "org.twice", "P"),
        ([row("P/1", None)], "org.code", "P/1"),
        ([row("", None)], "org.code", ""),
    ],
)
def test_rows_that_are_no_tree_are_named(rows: list[NodeRow], code: str, where: str) -> None:
    with pytest.raises(DataError) as fault:
        place(rows)
    assert (fault.value.code, fault.value.where) == (code, where)


def test_a_sight_covers_its_subtrees_and_nothing_beside_them() -> None:
    seen = sight(1, "", [Held(Role.COUNTY_MANAGER, "P/C/D1/"), Held(Role.AGENT, "P/C/D1/U1/")])
    assert seen.paths == ("P/C/D1/",)
    assert seen.roles == {Role.COUNTY_MANAGER, Role.AGENT}
    assert seen.covers("P/C/D1/")
    assert seen.covers("P/C/D1/U2/")
    assert not seen.covers("P/C/D10/")
    assert not seen.covers("P/C/")
    assert not seen.covers("")


def test_a_role_does_not_spread_over_another_ones_subtree() -> None:
    seen = sight(1, "", [Held(Role.AUDITOR, "P/"), Held(Role.AGENT, "P/C/U1/")])
    assert seen.covers("P/C/U2/")
    assert seen.covers_as("P/C/U1/", {Role.AGENT})
    assert not seen.covers_as("P/C/U2/", {Role.AGENT})
    assert seen.paths_as({Role.AGENT}) == ("P/C/U1/",)
    assert seen.paths_as(()) == ("P/",)


def test_who_holds_nothing_sees_nothing() -> None:
    nobody = Sight(1, "", frozenset(), ())
    assert not nobody.covers("P/")
    assert not nobody.covers_as("P/", ())


def test_paths_inside_others_are_dropped() -> None:
    assert outermost(["P/C/", "P/C/D/", "P/D/", "P/C/"]) == ("P/C/", "P/D/")
