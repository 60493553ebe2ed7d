"""The cut that makes a customer important: the smallest set that earns more than half of the unit's revenue."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.segment import LABEL, THRESHOLD, build_label, build_threshold
from weixi.kernel.period import Month
from weixi.playbook import Playbook

MAY = Month.of(2025, 5)
Book = Callable[..., None]


def _line(subscriber_id: int, revenue_fen: int, unit: str | None = "U1", **more: Any) -> dict[str, Any]:
    return {"subscriber_id": subscriber_id, "revenue_12m_fen": revenue_fen, "unit_code": unit, **more}


def _cuts(store: Store, plan: Playbook) -> dict[str, tuple[int, int, int]]:
    cut = build_threshold(store, plan, MAY)
    found = store.rows(
        "SELECT unit_code, revenue_fen, key_revenue_fen, key_subscriber_id FROM cut", inputs={"cut": cut}
    )
    return {r["unit_code"]: (r["revenue_fen"], r["key_revenue_fen"], r["key_subscriber_id"]) for r in found}


def _keys(store: Store, plan: Playbook) -> set[int]:
    build_threshold(store, plan, MAY)
    build_label(store, plan, MAY)
    label = store.require(LABEL, month=MAY.number)
    found = store.rows("SELECT subscriber_id FROM label WHERE grade = 'KEY'", inputs={"label": label})
    return {row["subscriber_id"] for row in found}


def test_one_line_that_earns_more_than_half_is_the_whole_set(
    store: Store, plan: Playbook, book: Book
) -> None:
    book(_line(1, 6000), _line(2, 3000), _line(3, 1000))
    assert _cuts(store, plan) == {"U1": (10000, 6000, 1)}
    assert _keys(store, plan) == {1}


def test_exactly_half_is_not_more_than_half(store: Store, plan: Playbook, book: Book) -> None:
    book(_line(1, 5000), _line(2, 3000), _line(3, 2000))
    assert _keys(store, plan) == {1, 2}


def test_of_equal_revenues_the_smaller_id_is_inside(store: Store, plan: Playbook, book: Book) -> None:
    book(_line(9, 2500), _line(4, 2500), _line(7, 2500), _line(2, 2500))
    assert _cuts(store, plan) == {"U1": (10000, 2500, 7)}
    assert _keys(store, plan) == {2, 4, 7}


def test_every_unit_has_its_own_cut_and_unattached_lines_theirs(
    store: Store, plan: Playbook, book: Book
) -> None:
    book(_line(1, 100, "U1"), _line(2, 10, "U1"), _line(3, 9000, "U2"), _line(4, 7, None), _line(5, 6, None))
    assert _cuts(store, plan) == {"U1": (110, 100, 1), "U2": (9000, 9000, 3), "": (13, 7, 4)}
    assert _keys(store, plan) == {1, 3, 4}


def test_lines_out_of_service_neither_count_nor_become_key(store: Store, plan: Playbook, book: Book) -> None:
    book(
        _line(1, 50000, service_status="EXITED"),
        _line(2, 50000, line_use="TEST"),
        _line(3, 600),
        _line(4, 400),
    )
    assert _cuts(store, plan) == {"U1": (1000, 600, 3)}
    assert _keys(store, plan) == {3}


def test_a_unit_without_revenue_has_no_cut(store: Store, plan: Playbook, book: Book) -> None:
    book(_line(1, 0), _line(2, -500, "U2"), _line(3, 200, "U2"))
    assert _cuts(store, plan) == {}
    assert _keys(store, plan) == set()


def test_the_share_comes_from_the_playbook(store: Store, plan: Playbook, book: Book) -> None:
    book(*(_line(n, 100) for n in range(1, 11)))
    assert _keys(store, replace(plan, key_share=Decimal("0.25"))) == {1, 2, 3}


@pytest.mark.req("G2")
def test_the_set_is_the_smallest_that_earns_more_than_the_share(
    store: Store, plan: Playbook, book: Book
) -> None:
    draw = random.Random(5)
    lines = [
        _line(
            n,
            draw.choice([0, 100, 100, 250, draw.randrange(10000), -draw.randrange(300)]),
            f"U{draw.randrange(60)}",
        )
        for n in range(1, 1001)
    ]
    book(*lines)
    share = Fraction("0.8")
    keys = _keys(store, replace(plan, key_share=Decimal("0.8")))
    units = defaultdict(list)
    for line in lines:
        units[line["unit_code"]].append((line["revenue_12m_fen"], line["subscriber_id"]))
    for members in units.values():
        total = sum(revenue for revenue, _ in members)
        inside = sorted((r, -n) for r, n in members if n in keys)
        if total <= 0:
            assert not inside
            continue
        earned = sum(revenue for revenue, _ in inside)
        assert earned > share * total
        assert earned - inside[0][0] <= share * total  # without its smallest member it is too small
        assert all((r, -n) < inside[0] for r, n in members if n not in keys)


def test_the_cut_is_sealed_and_the_same_inputs_make_it_once(store: Store, plan: Playbook, book: Book) -> None:
    book(_line(1, 100))
    first = build_threshold(store, plan, MAY)
    assert first.manifest.seal is not None
    assert build_threshold(store, plan, MAY).fingerprint == first.fingerprint
    assert [p.revision for p in store.partitions(THRESHOLD)] == [1]
