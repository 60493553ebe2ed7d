"""The draw of the hold-out: keyed, stable, nested, of the share that was asked for."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from weixi.engine import Store
from weixi.flow.decision import build_eligibility
from weixi.flow.decision.holdout import threshold
from weixi.flow.warning import detect
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule, Playbook

MAY = Month.of(2025, 5)
COUNT = 2000


def drawn(store: Store, playbook: Playbook, *rules: HoldoutRule) -> set[int]:
    held = replace(playbook, holdouts=rules)
    detect(store, held, MAY)
    found = build_eligibility(store, held, MAY)
    rows = store.rows("SELECT subscriber_id FROM e WHERE is_holdout", inputs={"e": found})
    return {int(row["subscriber_id"]) for row in rows}


def rule(share: str, sql: str = "TRUE") -> HoldoutRule:
    return HoldoutRule("share", sql, Decimal(share))


@pytest.mark.parametrize(
    ("share", "cut"), [("0", "00000000"), ("0.5", "80000000"), ("1", "g"), ("0.02", "051eb851"), ("2", "g")]
)
def test_the_share_as_a_text_that_draws_are_compared_with(share: str, cut: str) -> None:
    assert threshold(Decimal(share)) == cut


def test_the_draw_is_near_the_share_nested_and_kept(
    store: Store, playbook: Playbook, lines: Callable[..., None]
) -> None:
    lines(*({"subscriber_id": k} for k in range(1, COUNT + 1)))
    none, some, more, all_ = (drawn(store, playbook, rule(s)) for s in ("0", "0.1", "0.3", "1"))
    assert none == set()
    assert some < more < all_ == set(range(1, COUNT + 1))
    assert abs(len(some) - 0.1 * COUNT) < 70
    assert abs(len(more) - 0.3 * COUNT) < 110
    assert drawn(store, playbook, rule("0.1")) == some


def test_the_first_rule_that_matches_gives_the_share(
    store: Store, playbook: Playbook, lines: Callable[..., None]
) -> None:
    lines({"subscriber_id": 1, "grade": "REGULAR"}, {"subscriber_id": 2})
    assert drawn(store, playbook, rule("0", "grade = 'KEY'"), rule("1")) == {1}


def test_another_key_draws_others(store: Store, playbook: Playbook, lines: Callable[..., None]) -> None:
    lines(*({"subscriber_id": k} for k in range(1, 301)))
    first = drawn(store, playbook, rule("0.5"))
    (store.home / "secret.key").write_text("0" * 64)
    assert drawn(store, playbook, rule("0.5")) != first


def test_a_household_is_drawn_as_one(store: Store, playbook: Playbook, lines: Callable[..., None]) -> None:
    lines(*({"subscriber_id": k, "household_id": k // 4} for k in range(4, 404)))
    found = drawn(store, playbook, rule("0.4"))
    assert found
    assert {number // 4 * 4 + k for number in found for k in range(4)} == found
