"""Addresses of `dispatch`."""

from django.urls import URLPattern

from weixi.desk.base.routing import held_by, over, route
from weixi.desk.dispatch.queries.card import path_of_task
from weixi.desk.dispatch.rules import WORKERS
from weixi.desk.dispatch.views import workbench
from weixi.desk.org.rules import Role
from weixi.kernel.language import Text

_worked = over(path_of_task, *WORKERS)

routes: list[URLPattern] = [
    route(
        "work/",
        workbench.workbench,
        name="workbench",
        scope=held_by(*WORKERS),
        menu=Text("工作台", "Workbench"),
        about=Text("今天要联系的客户，一次一户", "the customers of today, one at a time"),
        front=(Role.AGENT,),
    ),
    route(
        "pool/",
        workbench.pool,
        name="pool",
        scope=held_by(Role.AGENT),
        menu=Text("共享池", "Pool"),
        about=Text("还没有人领取的任务", "tasks that nobody has yet"),
    ),
    route(
        "callbacks/",
        workbench.callbacks,
        name="callbacks",
        scope=held_by(*WORKERS),
        menu=Text("回访", "Call backs"),
        about=Text("数据已核验、还要回访的任务", "tasks that the data verified, to be called back"),
    ),
    *(
        route(f"work/<str:task_id>/{address}/", view, name=name, scope=_worked, methods=(method,))
        for address, view, name, method in (
            ("outcome", workbench.outcome, "outcome", "POST"),
            ("claim", workbench.claim, "claim", "POST"),
            ("number", workbench.reveal, "reveal", "POST"),
            ("call", workbench.call, "call", "POST"),
            ("callback", workbench.call_back, "call_back", "POST"),
            ("why", workbench.more, "why", "GET"),
        )
    ),
]
