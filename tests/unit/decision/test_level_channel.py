"""A level kept to some channels: which offers it takes, on which way the customer is reached."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from handmade.playbooks import SOURCE
from weixi.engine import Store
from weixi.flow.decision import Refusal, build_eligibility, build_plan, eligibility_table
from weixi.flow.decision.wording import time_limit
from weixi.flow.warning import detect
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Service, ServiceLevel
from weixi.playbook.service import Response

MAY = Month.of(2025, 5)
NAME = Text("", "")


@pytest.fixture
def by_sms(playbook: Playbook) -> Playbook:
    """Blue by SMS alone; the handset goes by phone and outlet, the gift by SMS too, care by any."""
    handset, gift, care = playbook.offers
    return replace(
        playbook,
        offers=(handset, replace(gift, channels=("PHONE", "SMS")), replace(care, channels=("PHONE", "SMS"))),
        service=Service(
            levels=(ServiceLevel("BLUE", NAME, SOURCE, None, 168, ("SMS",)),),
            responses=(Response("low_balance", NAME, SOURCE, 4, True),),
        ),
    )


def task(store: Store, playbook: Playbook) -> dict[str, Any]:
    detect(store, playbook, MAY)
    eligibility = build_eligibility(store, playbook, MAY)
    fits = ", ".join(name for name in eligibility_table(playbook).types if name.startswith("fit_"))
    [row] = store.rows(f"SELECT {fits} FROM e", inputs={"e": eligibility})
    plan, _ = build_plan(store, playbook, MAY)
    [made] = store.rows("SELECT level, channel, offer_code FROM p", inputs={"p": plan})
    return {**row, **made}


def test_blue_goes_by_sms_with_an_offer_that_sms_can_bring(
    store: Store, by_sms: Playbook, lines: Callable[..., None]
) -> None:
    lines({"subscriber_id": 1})
    made = task(store, by_sms)
    assert (made["level"], made["channel"], made["offer_code"]) == ("BLUE", "SMS", "gift")
    assert made["fit_handset"] == Refusal.LEVEL_CHANNEL


def test_without_consent_to_sms_only_service_is_left(
    store: Store, by_sms: Playbook, lines: Callable[..., None]
) -> None:
    lines({"subscriber_id": 1, "consents_to_sms": False})
    made = task(store, by_sms)
    assert (made["channel"], made["offer_code"]) == ("SMS", "care")
    assert made["fit_gift"] == Refusal.NO_CHANNEL


def test_what_is_not_assessed_keeps_its_own_channel(
    store: Store, by_sms: Playbook, lines: Callable[..., None]
) -> None:
    free = replace(by_sms, warnings=tuple(replace(rule, assessed=False) for rule in by_sms.warnings))
    lines({"subscriber_id": 1})
    made = task(store, free)
    assert (made["channel"], made["offer_code"], made["fit_handset"]) == ("PHONE", "handset", 0)


def test_without_service_levels_the_level_says_nothing(
    store: Store, by_sms: Playbook, lines: Callable[..., None]
) -> None:
    lines({"subscriber_id": 1})
    made = task(store, replace(by_sms, service=Service()))
    assert (made["channel"], made["offer_code"]) == ("PHONE", "handset")


def test_a_task_list_says_the_time_limit(by_sms: Playbook) -> None:
    assert time_limit(by_sms, "expiring", "BLUE").zh == "168 小时"
    assert time_limit(by_sms, "low_balance", "BLUE").zh == "4 个工作小时"
    assert time_limit(by_sms, "expiring", "RED").zh == ""
