"""Addresses of `planning`."""

from weixi.desk.base.routing import held_by, route
from weixi.desk.org.rules import Role
from weixi.desk.planning.views import month
from weixi.kernel.language import Text

PLANNER = held_by(Role.PLANNER)

routes = [
    route(
        "planning/",
        month.home,
        name="planning",
        scope=PLANNER,
        menu=Text("策划", "Planning"),
        about=Text(
            "运行月度、审核计划、派单，方案与数据",
            "run the month, review and hand over its plan; playbook and data",
        ),
        front=(Role.PLANNER,),
    ),
    route("planning/run/", month.run, name="run_month", scope=PLANNER, methods=("POST",)),
    route("planning/plan/", month.plan_page, name="plan", scope=PLANNER),
    route("planning/plan/checks/", month.plan_checks, name="plan_checks", scope=PLANNER),
    route("planning/plan/apply/", month.apply_plan, name="apply_plan", scope=PLANNER, methods=("POST",)),
    route("planning/cohorts/", month.cohorts, name="cohorts", scope=PLANNER),
    route("planning/cohorts/freeze/", month.freeze, name="freeze", scope=PLANNER, methods=("POST",)),
]
