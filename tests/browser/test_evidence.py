"""What decisions rest on, as its readers see it: every page with results, in both languages and on a telephone."""

import pytest

from browser.conftest import Desk, Enter, submit
from handmade.certified import seal_certificate
from handmade.evidence import (
    proposal,
    seal,
    seal_contest,
    seal_effects,
    seal_lift,
    seal_tuning,
    seal_value,
    seal_warnings,
)
from handmade.pages import LANGUAGES, PAGES
from weixi.engine import Store, open_engine
from weixi.flow.cohort import require_tree
from weixi.flow.learning import PROPOSAL
from weixi.flow.outcome import OUTCOME
from weixi.flow.run import open_playbook
from weixi.flow.warning import WARNING
from weixi.kernel.period import Month

pytestmark = pytest.mark.browser

READERS = {
    "county": ("warnings", "quiet"),
    "manager": ("effect", "experiments", "risk-card", "uplift-card", "value-card", "actions"),
    "planner": ("certificate", "proposals"),
}
"""The pages that each of them opens."""


@pytest.fixture(scope="module")
def results(desk: Desk) -> Month:
    """The month whose results are sealed in the desk's home: of every kind, and not the simulated operator's own."""
    store, plan = Store(desk.home, open_engine("duckdb", desk.home / "scratch")), open_playbook()
    month = Month.from_number(max(int(each.key["month"]) for each in store.partitions(OUTCOME)))
    nodes = store.rows(
        "SELECT node_code, level FROM n ORDER BY node_code", inputs={"n": require_tree(store, month)}
    )
    counties = [row["node_code"] for row in nodes if row["level"] == "COUNTY"]
    kinds = [rule.code for rule in plan.warnings][:4]
    for each in month.back(4):
        seal_warnings(store, plan, each, seed=each.number)
        seal_lift(store, each, counties, kinds)
    seal_tuning(store, month, ["a" * 64] * 5 + [plan.fingerprint] * 3)
    seal_contest(store, month.plus(-1))
    seal_value(store, month)
    seal_certificate(store, month.plus(1), limits=12)
    lines = store.rows(
        "SELECT subscriber_id FROM w ORDER BY subscriber_id",
        inputs={"w": store.require(WARNING, month=month.number)},
    )
    kinds_of = [("HARMS", -24_000), ("UNPROVEN", 3_000), ("HELPS", 31_000)]
    seal_effects(store, plan, month, {row["subscriber_id"]: kinds_of[k % 3] for k, row in enumerate(lines)})
    high = "parameter.high_value_arpu.value"
    seal(
        store,
        PROPOSAL,
        month,
        [proposal("T1", high, "80", "85"), proposal("T2", high, "80", "75", "NOT_BETTER")],
    )
    store.engine.close()
    return month


@pytest.mark.usefixtures("results")
@pytest.mark.parametrize("who", sorted(READERS))
def test_every_page_of_evidence_is_seen_in_both_languages_and_widths(enter: Enter, who: str) -> None:
    visitor = enter(who)
    own = [seen for seen in PAGES if seen.walk == "test_evidence.py" and seen.who == who]
    assert {seen.name for seen in own} == set(READERS[who])
    for seen in own:
        for language in LANGUAGES:
            for phone in (False, True):
                window = visitor.window(language, phone=phone)
                page = window.open(seen.address)
                assert page.locator("[data-missing]").count() == 0, seen.name
                window.picture(seen.name)


def test_a_planner_accepts_a_proposal_and_lands_in_its_draft(enter: Enter, results: Month) -> None:
    visitor = enter("planner")
    page = visitor.open("/evidence/")
    assert page.url.endswith("/evidence/effect/")
    page = visitor.open("/evidence/proposals/")
    submit(visitor, '[data-proposal="T1"] button[value="accept"]')
    assert "/planning/versions/" in page.url
    assert "另一位策划审批" in page.inner_text("main")
    page = visitor.open("/evidence/proposals/")
    assert page.locator('[data-answer="ACCEPTED"]').count() == 1
    visitor.check()
