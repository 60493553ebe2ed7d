"""The contest on a hand-made book: sealed, the same again, read by the next month's score, overruled by a person."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from handmade.playbooks import SOURCE, bare_playbook
from handmade.tables import put
from weixi.engine import Engine, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.learning import read_absent, read_promotions, retrain, rule
from weixi.flow.score import (
    CHURN_RECIPES,
    PROMOTION,
    ChurnAbsent,
    ChurnAppointed,
    ChurnTraining,
    Placing,
    Ruling,
    build_churn_score,
    churn_office,
    read_churn_history,
)
from weixi.flow.score.churn.catboost import CATBOOST, has_catboost
from weixi.flow.score.churn.stack import fit_stack
from weixi.kernel.errors import UsageError
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Valuation

JULY = Month.of(2025, 7)
LINES = 240
WON = {"recipe": "trio", "champion": "single", "in_office": "trio", "verdict": "PROMOTED"}
NEEDS_CATBOOST = pytest.mark.skipif(
    not has_catboost(), reason="CatBoost is not installed: the extra `lab` brings it"
)
QUICK = ChurnTraining(months=1, least_leavers=20, threads=1, budget_seconds=0.001)


@pytest.fixture
def playbook() -> Playbook:
    return bare_playbook(value=Valuation(60, {"MOBILE_MAIN": Decimal("0.5")}, SOURCE))


@pytest.fixture
def book(store: Store) -> Store:
    return filled(store)


def filled(store: Store, count: int = LINES) -> Store:
    """Silent lines of May leave by July; June has the same lines as May, so that it can be scored."""
    rng = np.random.default_rng(5)
    silent = rng.random(count) < 0.3
    left = rng.random(count) < np.where(silent, 0.5, 0.05)
    numbers = range(count)
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
    assert set(made.manifest.note["left_out"]) == {"trio", "stack", "catboost", "stack_catboost"}
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


@NEEDS_CATBOOST
def test_catboost_competes_where_it_is_installed(store: Store, playbook: Playbook) -> None:
    """Every recipe on the same rows, CatBoost alone and in the stack among them."""
    # A network takes batches of 200 rows.
    book = filled(store, 400)
    whole = ChurnTraining(months=1, least_leavers=20, threads=1, budget_seconds=None)
    made = retrain(book, playbook, JULY, whole)
    rows = {row.recipe: row for row in read_promotions(book, JULY)}
    assert set(rows) == set(CHURN_RECIPES)
    assert made.manifest.note["left_out"] == {}
    assert read_absent(book, JULY) == {}
    assert {row.row_count for row in rows.values()} == {400}
    cat = rows["catboost"]
    assert cat.needed == pytest.approx(NormalDist().inv_cdf(1 - 0.025 / 4))
    # It said something of its own, and nothing wild: the mean log loss of what it competes with is about 0.5.
    assert cat.gain != rows["stack_catboost"].gain != rows["stack"].gain
    assert abs(cat.gain) < 0.1
    assert 0 < cat.gain_error < 0.05
    able = cat.gain > cat.needed * cat.gain_error and cat.profit_gain_fen > 0
    assert (cat.verdict in (Placing.PROMOTED, Placing.SECOND)) is able


@NEEDS_CATBOOST
def test_catboost_says_what_each_column_adds(book: Store) -> None:
    """Reasons are named by it: a stack of CatBoost alone would have none otherwise."""
    history = read_churn_history(book, [Month.of(2025, 5)], QUICK)
    short = replace(CATBOOST, path=(20, 40))
    stack = fit_stack(history.frame, history.label, [short], seed=1, threads=1, inner=2)
    told = stack.contributions(history.frame)
    whole = np.sum(list(told.values()), axis=0)
    margins = stack.parts[0].margins(stack.sums.beside(history.frame)) * stack.blend.weights[0]
    # SHAP values and one mean for all add up to the log odds.
    assert np.ptp(margins - whole) < 1e-4
    assert max(told, key=lambda name: float(np.abs(told[name]).sum())) == "silent_months"


def test_without_catboost_the_reason_is_said(
    book: Store, playbook: Playbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weixi.flow.score.churn.recipe.has_catboost", lambda: False)
    retrain(book, playbook, JULY, QUICK)
    assert read_absent(book, JULY) == {
        "trio": ChurnAbsent.BUDGET,
        "stack": ChurnAbsent.BUDGET,
        "catboost": ChurnAbsent.LIBRARY,
        "stack_catboost": ChurnAbsent.LIBRARY,
    }
    put(book, PROMOTION, [WON | {"recipe": "catboost", "in_office": "catboost"}], month=JULY.number)
    office = churn_office(book, JULY.plus(1))
    assert (office.recipe, office.appointed) == ("single", ChurnAppointed.FALLBACK)
    card = build_churn_score(book, playbook, JULY.plus(1), QUICK).manifest.note["card"]
    assert (card["recipe"], card["appointed"]) == ("single", "FALLBACK")


def test_who_won_scores_the_month_after(book: Store, playbook: Playbook) -> None:
    assert churn_office(book, JULY).appointed is ChurnAppointed.FIRST
    put(book, PROMOTION, [WON], month=JULY.number)
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
