"""The catalogue: each calibre once, complete in words, found by its name."""

import re
from fractions import Fraction

import pytest

from weixi.flow.assessment import CALIBRES, KPI_NAMES, find_calibre, show, value, yearly_loss
from weixi.kernel.errors import UsageError


def test_ids_are_unique_and_carry_their_version() -> None:
    ids = [calibre.id for calibre in CALIBRES]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z0-9_]+@[1-9]\d*", each) for each in ids)


@pytest.mark.parametrize("calibre", CALIBRES, ids=lambda c: c.id)
def test_a_calibre_says_everything_in_both_languages(calibre) -> None:
    assert calibre.kpi in KPI_NAMES
    assert calibre.code.startswith(f"{calibre.kpi}.")
    for text in (
        calibre.name,
        calibre.numerator_text,
        calibre.denominator_text,
        calibre.population,
        calibre.exclusions,
        calibre.period,
        calibre.owner,
    ):
        assert text.zh
        assert text.en
        assert re.search(r"[一-鿿]|S0", text.zh)
        assert not re.search(r"[一-鿿]", text.en)
    assert re.fullmatch(
        r"(now|previous|base)\.[a-z0-9_]+", " ".join(calibre.columns).split(" ")[0] or "now.x"
    )


def test_every_calibre_of_the_definitions_ships() -> None:
    codes = {calibre.code for calibre in CALIBRES}
    retention = (
        "existing with_new static_in_service static_billed static_value rolling exits fell rose joined_high"
    )
    churn = (
        "gross net net_billed monthly_opening monthly_closing monthly_mean monthly_average prepaid postpaid "
        "enterprise public handset_lease new_lines ported_out cancelled debt_cancelled fraud_closed unlisted"
    )
    completion = "verified handled contacted retained cured_without_contact"
    assert {f"dynamic_retention_rate.{each}" for each in retention.split()} <= codes
    assert {f"churn_rate.{each}" for each in churn.split()} <= codes
    assert {f"warning_task_completion_rate.{each}" for each in completion.split()} <= codes
    assert "revenue_retention_rate.base" in codes


def test_a_calibre_is_found_by_id_code_or_short_name_and_a_wrong_one_lists_the_choices() -> None:
    gross = find_calibre("churn_rate.gross@1")
    assert find_calibre("churn_rate.gross") is gross
    assert find_calibre("gross", "churn_rate") is gross
    assert find_calibre("", "churn_rate") is gross
    with pytest.raises(UsageError, match=r"calibre\.unknown") as fault:
        find_calibre("existing", "churn_rate")
    assert "churn_rate.net@1" in fault.value.remedy.en


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (Fraction(9750, 10000), "97.50 %"),
        (Fraction(1, 3), "33.33 %"),
        (Fraction(2, 3), "66.67 %"),
        (Fraction(1, 20000), "0.01 %"),  # exactly half: up
        (Fraction(1, 20001), "0.00 %"),
        (Fraction(-1, 20001), "0.00 %"),
        (Fraction(-5, 400), "-1.25 %"),
        (Fraction(1), "100.00 %"),
        (None, "—"),
    ],
)
def test_rates_are_shown_half_up_with_two_decimals(rate: Fraction | None, shown: str) -> None:
    assert show(rate) == shown


def test_a_rate_is_an_exact_fraction_and_nothing_without_a_denominator() -> None:
    assert value(9750, 10000) == Fraction(39, 40)
    assert value(0, 0) is None


@pytest.mark.req("K4")
def test_seven_and_a_half_percent_a_month_would_lose_three_fifths_of_the_base_in_a_year() -> None:
    assert show(yearly_loss(Fraction(75, 1000)), 1) == "60.8 %"
