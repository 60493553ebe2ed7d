"""Loading the tree, posts, and the sight they give, on both databases."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from handmade.desk import D1, D2, TREE, U11, C, code_of, grow, person
from weixi.desk.audit.models import AuditEntry
from weixi.desk.org.models import Node, Post
from weixi.desk.org.operations import TreeLoaded, appoint, end_post, load_tree
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import NodeRow, Role
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.terms import OrgLevel

pytestmark = pytest.mark.usefixtures("db")


def test_a_tree_is_loaded_once(now: datetime) -> None:
    assert load_tree(nodes=TREE, actor=None, now=now) == TreeLoaded(10, 10, 0, 0)
    assert Node.objects.get(code="W111").path == "P01/C01/D1/U11/W111/"
    entries = AuditEntry.objects.count()
    assert load_tree(nodes=TREE, actor=None, now=now) == TreeLoaded(10, 0, 0, 0)
    assert AuditEntry.objects.count() == entries


def test_a_unit_that_moves_takes_its_people_along(now: datetime, today: date) -> None:
    grow(now)
    leader = person("zz01", (Role.TEAM_LEADER, U11), since=today, now=now)
    moved = [
        NodeRow(n.code, "D2", n.level, n.name) if n.code == "U11" else n for n in TREE if n.code != "U12"
    ]
    assert load_tree(nodes=moved, actor=None, now=now) == TreeLoaded(9, 0, 3, 1)
    assert sight_of(user=leader, today=today).paths == (f"{D2}U11/",)
    assert Node.objects.get(code="W111").path == f"{D2}U11/W111/"
    assert not Node.objects.get(code="U12").is_current


def test_rows_that_are_no_tree_change_nothing(now: datetime) -> None:
    grow(now)
    before = (list(Node.objects.values_list()), AuditEntry.objects.count())
    with pytest.raises(DataError, match=r"org\.parent"):
        load_tree(nodes=[*TREE, NodeRow("U99", "D9", OrgLevel.UNIT, "无上级")], actor=None, now=now)
    assert (list(Node.objects.values_list()), AuditEntry.objects.count()) == before


def test_who_moved_yesterday_loses_yesterdays_subtree(now: datetime, today: date) -> None:
    grow(now)
    yesterday = today - timedelta(days=1)
    user = person("xf01", (Role.COUNTY_MANAGER, D1), since=yesterday, now=now)
    post = Post.objects.get(user=user)
    end_post(post_id=post.id, until_date=today, actor=None, now=now, reason="调动")
    appoint(user=user, role=Role.COUNTY_MANAGER, node_code="D2", since_date=today, actor=None, now=now)
    before, after = sight_of(user=user, today=yesterday), sight_of(user=user, today=today)
    assert before.covers(U11)
    assert not before.covers(D2)
    assert after.paths == (D2,)
    assert not after.covers(U11)
    entries = AuditEntry.objects.count()
    end_post(post_id=post.id, until_date=today, actor=None, now=now, reason="再来一次")
    assert AuditEntry.objects.count() == entries


def test_a_post_that_begins_tomorrow_gives_nothing_today(now: datetime, today: date) -> None:
    grow(now)
    user = person("xf02", (Role.COUNTY_MANAGER, D1), since=today + timedelta(days=1), now=now)
    assert sight_of(user=user, today=today).paths == ()
    end_post(post_id=Post.objects.get(user=user).id, until_date=today, actor=None, now=now, reason="取消")
    assert sight_of(user=user, today=today + timedelta(days=2)).paths == ()


def test_each_role_keeps_its_own_subtree(now: datetime, today: date) -> None:
    grow(now)
    user = person("xf03", (Role.AUDITOR, C), (Role.AGENT, U11), since=today, now=now)
    sight = sight_of(user=user, today=today)
    assert sight.covers(D2)
    assert sight.covers_as(D2, {Role.AUDITOR})
    assert not sight.covers_as(D2, {Role.AGENT})
    assert sight.paths_as({Role.AGENT}) == (U11,)


def test_who_may_not_sign_in_any_more_sees_nothing(now: datetime, today: date) -> None:
    grow(now)
    user = person("xf04", (Role.MANAGER, C), since=today, now=now)
    user.is_active = False
    assert sight_of(user=user, today=today).paths == ()


def test_a_post_is_given_once_and_only_on_the_tree(now: datetime, today: date) -> None:
    grow(now)
    user = person("xf05", (Role.MANAGER, C), since=today, now=now)
    entries = AuditEntry.objects.count()
    appoint(user=user, role=Role.MANAGER, node_code=code_of(C), since_date=today, actor=None, now=now)
    with pytest.raises(UsageError, match=r"org\.node"):
        appoint(user=user, role=Role.MANAGER, node_code="D9", since_date=today, actor=None, now=now)
    assert (Post.objects.count(), AuditEntry.objects.count()) == (1, entries)


def test_the_database_refuses_a_post_that_ends_before_it_begins(now: datetime, today: date) -> None:
    grow(now)
    user = person("xf06", (Role.MANAGER, C), since=today, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(user=user).update(until_date=today - timedelta(days=1))
    assert Post.objects.get(user=user).until_date is None
