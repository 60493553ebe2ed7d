"""Addresses of `worker`."""

from weixi.desk.base.routing import held_by, over, route
from weixi.desk.org.rules import Role
from weixi.desk.worker import views
from weixi.desk.worker.queries import path_of_job
from weixi.kernel.language import Text

ASKERS = (Role.PLANNER, Role.ADMINISTRATOR)

routes = [
    route(
        "jobs/",
        views.jobs,
        name="jobs",
        scope=held_by(*ASKERS),
        menu=Text("后台任务", "Jobs"),
        about=Text("谁发起了什么，做到哪一步", "who asked for what, and how far it is"),
    ),
    route("jobs/<int:job_id>/", views.job_state, name="job_state", scope=over(path_of_job, *ASKERS)),
    route(
        "jobs/<int:job_id>/cancel/",
        views.cancel_job,
        name="cancel_job",
        scope=over(path_of_job, *ASKERS),
        methods=("POST",),
    ),
]
