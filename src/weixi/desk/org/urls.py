"""Addresses of the organisation."""

from weixi.desk.base.routing import PUBLIC, SIGNED_IN, held_by, over, route
from weixi.desk.org import views
from weixi.desk.org.queries import path_of_node, path_of_post
from weixi.desk.org.rules import TREE_READERS, Role
from weixi.kernel.language import Text

routes = [
    route("", views.home, name="home", scope=SIGNED_IN),
    route("me/", views.overview, name="overview", scope=SIGNED_IN, menu=Text("首页", "Home")),
    route("sign-in/", views.sign_in, name="sign_in", scope=PUBLIC, methods=("GET", "POST")),
    route("sign-out/", views.sign_out, name="sign_out", scope=SIGNED_IN, methods=("POST",)),
    route("password/", views.password, name="password", scope=SIGNED_IN, methods=("GET", "POST")),
    route(
        "org/",
        views.tree,
        name="tree",
        scope=held_by(*TREE_READERS),
        menu=Text("组织", "Organisation"),
        about=Text("辖区内的单位，谁在什么岗位", "the units below you, and who holds which post"),
    ),
    route("org/<str:code>/", views.node, name="node", scope=over(path_of_node, *TREE_READERS)),
    route(
        "org/<str:code>/appoint/",
        views.appoint,
        name="appoint",
        scope=over(path_of_node, Role.ADMINISTRATOR),
        methods=("POST",),
    ),
    route(
        "posts/<int:post_id>/end/",
        views.end_post,
        name="end_post",
        scope=over(path_of_post, Role.ADMINISTRATOR),
        methods=("POST",),
    ),
]
