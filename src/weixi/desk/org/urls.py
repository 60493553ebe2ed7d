"""Addresses of the organisation."""

from weixi.desk.base.routing import PUBLIC, SIGNED_IN, held_by, over, route
from weixi.desk.org.queries import path_of_node, path_of_person, path_of_post, path_of_token
from weixi.desk.org.rules import TREE_READERS, Role
from weixi.desk.org.views import people, security, signing, tree
from weixi.kernel.language import Text

BOTH = ("GET", "POST")
IN_CHARGE = over(path_of_person, Role.ADMINISTRATOR)

routes = [
    route("", tree.home, name="home", scope=SIGNED_IN),
    route("me/", tree.overview, name="overview", scope=SIGNED_IN, menu=Text("首页", "Home")),
    route("sign-in/", signing.sign_in, name="sign_in", scope=PUBLIC, methods=BOTH),
    # Half way: the password was right. Each of these looks for that in the session and opens nothing else.
    route("sign-in/code/", signing.code, name="sign_in_code", scope=PUBLIC, methods=BOTH),
    route("sign-in/password/", signing.first_password, name="sign_in_password", scope=PUBLIC, methods=BOTH),
    route("sign-in/enrol/", signing.enrol, name="sign_in_enrol", scope=PUBLIC, methods=BOTH),
    route("sign-out/", signing.sign_out, name="sign_out", scope=SIGNED_IN, methods=("POST",)),
    route("password/", signing.password, name="password", scope=SIGNED_IN, methods=BOTH),
    route("security/", security.security, name="security", scope=SIGNED_IN),
    route("security/factor/", security.factor, name="factor", scope=SIGNED_IN, methods=BOTH),
    route("security/codes/", security.renew, name="renew_recovery", scope=SIGNED_IN, methods=("POST",)),
    route("security/tokens/", security.make_token, name="make_token", scope=SIGNED_IN, methods=("POST",)),
    route(
        "security/tokens/<int:token_id>/revoke/",
        security.revoke_own,
        name="revoke_own_token",
        scope=SIGNED_IN,
        methods=("POST",),
    ),
    route(
        "org/",
        tree.tree,
        name="tree",
        scope=held_by(*TREE_READERS),
        menu=Text("组织", "Organisation"),
        about=Text("辖区内的单位，谁在什么岗位", "the units below you, and who holds which post"),
    ),
    route("org/<str:code>/", tree.node, name="node", scope=over(path_of_node, *TREE_READERS)),
    route(
        "org/<str:code>/appoint/",
        tree.appoint,
        name="appoint",
        scope=over(path_of_node, Role.ADMINISTRATOR),
        methods=("POST",),
    ),
    route(
        "posts/<int:post_id>/end/",
        tree.end_post,
        name="end_post",
        scope=over(path_of_post, Role.ADMINISTRATOR),
        methods=("POST",),
    ),
    route(
        "people/",
        people.people,
        name="people",
        scope=held_by(Role.ADMINISTRATOR),
        menu=Text("人员", "People"),
        about=Text("开户、重置密码、停用和离岗", "enter people, give passwords, close accounts"),
    ),
    route("people/new/", people.new, name="person_new", scope=held_by(Role.ADMINISTRATOR), methods=BOTH),
    route("people/nodes/", people.nodes, name="people_nodes", scope=held_by(Role.ADMINISTRATOR)),
    route("people/<int:person_id>/", people.person, name="person", scope=IN_CHARGE),
    *(
        route(
            f"people/<int:person_id>/{word}/", view, name=f"person_{word}", scope=IN_CHARGE, methods=("POST",)
        )
        for word, view in (
            ("appoint", people.appoint),
            ("password", people.give_password),
            ("factor", people.reset_factor),
            ("close", people.close),
            ("open", people.open_again),
            ("leave", people.leave),
        )
    ),
    route(
        "tokens/<int:token_id>/revoke/",
        people.revoke,
        name="revoke_token",
        scope=over(path_of_token, Role.ADMINISTRATOR),
        methods=("POST",),
    ),
]
