"""Proposals: shown with their evidence, accepted into a draft that another publishes, declined for a reason."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from handmade.evidence import proposal, seal
from weixi.desk.audit.models import AuditEntry
from weixi.desk.evidence.models import ProposalAnswer
from weixi.desk.org.rules import Role
from weixi.desk.planning.models import PlaybookVersion
from weixi.desk.planning.queries.living import text_of
from weixi.engine import Store
from weixi.flow.learning import PROPOSAL
from weixi.kernel.period import Month

SignIn = Callable[[Role, str], Client]
FEBRUARY = Month.of(2025, 2)
PATH = "parameter.high_value_arpu.value"


@pytest.fixture
def sealed(home: Store) -> Store:
    rows = [proposal("T1", PATH, "80", "85"), proposal("T2", PATH, "80", "75", "NOT_BETTER")]
    seal(home, PROPOSAL, FEBRUARY, rows)
    return home


def text(client: Client) -> str:
    response = client.get(reverse("proposals"))
    assert response.status_code == 200
    return response.content.decode()


def answer(client: Client, code: str, said: str, reason: str = "") -> str:
    given = {"month": "2025-02", "code": code, "answer": said, "reason": reason}
    response = client.post(reverse("answer_proposal"), given, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_proposal_stands_with_its_evidence(sealed: Store, sign_in: SignIn) -> None:
    page = text(sign_in(Role.PLANNER, "P01"))
    assert re.findall(r'data-proposal="(\w+)"', page) == ["T1"]
    assert re.findall(r'data-asked="(\w+)"', page) == ["NOT_BETTER"]
    row = proposal("T1", PATH, "80", "85")
    assert (
        f"预计每月多得 ¥{row['effect'] / 100:,.0f}（区间 ¥{row['low'] / 100:,.0f} 至 ¥{row['high'] / 100:,.0f}）"
        in page
    )
    assert str(json.loads(row["figures"])["households"]) in page
    assert f"{row['file']}:{row['line']}" in page
    assert page.count('name="answer" value="accept"') == 1
    assert " style=" not in page
    # Who may not draft the playbook reads, and is told who answers.
    other = text(sign_in(Role.MANAGER, "P01"))
    assert "answer_proposal" not in other
    assert 'name="answer"' not in other
    assert "由全网的方案策划答复" in other


def test_accepting_drafts_the_one_change_for_another_to_publish(sealed: Store, sign_in: SignIn) -> None:
    client = sign_in(Role.PLANNER, "P01")
    before = text_of(None, {})
    assert "已按建议起草新版本" in answer(client, "T1", "accept")
    version = PlaybookVersion.objects.get()
    changed = [(a, b) for a, b in zip(before.split("\n"), version.text.split("\n"), strict=True) if a != b]
    assert changed[0] == ("value = 80", "value = 85")
    assert version.state == "DRAFT"
    assert text_of(None, {}) == before
    kept = ProposalAnswer.objects.get()
    assert (kept.decision, kept.version_id, kept.code) == ("ACCEPTED", version.id, "T1")
    entry = AuditEntry.objects.get(act="evidence.accept")
    detail = json.loads(entry.detail)
    assert (detail["before"], detail["after"], detail["version"]) == ("80", "85", version.id)
    assert AuditEntry.objects.filter(act="planning.draft").count() == 1
    assert "不能再答" in answer(client, "T1", "decline", "晚了")
    assert PlaybookVersion.objects.count() == 1
    assert 'data-answer="ACCEPTED"' in text(client)


def test_declining_needs_a_reason_and_keeps_it(sealed: Store, sign_in: SignIn) -> None:
    client = sign_in(Role.PLANNER, "P01")
    assert "不采纳要写明原因" in answer(client, "T1", "decline")
    assert not ProposalAnswer.objects.exists()
    assert "已记下" in answer(client, "T1", "decline", "门槛由集团统一")
    page = text(client)
    assert "门槛由集团统一" in page
    assert 'name="answer"' not in page
    entry = AuditEntry.objects.get(act="evidence.decline")
    assert entry.reason == "门槛由集团统一"
    assert not PlaybookVersion.objects.exists()


def test_what_is_not_proposed_or_no_longer_holds_is_not_accepted(sealed: Store, sign_in: SignIn) -> None:
    client = sign_in(Role.PLANNER, "P01")
    assert "没有编号为“T2”的建议" in answer(client, "T2", "accept")
    seal(sealed, PROPOSAL, FEBRUARY, [proposal("T1", PATH, "70", "85")])
    assert "已不是 70" in answer(client, "T1", "accept")
    assert not ProposalAnswer.objects.exists()
    assert not PlaybookVersion.objects.exists()


def test_a_planner_of_a_part_and_a_manager_do_not_answer(
    sealed: Store, sign_in: SignIn, counties: list[str]
) -> None:
    part = sign_in(Role.PLANNER, counties[0])
    assert 'name="answer"' not in text(part)
    assert "只有全网的方案策划可以做" in answer(part, "T1", "accept")
    given = {"month": "2025-02", "code": "T1", "answer": "accept"}
    assert sign_in(Role.MANAGER, "P01").post(reverse("answer_proposal"), given).status_code == 403
    assert not PlaybookVersion.objects.exists()


def test_without_proposals_the_page_says_who_must_do_what(home: Store, sign_in: SignIn) -> None:
    page = text(sign_in(Role.MANAGER, "P01"))
    assert "data-missing" in page
    assert "由方案策划运行最近一个月" in page
