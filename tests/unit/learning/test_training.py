"""The contest on a hand-made book: sealed, the same again, read by the next month's score, overruled by a person."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from handmade.playbooks import SOURCE, bare_playbook
from handmade.tables import put
from weixi.engine import Engine, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.learning import read_promotions, retrain, rule
from weixi.flow.score import (
    PROMOTION,
    ChurnAppointed,
    ChurnTraining,
    Placing,
    Ruling,
    build_churn_score,
    churn_office,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Valuation

JULY = Month.of(2025, 7)
LINES = 240
QUICK = ChurnTraining(months=1, least_leavers=20, threads=1, budget_seconds=0.001)


@pytest.fixture
def playbook() -> Playbook:
    return bare_playbook(value=Valuation(60, {"MOBILE_MAIN": Decimal("0.5")}, SOURCE))


@pytest.fixture
def book(store: Store) -> Store:
    return filled(store)


def filled(store: Store) -> Store:
    """Silent lines of May leave by July; June has the same lines as May, so that it can be scored."""
    rng = np.random.default_rng(5)
    silent = rng.random(LINES) < 0.3
    left = rng.random(LINES) < np.where(silent, 0.5, 0.05)
    numbers = range(LINES)
    features = [
        {"subscriber_id": n, "silent_months": 3 * int(silent[n]), "revenue_3m_fen": 9_000 + n}
        for n in numbers
    ]
    gone = {"service_status": "EXITED", "exit_type": "PORTED_OUT", "exit_date": date(2025, 7, 20)}
    for month in (202505, 202506):
        put(
            store,
            SUBSCRIBER_MONTH,
            [{"subscriber_id": n, "bill_fen": 3_000 + n} for n in numbers],
            month=month,
        )
        put(store, FEATURE, features, month=month)
    there = [{"subscriber_id": n, **(gone if left[n] else {})} for n in numbers]
    put(store, SUBSCRIBER_MONTH, there, month=JULY.number)
    put(store, FEATURE, features, month=JULY.number)
    put(store, SUBSCRIBER_MONTH, there, month=202508)
    put(store, FEATURE, features, month=202508)
    return store


def test_the_contest_is_sealed_and_made_once(
    book: Store, playbook: Playbook, duckdb: Engine, tmp_path: Path
) -> None:
    made = retrain(book, playbook, JULY, QUICK)
    [row] = read_promotions(book, JULY)
    assert (row.recipe, row.champion, row.in_office) == ("single", "single", "single")
    assert (row.verdict, row.gain, row.profit_gain_fen) == (Placing.CHAMPION, 0.0, 0.0)
    assert (row.row_count, row.line_count) == (LINES, LINES)
    assert set(made.manifest.note["left_out"]) == {"trio", "stack", "stack_catboost"}
    assert made.manifest.seal is not None
    assert retrain(book, playbook, JULY, QUICK).path == made.path
    # The same book elsewhere, learnt from with the same seed: the same rows to the byte.
    other = retrain(filled(Store(tmp_path / "other", duckdb)), playbook, JULY, QUICK)
    assert other.manifest.seal == made.manifest.seal
    assert [each.sha256 for each in other.manifest.files] == [each.sha256 for each in made.manifest.files]


def test_challengers_are_judged_on_the_same_rows(book: Store, playbook: Playbook) -> None:
    retrain(book, playbook, JULY, ChurnTraining(months=1, least_leavers=20, threads=1, budget_seconds=0.9))
    rows = read_promotions(book, JULY)
    assert {row.recipe for row in rows} == {"single", "trio"}
    assert {row.row_count for row in rows} == {LINES}
    [trio] = [row for row in rows if row.recipe == "trio"]
    is_promoted = trio.gain > 2 * trio.gain_error and trio.profit_gain_fen > 0
    assert (trio.verdict is Placing.PROMOTED) is is_promoted
    assert trio.needed == 2.0


def test_who_won_scores_the_month_after(book: Store, playbook: Playbook) -> None:
    assert churn_office(book, JULY).appointed is ChurnAppointed.FIRST
    won = {"recipe": "trio", "champion": "single", "in_office": "trio", "verdict": "PROMOTED"}
    put(book, PROMOTION, [won], month=JULY.number)
    assert churn_office(book, JULY).recipe == "single"
    office = churn_office(book, JULY.plus(1))
    assert (office.recipe, office.appointed, office.since) == ("trio", ChurnAppointed.CONTEST, JULY)
    card = build_churn_score(book, playbook, JULY.plus(1), QUICK).manifest.note["card"]
    assert (card["recipe"], card["appointed"]) == ("trio", "CONTEST")
    # The budget drops the dearest member of the recipe in office; the cheapest always stays.
    assert {name for name, _, _ in card["members"]} <= {"splines", "shallow", "regularised"}


def test_a_person_keeps_and_releases(book: Store, playbook: Playbook) -> None:
    won = {"recipe": "stack", "champion": "single", "in_office": "stack", "verdict": "PROMOTED"}
    put(book, PROMOTION, [won], month=JULY.number)
    rule(book, JULY, Ruling.KEEP, recipe="single", said_by="Li", reason="complaints")
    office = churn_office(book, JULY.plus(3))
    assert (office.recipe, office.appointed, office.reason) == ("single", ChurnAppointed.PERSON, "complaints")
    rule(book, JULY.plus(1), Ruling.RELEASE, recipe=None, said_by="Li", reason="mended")
    assert churn_office(book, JULY.plus(1)).recipe == "single"
    assert churn_office(book, JULY.plus(2)).recipe == "stack"


@pytest.mark.parametrize(
    ("ruling", "recipe", "said_by"),
    [(Ruling.KEEP, "best", "Li"), (Ruling.KEEP, None, "Li"), (Ruling.KEEP, "trio", " ")],
)
def test_a_word_needs_a_recipe_and_a_name(
    store: Store, ruling: Ruling, recipe: str | None, said_by: str
) -> None:
    with pytest.raises(UsageError):
        rule(store, JULY, ruling, recipe=recipe, said_by=said_by, reason="why")
