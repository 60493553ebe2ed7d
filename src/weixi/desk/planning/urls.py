"""Addresses of `planning`."""

from weixi.desk.base.routing import held_by, over, route
from weixi.desk.org.rules import Role
from weixi.desk.planning.queries.uploads import path_of_upload
from weixi.desk.planning.queries.versions import path_of_version
from weixi.desk.planning.views import living, month, upload, version
from weixi.kernel.language import Text

PLANNER = held_by(Role.PLANNER)
VERSION = over(path_of_version, Role.PLANNER)
UPLOAD = over(path_of_upload, Role.PLANNER)

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
    route("planning/tree/", month.tree, name="care_tree", scope=PLANNER),
    route("planning/imports/", upload.uploads, name="uploads", scope=PLANNER),
    route("planning/imports/new/", upload.receive, name="receive", scope=PLANNER, methods=("POST",)),
    route("planning/imports/<int:upload_id>/", upload.upload, name="upload", scope=UPLOAD),
    route(
        "planning/imports/<int:upload_id>/mapping/",
        upload.choose_mapping,
        name="choose_mapping",
        scope=UPLOAD,
        methods=("POST",),
    ),
    route(
        "planning/imports/<int:upload_id>/columns/",
        upload.map_columns,
        name="map_columns",
        scope=UPLOAD,
        methods=("POST",),
    ),
    route(
        "planning/imports/<int:upload_id>/look/",
        upload.look_again,
        name="look_again",
        scope=UPLOAD,
        methods=("POST",),
    ),
    route(
        "planning/imports/<int:upload_id>/start/",
        upload.start,
        name="start_import",
        scope=UPLOAD,
        methods=("POST",),
    ),
    route("planning/imports/<int:upload_id>/refused/", upload.quarantine, name="quarantine", scope=UPLOAD),
    route(
        "planning/imports/<int:upload_id>/refused.csv",
        upload.quarantine_file,
        name="quarantine_file",
        scope=UPLOAD,
    ),
    route("planning/living/", living.living, name="living", scope=PLANNER),
    route("planning/living/counts/", living.living_counts, name="living_counts", scope=PLANNER),
    route("planning/living/result/", living.living_result, name="living_result", scope=PLANNER),
    route("planning/living/try/", living.living_try, name="living_try", scope=PLANNER, methods=("POST",)),
    route("planning/living/save/", living.living_save, name="living_save", scope=PLANNER, methods=("POST",)),
    route("planning/versions/", version.versions, name="versions", scope=PLANNER),
    route(
        "planning/versions/new/", version.new_version, name="new_version", scope=PLANNER, methods=("POST",)
    ),
    route("planning/versions/<int:version_id>/", version.version, name="version", scope=VERSION),
    *(
        route(
            f"planning/versions/<int:version_id>/{act}/",
            view,
            name=f"{act}_version",
            scope=VERSION,
            methods=("POST",),
        )
        for act, view in (
            ("write", version.write_version),
            ("propose", version.propose_version),
            ("publish", version.publish_version),
            ("reject", version.reject_version),
            ("try", version.try_version),
        )
    ),
]
