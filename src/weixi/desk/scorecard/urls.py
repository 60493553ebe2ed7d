"""Addresses of `scorecard`."""

from weixi.desk.base.routing import held_by, over, route
from weixi.desk.org.queries import path_of_node
from weixi.desk.scorecard.rules import FRONT, READERS
from weixi.desk.scorecard.views import calibre, cockpit, drill, export
from weixi.kernel.language import Text

OF_NODE = over(path_of_node, *READERS)

routes = [
    route(
        "cockpit/",
        cockpit.start,
        name="cockpit",
        scope=held_by(*READERS),
        menu=Text("驾驶舱", "Cockpit"),
        about=Text(
            "指标、差额、走势、排名，逐级到用户", "figures, gaps, trends, ranks, down to the subscriber"
        ),
        front=FRONT,
    ),
    route("cockpit/<str:code>/", cockpit.node, name="cockpit_node", scope=OF_NODE),
    route("cockpit/<str:code>/league/", cockpit.league, name="cockpit_league", scope=OF_NODE),
    route("cockpit/<str:code>/funnel/", cockpit.funnel, name="cockpit_funnel", scope=OF_NODE),
    route("cockpit/<str:code>/calibre/", calibre.panel, name="cockpit_calibre", scope=OF_NODE),
    route("cockpit/<str:code>/difference/", calibre.difference, name="cockpit_difference", scope=OF_NODE),
    route("cockpit/<str:code>/misses/", drill.misses, name="cockpit_misses", scope=OF_NODE),
    route(
        "cockpit/<str:code>/export/", export.export, name="cockpit_export", scope=OF_NODE, methods=("POST",)
    ),
]
