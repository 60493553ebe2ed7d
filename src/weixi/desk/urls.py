"""Every address of the desk, each with its scope. The menu follows this order."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from weixi.desk.api import addresses, openapi, page
from weixi.desk.audit.views import entries, export, proof
from weixi.desk.base.routing import PUBLIC, SIGNED_IN, held_by, route
from weixi.desk.dispatch import urls as dispatch
from weixi.desk.evidence import urls as evidence
from weixi.desk.org import urls as org
from weixi.desk.org.rules import Role
from weixi.desk.planning import urls as planning
from weixi.desk.scorecard import urls as scorecard
from weixi.desk.subscriber import urls as subscriber
from weixi.desk.touch import urls as touch
from weixi.desk.worker import urls as worker
from weixi.kernel.language import Text

urlpatterns: list[URLPattern | URLResolver] = [
    *dispatch.routes,
    *touch.routes,
    *scorecard.routes,
    *evidence.routes,
    *subscriber.routes,
    *planning.routes,
    *worker.routes,
    *org.routes,
    route(
        "audit/",
        entries,
        name="audit",
        scope=held_by(Role.AUDITOR),
        methods=("GET", "POST"),
        menu=Text("审计", "Audit"),
        about=Text("谁在何时做了什么；可查找，可核验", "who did what and when; searched and proved"),
    ),
    route("audit/proof/", proof, name="audit_proof", scope=held_by(Role.AUDITOR), methods=("POST",)),
    route("audit/export/", export, name="audit_export", scope=held_by(Role.AUDITOR), methods=("POST",)),
    route("api/", page, name="api_page", scope=SIGNED_IN),
    route("api/openapi.json", openapi, name="openapi", scope=PUBLIC),
    # Operations are guarded by their own declarations (org/rest.py): tokens, not sessions.
    path("api/", include((addresses, "api"))),
    route("language/", set_language, name="set_language", scope=PUBLIC, methods=("POST",)),
]

handler400 = "weixi.desk.base.views.bad_request"
handler403 = "weixi.desk.base.views.forbidden"
handler404 = "weixi.desk.base.views.not_found"
handler500 = "weixi.desk.base.views.server_error"
