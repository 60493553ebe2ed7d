"""Addresses of `dispatch`."""

from django.urls import URLPattern

from weixi.desk.base.routing import held_by, over, route, shown_by
from weixi.desk.dispatch.queries.card import path_of_task
from weixi.desk.dispatch.rules import READERS, ROLES, WORKERS, TaskAct
from weixi.desk.dispatch.views import customer, team, workbench
from weixi.desk.dispatch.views.funnel import funnel_page
from weixi.desk.org.rules import Role
from weixi.desk.subscriber.queries import shows_subscriber
from weixi.desk.subscriber.rules import VIEWERS
from weixi.kernel.language import Text

_worked = over(path_of_task, *WORKERS)
_led = frozenset().union(*(ROLES[act] for act in (TaskAct.HAND_OVER, TaskAct.WITHDRAW, TaskAct.ESCALATE)))

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
    # The pool lies at the unit, above the agent's own node: the operation asks whether it is his pool.
    route("pool/claim/", workbench.claim, name="claim", scope=held_by(Role.AGENT), methods=("POST",)),
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
            ("number", workbench.reveal, "reveal", "POST"),
            ("call", workbench.call, "call", "POST"),
            ("callback", workbench.call_back, "call_back", "POST"),
        )
    ),
    route(
        "tasks/",
        team.tasks,
        name="tasks",
        scope=held_by(*READERS),
        menu=Text("任务", "Tasks"),
        about=Text(
            "辖区内的任务：谁在办，哪些超时", "the tasks of your territory: who has them, which are late"
        ),
    ),
    route(
        "no-contact/",
        workbench.no_contact,
        name="no_contact",
        scope=held_by(*READERS, Role.AGENT),
        menu=Text("不能联系", "Do not contact"),
        about=Text("哪些客户现在不得联系，为什么", "whom nobody may contact now, and why"),
    ),
    route(
        "tasks/hand-over/",
        team.hand_over_chosen,
        name="hand_over_chosen",
        scope=held_by(*ROLES[TaskAct.HAND_OVER]),
        methods=("POST",),
    ),
    route("tasks/<str:task_id>/", team.task, name="task", scope=over(path_of_task, *READERS, Role.AGENT)),
    route(
        "tasks/<str:task_id>/why/", workbench.more, name="why", scope=over(path_of_task, *READERS, Role.AGENT)
    ),
    route(
        "tasks/<str:task_id>/act/",
        team.act,
        name="task_act",
        scope=over(path_of_task, *_led),
        methods=("POST",),
    ),
    route(
        "customers/<int:subscriber_id>/tasks/",
        customer.part,
        name="subscriber_tasks",
        scope=shown_by(shows_subscriber, *VIEWERS),
    ),
    route(
        "funnel/",
        funnel_page,
        name="funnel",
        scope=held_by(*READERS),
        menu=Text("过程", "Process"),
        about=Text("下发到归档走到哪一步，每一步用多久", "how far the tasks came, how long each step took"),
    ),
]
