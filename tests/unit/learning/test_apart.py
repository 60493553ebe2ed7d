"""The hold-out that would tell: households and losses counted again, the needs by the textbook's formula."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import ceil

import pytest
from scipy.stats import norm

from handmade.playbooks import SOURCE, bare_playbook
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN, PLAN_LINE
from weixi.flow.learning import ProposalKind
from weixi.flow.learning.apart import read_apart
from weixi.flow.learning.telling import holdout_proposal
from weixi.flow.outcome import OUTCOME
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule, Parameter, Playbook, Source

MAY, JUNE = Month.of(2025, 5), Month.of(2025, 6)
DAY = date(2025, 6, 5)
HOUSES = 300
WORDS = {"grade": "REGULAR", "band": "B80", "stage": "STABLE", "cluster": "GENERAL", "category": "PERSONAL"}


def playbook(share: str) -> Playbook:
    place = Source("test", 1, "", at="plan.toml:9")
    return bare_playbook(
        holdouts=(
            HoldoutRule("old", "COALESCE(tenure_months >= 120, FALSE)", Decimal(0), share_name="none"),
            HoldoutRule(
                "mass", "TRUE", Decimal(share), Text("大众", "mass"), source=SOURCE, share_name="mass"
            ),
        ),
        parameters={"mass": Parameter("mass", Decimal(share), "rate", Text("留白", "held"), place)},
    )


@pytest.fixture
def plan(store: Store, put: Callable[..., Partition]) -> Store:
    """Three hundred households of two lines; of every tenth one line is never held out; every twentieth leaves."""
    lines = range(2 * HOUSES)
    put(
        SUBSCRIBER_MONTH,
        [{"subscriber_id": n, "open_date": date(2010 if n % 20 == 0 else 2024, 1, 1)} for n in lines],
        month=MAY.number,
    )
    put(FEATURE, [{"subscriber_id": n} for n in lines], month=MAY.number)
    put(LABEL, [{"subscriber_id": n, **WORDS} for n in lines], month=MAY.number)
    common = {"kind": "quiet", "node_code": "U"}
    tasks = [{"task_id": f"t{k}", "subscriber_id": 2 * k, **common} for k in range(HOUSES)]
    put(
        PLAN,
        [
            {
                **task,
                "household_key": task["task_id"],
                "line_count": 2,
                "task_type": "WARNING",
                "level": "RED",
                "happens_date": DAY,
                "task_date": DAY,
                "window_start_date": DAY,
                "window_end_date": JUNE.end,
                "unit_code": "U",
            }
            for task in tasks
        ],
        month=JUNE.number,
    )
    put(
        PLAN_LINE,
        [{"task_id": f"t{n // 2}", "subscriber_id": n, "kind": "quiet", "happens_date": DAY} for n in lines],
        month=JUNE.number,
    )
    put(
        OUTCOME,
        [{**task, "is_retained": k % 20 != 0} for k, task in enumerate(tasks)],
        month=JUNE.number,
    )
    return store


def needed(base: float, share: float) -> int:
    """Households of both arms to show a fifth fewer leavers: two proportions, unpooled, 5 %, power 80 %."""
    effect = 0.2 * (1 - base)
    z = norm.ppf(0.975) + norm.ppf(0.8)
    spread = (base + effect) * (1 - base - effect) / (1 - share) + base * (1 - base) / share
    return ceil(z**2 * spread / effect**2)


def test_the_share_that_tells(plan: Store) -> None:
    rules = playbook("0.02")
    found = read_apart(plan, rules, JUNE)
    assert found is not None
    base = 1 - (HOUSES / 20 + 0.5) / (HOUSES + 1)
    assert found.base == pytest.approx(base)
    # Line 0, 20, 40 … leads every tenth household and is never held out.
    assert found.household_count == HOUSES * 9 // 10
    assert found.now_months == ceil(needed(base, 0.02) / found.household_count)
    assert found.months == tuple(
        ceil(needed(base, share) / found.household_count) for share in (0.02, 0.05, 0.1)
    )
    proposal = holdout_proposal(rules, found)
    assert (proposal.kind, proposal.value_now, proposal.value_proposed) == (ProposalKind.HOLDOUT, "2", "10")
    assert (proposal.path, proposal.line) == ("parameter.mass.value", 9)
    assert proposal.evidence.figures["households_proposed"] == needed(base, 0.1)


def test_a_share_that_is_large_stays(plan: Store) -> None:
    rules = playbook("0.3")
    found = read_apart(plan, rules, JUNE)
    assert found is not None
    assert not holdout_proposal(rules, found).is_proposed


def test_without_a_plan_that_ended_nothing_is_said(plan: Store) -> None:
    assert read_apart(plan, playbook("0.02"), MAY) is None
    assert read_apart(plan, bare_playbook(), JUNE) is None
