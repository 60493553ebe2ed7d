"""The draws beside the universal hold-out: of each campaign, and of random logging with its propensities."""

import hashlib
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from weixi.engine import Partition, Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import RandomLogging, campaign_holdout_sql, cut_sql, holdout_sql, share_of
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import CampaignHoldout, HoldoutRule, Source

COUNT = 4_000
MARCH = Month.of(2025, 3)


@pytest.fixture
def ask(store: Store, put: Callable[..., Partition]) -> Callable[[str], list]:
    """An expression over COUNT households, `subscriber_id` 1 … COUNT with the key `S<id>`."""
    rows = [{"subscriber_id": k} for k in range(1, COUNT + 1)]
    lines = put(SUBSCRIBER_MONTH, rows, month=MARCH.number)

    def asked(expression: str) -> list:
        text = f"""SELECT {expression} AS answer FROM (
            SELECT subscriber_id, concat('S', CAST(subscriber_id AS VARCHAR)) AS household_key FROM line
        ) AS l ORDER BY subscriber_id"""
        secrets = {"hash_key": store.hash_key} if "$hash_key" in text else {}
        found = store.rows(text, inputs={"line": lines}, secrets=secrets)
        return [row["answer"] for row in found]

    return asked


def by_hand(store: Store, purpose: str) -> list[float]:
    """Every household's draw between 0 and 1, by Python's own SHA-256."""
    texts = (f"{store.hash_key}:{purpose}:S{k}" for k in range(1, COUNT + 1))
    return [int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 2**32 for text in texts]


def campaign(share: str, channel: str, sql: str = "TRUE") -> CampaignHoldout:
    return CampaignHoldout("c", Text("", ""), (channel,), sql, Decimal(share), Source("default", 0, ""))


def test_the_universal_draw_is_the_one_it_was(store: Store, ask: Callable) -> None:
    rules = [
        HoldoutRule("few", "subscriber_id <= 100", Decimal("0.5")),
        HoldoutRule("all", "TRUE", Decimal("0.1")),
    ]
    draws = by_hand(store, "holdout")
    assert ask(holdout_sql(rules)) == [d < (0.5 if k <= 100 else 0.1) for k, d in enumerate(draws, start=1)]
    shares = [share_of(cut) for cut in ask(cut_sql(rules))]
    assert shares[0] == 0.5
    assert shares[-1] == pytest.approx(0.1, abs=1e-9)


def test_each_campaign_draws_anew_with_the_share_of_its_channel(store: Store, ask: Callable) -> None:
    rules = [campaign("0.3", "SMS", "subscriber_id > 1000"), campaign("0.2", "PHONE")]
    spring, autumn = (ask(campaign_holdout_sql(rules, name, "PHONE")) for name in ("spring", "autumn"))
    assert spring == [d < 0.2 for d in by_hand(store, "holdout:spring")]
    both = sum(a and b for a, b in zip(spring, autumn, strict=True))
    assert both == pytest.approx(0.04 * COUNT, abs=45)  # independent: a fifth of a fifth
    by_sms = ask(campaign_holdout_sql(rules, "spring", "SMS"))
    assert not any(by_sms[:1000])
    assert sum(by_sms) == pytest.approx(0.3 * 3_000, abs=85)
    assert campaign_holdout_sql(rules, "spring", "APP") == "FALSE"


def test_logged_actions_come_as_often_as_their_propensities_say(store: Store, ask: Callable) -> None:
    logging = RandomLogging(Decimal("0.05"), MARCH)
    drawn = ask(logging.is_drawn_sql())
    assert drawn == [d < 0.05 for d in by_hand(store, f"logging:{MARCH.number}")]
    assert drawn != ask(RandomLogging(Decimal("0.05"), MARCH.plus(1)).is_drawn_sql())
    count = "(subscriber_id % 3 + 1)"
    places = ask(logging.place_sql(count, 3))
    for actions in (1, 2, 3):
        seen = Counter(place for k, place in enumerate(places, start=1) if k % 3 + 1 == actions)
        assert set(seen) == set(range(1, actions + 1))
        for times in seen.values():
            assert times / seen.total() == pytest.approx(1 / actions, abs=0.045)
