"""The shipped [allocation], put behind another playbook: what it holds, and how the plan says it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from weixi.flow.decision.plan import rules_of
from weixi.kernel.language import Language
from weixi.playbook import UNVERIFIED_ZH, Playbook, Vocabulary, diff, load, review
from weixi.playbook.render.markdown import to_markdown
from weixi.playbook.render.plan import document


@pytest.fixture(scope="module")
def allotting(vocabulary: Vocabulary) -> Playbook:
    return load(["work_plan", "allocation"], vocabulary)


def test_every_offer_of_the_work_plan_has_an_assumed_effect_with_its_source(allotting: Playbook) -> None:
    rule = allotting.allocation
    assert rule is not None
    assert {effect.offer for effect in rule.effects} == {None, *(offer.code for offer in allotting.offers)}
    for effect in rule.effects:
        assert UNVERIFIED_ZH in effect.source.quote
        assert effect.source.at.startswith("allocation.toml:")
        assert 0 < effect.saved_share < 1
    assert rule.means.money_fen == 30_000_000
    assert rule.means.minutes == {"PHONE": 8, "VISIT": 60}
    assert rule.means.floors == {"KEY": Decimal("0.3")}
    assert rule.logging_share == 0
    assert rule.offered_levels == ("RED", "YELLOW")
    assert replace(rule, offers_from=None).offered_levels == ("RED", "YELLOW", "BLUE")
    assert replace(rule, offers_from=None).fingerprint != rule.fingerprint


@pytest.mark.parametrize("before", ["work_plan", "today"])
def test_it_composes_with_the_others_and_none_has_it_alone(vocabulary: Vocabulary, before: str) -> None:
    assert load([before, "allocation"], vocabulary).allocation is not None
    assert load([before], vocabulary).allocation is None


def test_the_plan_says_the_limits_and_that_effects_are_not_verified(
    allotting: Playbook, vocabulary: Vocabulary
) -> None:
    said = to_markdown(document(allotting, vocabulary, Language.ZH))
    assert "择优分配" in said
    assert "300,000 元" in said
    assert "挽留比例（假设值，未经验证）" in said
    assert "重要客户中有付费优惠可办的户，至少给予" in said
    assert "给优惠的预警等级（以下只关怀）" in said
    assert "“中”及以上" in said
    assert "Share kept (assumed, not verified)" in to_markdown(document(allotting, vocabulary, Language.EN))


def test_a_changed_number_is_another_rule_and_the_difference_names_it(
    vocabulary: Vocabulary, tmp_path, allotting: Playbook
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        """[playbook]
name = "mine"
version = "1"
title = {zh = "我的", en = "mine"}
builds_on = ["allocation"]
replaces = ["parameter.allocation_money"]

[parameter.allocation_money]
value = 5000
unit = "yuan"
text = {zh = "每月全部优惠总额", en = "monthly budget of all offers"}
source = {document = "default", quote = "x"}
"""
    )
    changed = load([mine], vocabulary)
    assert changed.allocation is not None
    assert changed.allocation.means.money_fen == 500_000
    assert rules_of(changed) != rules_of(allotting)
    assert rules_of(allotting) != rules_of(load(["work_plan"], vocabulary))
    changes = diff(review(["work_plan", "allocation"], vocabulary), review([mine], vocabulary))
    found = {(change.section, change.code, change.key): change for change in changes}
    assert found["parameter", "allocation_money", "value"].affects == ("allocation:",)
