"""What programs read and report: the same as people see on pages, masked, page by page, once for each key."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from handmade.desk import D1, U11, U21, W111, W211, grow, person
from handmade.tasks import MONTH, put_task
from handmade.tokens import call, token_of
from weixi.desk.api import schema
from weixi.desk.audit.models import AuditEntry
from weixi.desk.audit.queries import prove
from weixi.desk.dispatch.models import TaskEvent
from weixi.desk.org.models import ApiToken, User
from weixi.desk.org.operations import make_token, revoke_token, use_token
from weixi.desk.org.rules import CALLS_PER_MINUTE, Role, TokenScope
from weixi.kernel.errors import UsageError

pytestmark = pytest.mark.usefixtures("db")
DOCUMENT = Path(__file__).parents[4] / "docs" / "openapi.json"


@pytest.fixture
def leader(now: datetime) -> User:
    grow(now)
    return person("zz01", (Role.TEAM_LEADER, U11), since=timezone.localdate(), now=now)


@pytest.fixture
def manager(now: datetime) -> User:
    grow(now)
    return person("xf01", (Role.COUNTY_MANAGER, D1), since=timezone.localdate(), now=now)


def test_tasks_come_page_by_page_from_the_territory_alone(manager: User, now: datetime) -> None:
    for number in range(1, 8):
        put_task(U21 if number % 3 == 0 else U11, now, number, level="RED" if number < 5 else "YELLOW")
    put_task(U11, now, 20, is_holdout=True, state="HELD_OUT")
    token = token_of(manager, now)
    seen: list[int] = []
    address = "/api/tasks?limit=2"
    after: int | None = 0
    while after is not None:
        status, page = call(token, f"{address}&after={after}")
        assert status == 200
        assert len(page["tasks"]) <= 2
        seen += [task["subscriber_id"] for task in page["tasks"]]
        after = page["after"]
    assert seen == [1, 2, 4, 5, 7]
    _, red = call(token, f"/api/tasks?level=RED&month={MONTH}")
    assert [task["subscriber_id"] for task in red["tasks"]] == [1, 2, 4]
    assert red["tasks"][0]["number_masked"] == "130****5678"
    assert call(token, "/api/tasks?month=202602")[1]["tasks"] == []


def test_an_agent_reads_the_own_tasks_and_the_pool(now: datetime) -> None:
    grow(now)
    agent = person("a1", (Role.AGENT, W111), since=timezone.localdate(), now=now, agent_code="W111")
    put_task(W111, now, 1, owner_code="W111")
    put_task(U11, now, 2)
    put_task(W211, now, 3, owner_code="W211")
    token = token_of(agent, now)
    assert [task["subscriber_id"] for task in call(token, "/api/tasks")[1]["tasks"]] == [1, 2]
    assert call(token, f"/api/tasks/{MONTH}-3-usage_drop")[0] == 404
    card = call(token, f"/api/tasks/{MONTH}-1-usage_drop")[1]
    assert (card["is_mine"], card["state"]) == (True, "ISSUED")


def test_an_outcome_is_reported_once_for_each_key(leader: User, now: datetime) -> None:
    task = put_task(U11, now)
    token = token_of(leader, now)
    address = f"/api/tasks/{task.task_id}/outcome"
    body = {"result": "AGREED", "channel": "SMS", "note": "周五到厅"}
    status, done = call(token, address, body)
    assert (status, done["state"], done["acts"]) == (200, "HANDLED", ["CLAIM", "CONTACT", "HANDLE"])
    assert done["was_done"] is False
    before = TaskEvent.objects.count()
    assert call(token, address, body)[1] == {**done, "was_done": True}
    assert TaskEvent.objects.count() == before
    assert call(token, address, body, key="call-0002")[0] == 409
    assert call(token, address, body, key="")[0] == 422
    assert call(token, address, {"result": "MAYBE"}, key="call-0003")[0] == 422
    assert call(token, address, {"result": "REACHED", "channel": "PIGEON"}, key="call-0003")[0] == 422
    other = put_task(U11, now, 2)
    reused = call(token, f"/api/tasks/{other.task_id}/outcome", body)
    assert (reused[0], reused[1]["code"]) == (409, "task.call")
    assert TaskEvent.objects.count() == before
    entry = AuditEntry.objects.get(act="dispatch.contact")
    assert (entry.actor_id, entry.path) == (leader.id, U11)
    assert prove().broken is None


def test_the_same_key_of_two_tokens_is_two_calls(leader: User, now: datetime) -> None:
    task = put_task(U11, now)
    address = f"/api/tasks/{task.task_id}/outcome"
    for token in (token_of(leader, now), token_of(leader, now)):
        assert call(token, address, {"result": "NOT_REACHED"})[1]["was_done"] is False


def test_outcomes_go_on_where_one_stopped(leader: User, manager: User, now: datetime) -> None:
    writer, reader = token_of(leader, now), token_of(manager, now)
    tasks = [put_task(path, now, n) for n, path in enumerate((U11, U11, U21), start=1)]
    stranger = person("zz09", (Role.TEAM_LEADER, U21), since=timezone.localdate(), now=now)
    for token, task in ((writer, tasks[0]), (writer, tasks[1]), (token_of(stranger, now), tasks[2])):
        address, report = f"/api/tasks/{task.task_id}/outcome", {"result": "REACHED", "note": "隐私"}
        assert call(token, address, report, key=f"call-000{task.subscriber_id}")[0] == 200
    first = call(reader, "/api/outcomes?limit=1")[1]
    assert ([row["subscriber_id"] for row in first["outcomes"]], first["has_more"]) == ([1], True)
    rest = call(reader, f"/api/outcomes?after={first['after']}")[1]
    assert ([row["subscriber_id"] for row in rest["outcomes"]], rest["has_more"]) == ([2], False)
    assert rest["outcomes"][0]["result"] == "REACHED"
    assert "隐私" not in json.dumps(rest, ensure_ascii=False)
    nothing = call(reader, f"/api/outcomes?after={rest['after']}")[1]
    assert nothing == {"outcomes": [], "after": rest["after"], "has_more": False}


def test_the_plan_in_figures_is_the_territorys(manager: User, now: datetime) -> None:
    token = token_of(manager, now)
    assert call(token, "/api/plan")[0] == 404
    put_task(U11, now, 1)
    put_task(U11, now, 2, state="HANDLED", level="BLUE")
    put_task(U21, now, 3)
    put_task(U11, now, 4, is_holdout=True, state="HELD_OUT")
    plan = call(token, "/api/plan")[1]
    assert (plan["month"], plan["task_count"]) == (MONTH, 2)
    assert plan["by_state"] == {"ISSUED": 1, "HANDLED": 1}
    assert plan["by_level"] == {"RED": 1, "BLUE": 1}
    assert [row["month"] for row in plan["plans"]] == [MONTH]
    assert call(token, "/api/plan?month=202602")[0] == 404


@pytest.mark.usefixtures("kpi_home")
def test_kpis_of_a_node_and_below(manager: User, now: datetime) -> None:
    token = token_of(manager, now)
    month = call(token, "/api/kpis?node=D1")[1]
    assert (month["month"], month["node_code"]) == (202602, "D1")
    assert [
        (row["node_code"], row["numerator"], row["denominator"], row["rate"]) for row in month["values"]
    ] == [
        ("D1", 570, 600, 0.95),
        ("U11", 0, 0, None),
    ]
    assert [(row["node_code"], row["gap_count"], row["light"]) for row in month["scores"]] == [
        ("D1", 12, "RED")
    ]
    assert month["not_computable"] == {"churn_rate.arpu80@1": ["cohort.arpu80"]}
    status, fault = call(token, "/api/kpis?node=D1&month=202601")
    assert (status, fault["code"]) == (409, "kpi.none")
    assert call(token, "/api/kpis?node=D1&month=12")[0] == 422
    known = call(token, "/api/kpis/calibres")[1]["calibres"]
    assert {"dynamic_retention_rate.existing@1"} <= {each["id"] for each in known}
    assert all(each["name"]["zh"] and each["name"]["en"] for each in known)


def test_the_tree_is_cut_by_territory(manager: User, now: datetime) -> None:
    token = token_of(manager, now)
    first = call(token, "/api/tree?limit=2")[1]
    assert [node["code"] for node in first["nodes"]] == ["D1", "U11"]
    rest = call(token, f"/api/tree?after={first['after']}")[1]
    assert [node["code"] for node in rest["nodes"]] == ["W111", "W112", "U12"]
    assert rest["after"] == ""
    assert rest["nodes"][0]["parent_code"] == "U11"


def test_every_fault_says_what_and_what_to_do_in_both_languages(manager: User, now: datetime) -> None:
    token = token_of(manager, now, TokenScope.READ_TASKS)
    for address in ("/api/plan", "/api/tasks/nothing", "/api/tasks?limit=0", "/api/tasks?state=GONE"):
        for used in (token, ""):
            status, fault = call(used, address)
            assert status in {401, 403, 404, 422}
            assert fault["code"].startswith("api.")
            assert all(fault[part][language] for part in ("what", "remedy") for language in ("zh", "en"))
    refused = Client().get("/api/tasks")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.headers["Cache-Control"] == "no-store"


def test_a_token_is_kept_as_a_hash_and_shown_once(client: Client, manager: User, now: datetime) -> None:
    client.force_login(manager)
    expires = (timezone.localdate() + timedelta(days=9)).isoformat()
    given = {"name": "外呼平台", "scope": ["READ_TASKS", "READ_KPIS"], "expires": expires}
    page = client.post("/security/tokens/", given)
    token = page.context["token"]
    assert token in page.content.decode()
    kept = ApiToken.objects.get()
    rows = str(list(ApiToken.objects.values_list())) + str(list(AuditEntry.objects.values_list()))
    assert token not in rows
    assert (kept.shown, kept.scopes) == (token[:9], "READ_TASKS READ_KPIS")
    assert token not in client.get("/security/").content.decode()
    assert call(token, "/api/tasks")[0] == 200
    for bad in (
        {"name": ""},
        {"scope": []},
        {"scope": ["EVERYTHING"]},
        {"expires": "2020-01-01"},
        {"expires": ""},
    ):
        assert client.post("/security/tokens/", {**given, **bad}).status_code == 422
    assert ApiToken.objects.count() == 1


def test_a_token_ends_with_its_day_its_owner_and_its_revocation(
    client: Client, manager: User, now: datetime, settings: Any
) -> None:
    token = token_of(manager, now)
    held = ApiToken.objects.get()
    assert call(token, "/api/tree")[0] == 200
    for change in ({"must_change_password": True}, {"is_active": False}):
        User.objects.filter(id=manager.id).update(**change)
        assert call(token, "/api/tree")[0] in {401, 403}
        User.objects.filter(id=manager.id).update(must_change_password=False, is_active=True)
    settings.SECOND_FACTOR_REQUIRED = True
    assert call(token, "/api/tree")[1]["code"] == "api.owner"
    settings.SECOND_FACTOR_REQUIRED = False
    ApiToken.objects.filter(id=held.id).update(expires_date=timezone.localdate())
    assert call(token, "/api/tree")[0] == 401
    ApiToken.objects.filter(id=held.id).update(expires_date=timezone.localdate() + timedelta(days=1))
    other = person("xf02", (Role.MANAGER, D1), since=timezone.localdate(), now=now)
    stranger = Client()
    stranger.force_login(other)
    assert stranger.post(f"/security/tokens/{held.id}/revoke/").status_code == 404
    assert call(token, "/api/tree")[0] == 200
    client.force_login(manager)
    assert client.post(f"/security/tokens/{held.id}/revoke/").status_code == 302
    assert call(token, "/api/tree")[0] == 401
    entries = AuditEntry.objects.filter(act="org.revoke_token").count()
    revoke_token(token_id=held.id, actor=manager, reason="", now=now)
    assert AuditEntry.objects.filter(act="org.revoke_token").count() == entries == 1


def test_a_token_is_used_so_often_a_minute(manager: User, now: datetime) -> None:
    token = token_of(manager, now)
    today = timezone.localdate()
    for _ in range(CALLS_PER_MINUTE):
        use_token(token=token, address="", today=today, now=now)
    with pytest.raises(UsageError, match=r"^api\.throttled"):
        use_token(token=token, address="", today=today, now=now)
    use_token(token=token, address="", today=today, now=now + timedelta(minutes=1))
    ApiToken.objects.update(minute=int(timezone.now().timestamp()) // 60, minute_count=CALLS_PER_MINUTE)
    response = Client().get("/api/tree", headers={"Authorization": f"Bearer {token}"})
    if response.status_code == 200:  # the minute has just ended
        ApiToken.objects.update(minute=int(timezone.now().timestamp()) // 60, minute_count=CALLS_PER_MINUTE)
        response = Client().get("/api/tree", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")


def test_the_first_use_of_a_day_is_an_entry(manager: User, now: datetime) -> None:
    token = token_of(manager, now)
    for _ in range(3):
        call(token, "/api/tree")
    assert AuditEntry.objects.filter(act="org.use_token", actor_id=manager.id).count() == 1


def test_an_administrator_cannot_make_a_token_do_more(now: datetime) -> None:
    grow(now)
    admin = person("admin", (Role.ADMINISTRATOR, "P01/"), since=timezone.localdate(), now=now)
    put_task(U11, now)
    token = make_token(
        user=admin,
        name="x",
        scopes=list(TokenScope),
        expires_date=timezone.localdate() + timedelta(days=2),
        today=timezone.localdate(),
        now=now,
    )
    assert call(token, "/api/tasks")[1]["code"] == "api.role"


def test_the_document_is_published_as_it_is(client: Client, manager: User) -> None:
    assert client.get("/api/openapi.json").json() == schema()
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == schema()
    assert client.get("/api/").status_code == 302
    client.force_login(manager)
    page = client.get("/api/").content.decode()
    for address in schema()["paths"]:
        assert address in page
