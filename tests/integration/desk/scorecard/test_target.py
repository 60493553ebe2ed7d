"""Targets issued, signed and printed at the desk; their ledger is safe from two writers at once."""

import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from weixi.desk.audit.models import AuditEntry
from weixi.desk.base import book
from weixi.desk.org.models import Node, User
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import Role
from weixi.desk.scorecard.operations.target import issue, sign
from weixi.desk.scorecard.rules.target import Typed
from weixi.flow.assessment import Split, TargetAction, read_sheet, sheet_versions, target_entries

from .conftest import MONTH, SignIn

WISH = {"month": str(MONTH), "split": "SIZE", "act": "issue", "reason": "市场变化", "rate_churn_rate": "7%"}


def top() -> str:
    return Node.objects.get(parent=None).code


@pytest.mark.req("P12")
def test_issue_sign_and_print(own_home: Path, counties: list[str], sign_in: SignIn) -> None:
    planner, county = (
        sign_in(Role.PLANNER, top(), "plan01"),
        sign_in(Role.COUNTY_MANAGER, counties[0], "cm01"),
    )
    tried = planner.post(f"/targets/{top()}/issue/", {**WISH, "act": "try"}).content.decode()
    assert "data-what-if" in tried
    assert [each.version for each in sheet_versions(book.store(), MONTH)] == [1]
    assert planner.post(f"/targets/{top()}/issue/", WISH).status_code == 302
    assert planner.post(f"/targets/{top()}/issue/", WISH).status_code == 302  # the same form twice
    versions = sheet_versions(book.store(), MONTH)
    assert [each.version for each in versions] == [1, 2]
    assert (versions[1].actor, versions[1].reason, versions[1].given) == (
        "plan01",
        "市场变化",
        ("churn_rate",),
    )
    assert AuditEntry.objects.filter(act="scorecard.issue_targets", subject=f"target:{MONTH}#2").count() == 1

    page = county.get(f"/targets/{counties[0]}/?month={MONTH}").content.decode()
    sheet = read_sheet(book.store(), MONTH)
    for row in sheet.rows:
        if row.node_code == counties[0]:
            children = [
                each.target_count
                for each in sheet.rows
                if (each.kpi, each.parent_code) == (row.kpi, row.node_code)
            ]
            assert sum(children) == row.target_count
            assert f'data-kpi="{row.kpi}" data-target="{row.target_count}" data-sum="{sum(children)}"' in page
    assert f'data-checked="{sheet.checked}" data-wrong="0"' in page
    assert "合计 = 上级" in page

    body = {"month": str(MONTH), "version": "2", "remark": "收到"}
    for _ in range(2):
        assert county.post(f"/targets/{counties[0]}/sign/", body).status_code == 302
    entries = target_entries(book.store(), MONTH)
    signed = [each for each in entries if each.action is TargetAction.ACKNOWLEDGED]
    assert [(each.node_code, each.actor, each.reason) for each in signed] == [(counties[0], "cm01", "收到")]
    assert AuditEntry.objects.filter(act="scorecard.acknowledge").count() == 1

    paper = county.get(f"/targets/{counties[0]}/sheet.pdf?month={MONTH}&version=2")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox \[ 0 0 595\.27\d* 841\.88\d* \]", paper.content)
    assert b"NotoSansSC" in paper.content
    name = Node.objects.get(code=counties[0]).name
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=paper.content, capture_output=True, check=True
        )
        said = text.stdout.decode()
        own = [f"{row.target_count:,}" for row in sheet.rows if row.node_code == counties[0]]
        for part in (
            name,
            str(MONTH),
            "第2版",
            "plan01",
            "cm01",
            "市场变化",
            "签字",
            "churn_rate.gross@1",
            *own,
        ):
            assert part in said.replace("第 2 版", "第2版"), part
        assert "□" not in said


def test_only_who_answers_for_the_whole_tree_issues(
    own_home: Path, counties: list[str], sign_in: SignIn
) -> None:
    county = sign_in(Role.COUNTY_MANAGER, counties[0])
    assert county.get(f"/targets/{counties[0]}/issue/").status_code == 403
    manager = sign_in(Role.MANAGER, counties[0])
    page = manager.post(f"/targets/{counties[0]}/issue/", WISH)
    assert 'data-fault="target.not_top"' in page.content.decode()
    planner = sign_in(Role.PLANNER, top())
    lacking = planner.post(f"/targets/{top()}/issue/", {**WISH, "reason": ""}).content.decode()
    assert 'data-fault="target.no_reason"' in lacking
    assert 'value="7%"' in lacking
    assert [each.version for each in sheet_versions(book.store(), MONTH)] == [1]
    assert not AuditEntry.objects.filter(act="scorecard.issue_targets").exists()
    other = sign_in(Role.COUNTY_MANAGER, counties[1])
    assert (
        other.post(f"/targets/{counties[0]}/sign/", {"month": str(MONTH), "version": "1"}).status_code == 404
    )
    assert other.get(f"/targets/{counties[0]}/sheet.pdf").status_code == 404
    assert target_entries(book.store(), MONTH) == []


def test_a_signature_is_for_one_version(own_home: Path, counties: list[str], sign_in: SignIn) -> None:
    county, planner = sign_in(Role.COUNTY_MANAGER, counties[0]), sign_in(Role.PLANNER, top())
    county.post(f"/targets/{counties[0]}/sign/", {"month": str(MONTH), "version": "1"})
    assert "本单位已签收" in county.get(f"/targets/{counties[0]}/?month={MONTH}").content.decode()
    planner.post(f"/targets/{top()}/issue/", WISH)
    assert "签收第 2 版" in county.get(f"/targets/{counties[0]}/?month={MONTH}").content.decode()
    bad = county.post(f"/targets/{counties[0]}/sign/", {"month": str(MONTH), "version": "9"}, follow=True)
    assert 'class="notice-error' in bad.content.decode()


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_each_leave_an_entry(
    own_home: Path, counties: list[str], sign_in: SignIn, now: Any
) -> None:
    """Counties that sign, and planners that issue, from as many threads: nobody's entry is written over."""
    for code in counties:
        sign_in(Role.COUNTY_MANAGER, code, f"cm-{code}")
    for number in range(2):
        sign_in(Role.PLANNER, top(), f"plan-{number}")
    faults: list[BaseException] = []
    begin = threading.Barrier(len(counties) + 2)

    def run(name: str, code: str) -> None:
        try:
            seen = sight_of(user=User.objects.get(username=name), today=timezone.localdate())
            begin.wait(30)
            if code:
                sign(month=MONTH, version=1, code=code, remark="", sight=seen, actor=name, now=now)
            else:
                issue(month=MONTH, typed=Typed(Split.SIZE), reason=name, sight=seen, actor=name, now=now)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(f"cm-{code}", code)) for code in counties]
    threads += [threading.Thread(target=run, args=(f"plan-{number}", "")) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    entries = target_entries(book.store(), MONTH)
    assert [each.entry for each in entries] == list(range(1, len(counties) + 3))
    assert {each.node_code for each in entries if each.action is TargetAction.ACKNOWLEDGED} == set(counties)
    versions = sheet_versions(book.store(), MONTH)
    assert [each.version for each in versions] == [1, 2, 3]
    assert {each.actor for each in versions[1:]} == {"plan-0", "plan-1"}
    assert AuditEntry.objects.filter(act__startswith="scorecard.").count() == len(counties) + 2
