"""Addresses of `scorecard`."""

from django.urls import URLPattern

from weixi.desk.base.routing import held_by, over, route, shown_by
from weixi.desk.org.queries import path_of_node
from weixi.desk.scorecard.queries.appeal import path_of_case
from weixi.desk.scorecard.rules.acts import DECIDERS, DISPATCHERS, FRONT, ISSUERS, LEADERS, READERS, SIGNERS
from weixi.desk.scorecard.views import (
    appeal,
    calibre,
    cockpit,
    export,
    misses,
    morning,
    near,
    official,
    target,
)
from weixi.desk.subscriber.queries import shows_subscriber
from weixi.desk.subscriber.rules import VIEWERS
from weixi.kernel.language import Text

OF_NODE = over(path_of_node, *READERS)
BY_LEADERS = over(path_of_node, *LEADERS)

routes: list[URLPattern] = [
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
    route(
        "cockpit/<str:code>/export/", export.export, name="cockpit_export", scope=OF_NODE, methods=("POST",)
    ),
    route(
        "morning/",
        morning.mornings,
        name="mornings",
        scope=held_by(*LEADERS),
        menu=Text("晨会", "Morning"),
        about=Text(
            "三盏灯、昨日核验、今天做什么；可转发成图", "the lights, what to do today; a picture to forward"
        ),
    ),
    route("morning/<str:code>/", morning.morning, name="morning", scope=BY_LEADERS),
    route(
        "morning/<str:code>/today/",
        morning.morning_today,
        name="morning_today",
        scope=BY_LEADERS,
    ),
    route(
        "morning/<str:code>/picture.png",
        morning.morning_picture,
        name="morning_picture",
        scope=BY_LEADERS,
    ),
    route("near/<str:code>/", near.near, name="near", scope=BY_LEADERS),
    route(
        "near/<str:code>/dispatch/",
        near.near_dispatch,
        name="near_dispatch",
        scope=over(path_of_node, *DISPATCHERS),
        methods=("POST",),
    ),
    route("misses/<str:code>/", misses.misses, name="misses", scope=OF_NODE),
    route(
        "customers/<int:subscriber_id>/miss/",
        misses.miss,
        name="subscriber_miss",
        scope=shown_by(shows_subscriber, *VIEWERS),
    ),
    route(
        "targets/",
        target.target_roots,
        name="target_roots",
        scope=held_by(*READERS),
        menu=Text("指标", "Targets"),
        about=Text("下达、签收、各版和合计核对", "targets issued, signed for and summed"),
    ),
    route("targets/<str:code>/", target.targets, name="targets", scope=OF_NODE),
    route(
        "targets/<str:code>/issue/",
        target.target_issue,
        name="target_issue",
        scope=over(path_of_node, *ISSUERS),
        methods=("GET", "POST"),
    ),
    route(
        "targets/<str:code>/sign/",
        target.target_sign,
        name="target_sign",
        scope=over(path_of_node, *SIGNERS),
        methods=("POST",),
    ),
    route(
        "targets/<str:code>/sheet.pdf",
        target.target_pdf,
        name="target_pdf",
        scope=OF_NODE,
    ),
    route("official/<str:code>/", official.official, name="official", scope=OF_NODE),
    route(
        "official/<str:code>/enter/",
        official.official_enter,
        name="official_enter",
        scope=over(path_of_node, *ISSUERS),
        methods=("POST",),
    ),
    route(
        "official/<str:code>/list/",
        official.official_list,
        name="official_list",
        scope=over(path_of_node, *ISSUERS),
        methods=("POST",),
    ),
    route(
        "appeals/<str:code>/",
        appeal.appeals,
        name="appeals",
        scope=OF_NODE,
        methods=("GET", "POST"),
    ),
    route(
        "appeals/<str:code>/<int:month>/<int:entry>/decide/",
        appeal.appeal_decide,
        name="appeal_decide",
        scope=over(path_of_case, *DECIDERS),
        methods=("POST",),
    ),
]
