"""Where the truth is known: the intervals of lift hold it as often as they say, and peeking does what is said of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CAMPAIGNS = 2_000
NOISE = 3.3 * (0.95 * 0.05 / CAMPAIGNS) ** 0.5
"""99.9 % of such runs lie within it; of intervals that are an eighth too narrow or too wide few do."""


@pytest.fixture(scope="module")
def county() -> dict[str, Any]:
    """The benchmark's own report for campaigns of a county, on a smaller scale; its seed is fixed."""
    size = ["--campaigns", str(CAMPAIGNS), "--subscribers", "20000", "--shape", "county", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.lift", *size], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)["shapes"]["county"]


@pytest.mark.parametrize("outcome", ["retained", "revenue", "retained_plain", "revenue_plain"])
def test_the_fixed_interval_holds_the_truth_in_95_of_100_campaigns(county: dict, outcome: str) -> None:
    assert county["true_effect"][outcome]["once"] == pytest.approx(0.95, abs=NOISE)
    assert county["no_effect"][outcome]["shown_once"] == pytest.approx(0.05, abs=NOISE)


@pytest.mark.parametrize("outcome", ["retained", "revenue"])
def test_the_always_valid_interval_holds_it_at_every_look(county: dict, outcome: str) -> None:
    assert county["true_effect"][outcome]["always"] >= 0.95
    assert county["no_effect"][outcome]["shown_always"] <= 0.05
    assert 1.4 < county["true_effect"][outcome]["width"] < 1.8


@pytest.mark.parametrize("outcome", ["retained", "revenue"])
def test_peeking_at_the_fixed_one_raises_false_alarms(county: dict, outcome: str) -> None:
    assert county["no_effect"][outcome]["shown_naive"] > 0.2


def test_the_past_bill_removes_most_of_the_noise_of_revenue(county: dict) -> None:
    assert county["true_effect"]["revenue"]["removed"] > 0.6
    assert county["true_effect"]["revenue_plain"]["removed"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("kind", ["once", "always"])
def test_what_is_called_detectable_is_shown_in_four_of_five_campaigns(county: dict, kind: str) -> None:
    shown = county[f"detectable_{kind}"]["shown"]
    assert 0.78 < shown < 0.97
