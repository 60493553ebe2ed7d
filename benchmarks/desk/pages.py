"""One database: the plan handed over, then every page asked many times.

`python -m benchmarks.desk.pages REPEAT`, the desk as the environment says.
"""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.desk.opened import DATABASE
from benchmarks.flow.gauge import answer
from weixi.desk.base import book
from weixi.desk.dispatch.models import Task
from weixi.desk.dispatch.operations.apply import apply_plan
from weixi.desk.dispatch.queries.handover import handover_of, tree_of
from weixi.desk.org.models import Node, User
from weixi.desk.org.operations import load_tree, make_cast
from weixi.flow.decision import PLAN
from weixi.kernel.terms import OrgLevel

SEED = 5
SAMPLE = 200

EVIDENCE = {
    "effect": "effect",
    "experiments": "experiments",
    "do not wake": "quiet",
    "allocation": "certificate",
    "model card: risk": "risk_card",
    "model card: effect": "uplift_card",
    "model card: value": "value_card",
    "actions": "actions",
    "proposals": "proposals",
}
"""The pages of evidence by what they are called, with their routes."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what it is called, who asks for it, and what gives the address of each request."""

    name: str
    who: str
    address: Callable[[random.Random], str]


def hand_over(now: datetime) -> dict[str, Any]:
    """Hand the latest plan over and make the people; what that took."""
    month = book.latest_month(PLAN)
    assert month is not None
    playbook = book.playbook()
    with book.working_store() as store:
        handover = handover_of(store, playbook, month)
        load_tree(nodes=tree_of(store, month), actor=None, now=now)
        wall, cpu = time.perf_counter(), time.process_time()
        applied = apply_plan(
            store=store, playbook=playbook, handover=handover, issue=True, applied_by="bench", now=now
        )
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    make_cast(password="a password of the bench", since_date=timezone.localdate(), actor=None, now=now)
    return {**spent, "tasks": applied.added_count}


def pages() -> list[Page]:
    """What is asked: work lists, tasks, figures; objects are drawn anew for each request."""
    luck = random.Random(SEED)
    tasks = list(Task.objects.filter(is_open=True).order_by("id").values_list("task_id", flat=True)[:100_000])
    drawn = luck.sample(tasks, min(SAMPLE, len(tasks)))
    counties = list(Node.objects.filter(level=OrgLevel.COUNTY.value).values_list("code", flat=True))

    def fixed(name: str) -> Callable[[random.Random], str]:
        return lambda _: reverse(name)

    customers = list(
        Task.objects.filter(is_open=True).order_by("id").values_list("subscriber_id", flat=True)[:100_000]
    )

    def at_county(name: str) -> Callable[[random.Random], str]:
        return lambda luck: reverse(name, args=[luck.choice(counties)])

    return [
        Page("workbench", "agent", fixed("workbench")),
        Page("pool", "agent", fixed("pool")),
        Page("task list", "manager", fixed("tasks")),
        Page("task list, overdue", "manager", lambda _: f"{reverse('tasks')}?overdue=1"),
        Page("task", "manager", lambda luck: reverse("task", kwargs={"task_id": luck.choice(drawn)})),
        Page("funnel", "manager", fixed("funnel")),
        Page("cockpit of the province", "manager", lambda _: reverse("cockpit_node", args=["P01"])),
        Page("cockpit of a county", "manager", at_county("cockpit_node")),
        Page("funnel in the cockpit", "manager", at_county("cockpit_funnel")),
        Page("morning of a county", "manager", at_county("morning")),
        Page(
            "misses of a county", "manager", lambda luck: f"{at_county('misses')(luck)}?kpi=churn_rate&now=1"
        ),
        Page("customer", "manager", lambda luck: reverse("subscriber", args=[luck.choice(customers)])),
        Page(
            "customer: household",
            "manager",
            lambda luck: reverse("subscriber_household", args=[luck.choice(customers)]),
        ),
        Page("groups of a county", "manager", at_county("node_groups")),
        Page("audit", "auditor", fixed("audit")),
        *(Page(name, "manager", fixed(route)) for name, route in EVIDENCE.items()),
    ]


def ask(page: Page, repeat: int) -> dict[str, Any]:
    """The page asked so often, in milliseconds and CPU milliseconds; the first request fills what is kept: apart."""
    client = Client()
    client.force_login(User.objects.get(username=page.who))
    luck = random.Random(SEED)
    counted = 0

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(*given)

    with connection.execute_wrapper(count):
        first = _asked(client, page.address(luck))
    asked = [_asked(client, page.address(luck)) for _ in range(repeat)]
    times, spent = (sorted(figures) for figures in zip(*asked, strict=True))
    return {
        "name": page.name,
        "who": page.who,
        "first": first[0],
        "first_cpu": first[1],
        "p50": times[len(times) // 2],
        "p95": times[int(len(times) * 0.95)],
        "p50_cpu": spent[len(spent) // 2],
        "statements": counted,
    }


def _asked(client: Client, address: str) -> tuple[float, float]:
    """Milliseconds of the clock, and of the processor: on a machine that others use the second can be compared."""
    began, spent = time.perf_counter(), time.process_time()
    response = client.get(address)
    took = (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")
    return took


if __name__ == "__main__":
    handed = hand_over(datetime.now(UTC))
    answer(
        {"database": DATABASE, "apply": handed, "pages": [ask(page, int(sys.argv[1])) for page in pages()]}
    )
