"""Addresses of `touch`."""

from django.urls import URLPattern

from weixi.desk.base.routing import held_by, over, route
from weixi.desk.dispatch.queries.lists import path_of_list
from weixi.desk.touch.rules import LIST_MAKERS, LIST_READERS
from weixi.desk.touch.views import lists
from weixi.kernel.language import Text

routes: list[URLPattern] = [
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
