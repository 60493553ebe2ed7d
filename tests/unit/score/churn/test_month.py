"""The month's scores on hand-made books: who has one, the prior put right, the card, the same again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from handmade.playbooks import bare_playbook, bare_warning
from handmade.tables import split
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.score.churn import CHURN_SCORE, Training, build_churn_score
from weixi.flow.score.churn.target import Draw, count_known, observe
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Reason

JULY = Month.of(2025, 7)
LINES = 500
QUICK = Training(months=2, most_rows=400, least_leavers=30, threads=1, budget_seconds=0.001)
SILENT = Reason("silent", "silent_months >= 2", Text("两个月没有使用", "no use for two months"))


@pytest.fixture
def books(put: Callable[..., Partition]) -> tuple[int, float, float]:
    """Lines that are silent leave six times as often; observed in April and May, known by July.

    How many left in all, of the silent lines which share, of the others which.
    """
    rng = np.random.default_rng(5)
    came: list[tuple[bool, bool]] = []
    silent = {month: rng.random(LINES) < 0.3 for month in (202504, 202505, 202507)}
    for month, quiet in silent.items():
        rows = [
            {
                "subscriber_id": number,
                "silent_months": 3 if quiet[number] else 0,
                "bill_fen": int(rng.integers(2_000, 9_000)),
                "data_kb": int(rng.integers(0, 10**6)),
            }
            for number in range(LINES)
        ]
        line, feature = split(rows, SUBSCRIBER_MONTH, FEATURE)
        put(FEATURE, feature, month=month)
        put(SUBSCRIBER_MONTH, line, month=month)
    for observed, later in ((202504, 202506), (202505, 202507)):
        goes = rng.random(LINES) < np.where(silent[observed], 0.3, 0.05)
        came += zip(silent[observed].tolist(), goes.tolist(), strict=True)
        gone = {
            "service_status": "EXITED",
            "exit_type": "PORTED_OUT",
            "exit_date": date(2025, later % 100, 20),
        }
        used = [
            {"bill_fen": int(rng.integers(2_000, 9_000)), "data_kb": int(rng.integers(0, 10**6))}
            for _ in range(LINES)
        ]
        there = [{"subscriber_id": n, **used[n], **(gone if goes[n] else {})} for n in range(LINES)]
        if later == 202507:
            there += [{"subscriber_id": LINES + n, **used[n]} for n in range(LINES)]
            july = [
                {"subscriber_id": row["subscriber_id"], "silent_months": 3 * (row["subscriber_id"] % 4 == 0)}
                for row in there
            ]
            put(FEATURE, july, month=later)
        put(SUBSCRIBER_MONTH, there, month=later)
    rates = [float(np.mean([left for quiet, left in came if quiet is kind])) for kind in (True, False)]
    return sum(left for _, left in came), rates[0], rates[1]


@pytest.fixture
def playbook() -> Playbook:
    return bare_playbook(warnings=(bare_warning("quiet", sql="is_counted", reasons=(SILENT,)),))


def test_scores_card_and_seal(store: Store, books: tuple[int, float, float], playbook: Playbook) -> None:
    made = build_churn_score(store, playbook, JULY, QUICK)
    rows = store.rows("SELECT subscriber_id, score, probability_ppm, reason_1 FROM s", inputs={"s": made})
    gone = store.rows(
        "SELECT count(*) AS n FROM b WHERE service_status = 'EXITED'",
        inputs={"b": store.require(SUBSCRIBER_MONTH, month=JULY.number)},
    )[0]["n"]
    assert len(rows) == 2 * LINES - gone
    assert made.manifest.seal is not None
    quiet = [row for row in rows if row["subscriber_id"] % 4 == 0]
    others = [row for row in rows if row["subscriber_id"] % 4]
    mean = np.mean([row["probability_ppm"] for row in rows]) / 1e6
    # A quarter is silent now, 0.3 were then; only a part of the stayers was seen in training.
    leavers, of_silent, of_others = books
    assert mean == pytest.approx(0.25 * of_silent + 0.75 * of_others, abs=0.02)
    assert np.mean([row["score"] for row in quiet]) > np.mean([row["score"] for row in others]) + 20
    assert {row["reason_1"] for row in others} == {None}
    card = made.manifest.note["card"]
    assert (card["months"], card["rows"]) == (["2025-04", "2025-05"], 400)
    assert card["kept_share"] < 0.5
    assert card["leavers"] == leavers
    assert {name for name, _ in card["drift"][:3]} & {"silent_months"}
    assert (card["recipe"], card["appointed"]) == ("single", "FIRST")
    assert len(card["inputs"]) == 8 - 1


def test_of_a_large_book_a_part_is_read(
    store: Store, books: tuple[int, float, float], playbook: Playbook
) -> None:
    """Leavers are drawn as well as stayers, and the probabilities are still those of the whole book."""
    few = replace(QUICK, most_rows=200)
    made = build_churn_score(store, playbook, JULY, few)
    card = made.manifest.note["card"]
    leavers, of_silent, of_others = books
    assert 60 < card["leavers"] <= leavers
    assert card["rows"] <= 220
    rows = store.rows("SELECT probability_ppm FROM s", inputs={"s": made})
    mean = np.mean([row["probability_ppm"] for row in rows]) / 1e6
    assert mean == pytest.approx(0.25 * of_silent + 0.75 * of_others, abs=0.04)


def test_the_draw_takes_its_shares(store: Store, books: tuple[int, float, float]) -> None:
    april = Month.of(2025, 4)
    left, stayed = count_known(store, april, QUICK.windows)
    whole = observe(store, april, QUICK.windows, labelled=True)
    assert whole.label is not None
    assert (left, stayed) == (int(whole.label.sum()), int((1 - whole.label).sum()))
    part = observe(store, april, QUICK.windows, labelled=True, draw=Draw(1.0, 0.3, 42))
    assert part.label is not None
    assert part.label.sum() == left
    spread = (stayed * 0.3 * 0.7) ** 0.5
    assert abs((1 - part.label).sum() - 0.3 * stayed) < 4 * spread
    other = observe(store, april, QUICK.windows, labelled=True, draw=Draw(1.0, 0.3, 43))
    assert set(other.subscriber_ids.tolist()) != set(part.subscriber_ids.tolist())


def test_the_same_again_is_not_made_again(
    store: Store, books: tuple[int, float, float], playbook: Playbook
) -> None:
    made = build_churn_score(store, playbook, JULY, QUICK)
    assert build_churn_score(store, playbook, JULY, QUICK).path == made.path
    assert store.current(CHURN_SCORE, month=JULY.number) == made


def test_too_few_have_left(store: Store, books: tuple[int, float, float], playbook: Playbook) -> None:
    with pytest.raises(DataError, match=r"lines are known to have left; 5,000 are needed"):
        build_churn_score(store, playbook, JULY, Training(months=2, least_leavers=5_000))
