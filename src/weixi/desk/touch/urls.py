"""Addresses of `touch`."""

from django.urls import URLPattern

from weixi.desk.base.routing import held_by, over, route, shown_by
from weixi.desk.dispatch.queries.lists import path_of_list
from weixi.desk.subscriber.queries import shows_subscriber
from weixi.desk.subscriber.rules import VIEWERS
from weixi.desk.touch.queries.contacts import shows_finding
from weixi.desk.touch.queries.customer import looks_after
from weixi.desk.touch.rules import CALL_TAKERS, LIST_MAKERS, LIST_READERS, WORKERS
from weixi.desk.touch.views import callbacks, calls, contacts, lists
from weixi.kernel.language import Text

routes: list[URLPattern] = [
    route(
        "inbound/",
        calls.inbound,
        name="inbound",
        scope=held_by(*CALL_TAKERS),
        methods=("GET", "POST"),
        menu=Text("来电", "Calls"),
        about=Text("打开来电客户，登记来意", "open the caller's page, enter what he calls for"),
    ),
    route(
        "inbound/open/",
        calls.open_number,
        name="inbound_open",
        scope=held_by(*CALL_TAKERS),
        methods=("POST",),
    ),
    route("inbound/advice/", calls.advised, name="inbound_advice", scope=held_by(*CALL_TAKERS)),
    route(
        "return-calls/",
        callbacks.callbacks,
        name="return_calls",
        scope=held_by(*WORKERS),
        menu=Text("定期回访", "Return calls"),
        about=Text("谁该回访、是否及时、哪些问题未了结", "who is due, who is punctual, what is still open"),
    ),
    route(
        "customers/<int:subscriber_id>/contacts/",
        contacts.part,
        name="subscriber_contacts",
        scope=shown_by(shows_subscriber, *VIEWERS),
    ),
    route(
        "customers/<int:subscriber_id>/notes/",
        contacts.note,
        name="subscriber_note",
        scope=shown_by(looks_after, *WORKERS),
        methods=("POST",),
    ),
    route(
        "customers/<int:subscriber_id>/visit/",
        contacts.visit,
        name="visit",
        scope=shown_by(looks_after, *WORKERS),
        methods=("GET", "POST"),
    ),
    route(
        "findings/<int:finding_id>/settle/",
        contacts.settle,
        name="finding_settle",
        scope=shown_by(shows_finding, *WORKERS),
        methods=("POST",),
    ),
    route(
        "lists/",
        lists.lists,
        name="lists",
        scope=held_by(*LIST_MAKERS),
        methods=("GET", "POST"),
        menu=Text("外部清单", "Lists"),
        about=Text(
            "省公司的清单变成任务，不重复、可追溯", "a list from the province becomes tasks, none twice"
        ),
    ),
    route("lists/make/", lists.make, name="lists_make", scope=held_by(*LIST_MAKERS), methods=("POST",)),
    route(
        "lists/report/",
        lists.report_before,
        name="lists_report",
        scope=held_by(*LIST_MAKERS),
        methods=("POST",),
    ),
    route("lists/<int:list_id>/", lists.made, name="list", scope=over(path_of_list, *LIST_READERS)),
    route(
        "lists/<int:list_id>/report/<str:form>/",
        lists.made_report,
        name="list_report",
        scope=over(path_of_list, *LIST_READERS),
    ),
]
