"""The part of a customer's page that shows his tasks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.desk.base.book import playbook
from weixi.desk.dispatch.queries.customer import MOST, tasks_of_customer
from weixi.desk.dispatch.views.reply import names_of
from weixi.desk.org.requests import PersonRequest


def part(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """The customer's tasks, the newest first."""
    tasks = tasks_of_customer(request.sight, subscriber_id, timezone.now())
    shown = {"tasks": tasks, "is_cut": len(tasks) == MOST, "most": MOST, "names": names_of(playbook())}
    return render(request, "dispatch/customer.html", shown)
