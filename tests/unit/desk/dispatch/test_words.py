"""Every kind and reason that a program gives to a task has words in both languages."""

import re

from weixi.desk.dispatch.words import KINDS, REASONS, kind_text, kind_texts
from weixi.desk.touch.rules import KIND_OF
from weixi.flow.assessment import Side
from weixi.kernel.language import Text
from weixi.playbook import Playbook

CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_edge_cases_lists_and_calls_are_named() -> None:
    assert {"near", "external_list", *KIND_OF.values()} == KINDS.keys()
    assert {f"near_{side.value.lower()}" for side in Side} | set(KIND_OF.values()) == REASONS.keys()
    for text in (*KINDS.values(), *REASONS.values()):
        assert CHINESE.search(text.zh)
        assert text.en
        assert not CHINESE.search(text.en)
        assert "_" not in text.zh + text.en


def test_the_playbook_names_its_own_kinds(work_plan: Playbook) -> None:
    named = kind_texts(work_plan)
    assert list(named)[: len(work_plan.warnings)] == [rule.code for rule in work_plan.warnings]
    assert kind_text(work_plan, work_plan.warnings[0].code) == work_plan.warnings[0].text
    assert kind_text(work_plan, "near") == KINDS["near"]
    assert kind_text(work_plan, "retired") == Text("retired", "retired")
