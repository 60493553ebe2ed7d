"""Addresses of `subscriber`."""

from weixi.desk.base.routing import held_by, over, route, shown_by
from weixi.desk.org.queries import path_of_node
from weixi.desk.subscriber.queries.place import shows_subscriber, shows_to_revealer
from weixi.desk.subscriber.rules import READERS, REVEALERS, VIEWERS
from weixi.desk.subscriber.views import groups, page, search
from weixi.kernel.language import Text

_SEEN = shown_by(shows_subscriber, *VIEWERS)

routes = [
    route(
        "customers/",
        search.customers,
        name="customers",
        scope=held_by(*VIEWERS),
        methods=("GET", "POST"),
        menu=Text("客户", "Customers"),
        about=Text("按号码、姓名或编码查客户，看一户的全貌", "find a customer, and see all there is of one"),
    ),
    route(
        "customers/groups/",
        groups.groups,
        name="groups",
        scope=held_by(*VIEWERS),
        about=Text("按分级分类看客户：户数、收入占比、本月变化", "customers by grade and category"),
    ),
    route(
        "customers/groups/<str:code>/",
        groups.node_groups,
        name="node_groups",
        scope=over(path_of_node, *READERS),
    ),
    route("customers/list/", groups.customer_list, name="customer_list", scope=held_by(*VIEWERS)),
    route("customers/<int:subscriber_id>/", page.subscriber, name="subscriber", scope=_SEEN),
    route("customers/<int:subscriber_id>/plan/", page.plan, name="subscriber_plan", scope=_SEEN),
    route("customers/<int:subscriber_id>/history/", page.history, name="subscriber_history", scope=_SEEN),
    route(
        "customers/<int:subscriber_id>/household/", page.household, name="subscriber_household", scope=_SEEN
    ),
    route("customers/<int:subscriber_id>/record/", page.record, name="subscriber_record", scope=_SEEN),
    route(
        "customers/<int:subscriber_id>/reveal/<str:what>/",
        page.reveal,
        name="subscriber_reveal",
        scope=shown_by(shows_to_revealer, *REVEALERS),
        methods=("POST",),
    ),
]
