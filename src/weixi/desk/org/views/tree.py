"""Home, the tree and its posts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.menu import front_of
from weixi.desk.base.templatetags.desk import language
from weixi.desk.org import operations, queries
from weixi.desk.org.requests import PersonRequest
from weixi.desk.org.rules import TREE_READERS, Role
from weixi.kernel.errors import UsageError


def home(request: PersonRequest) -> HttpResponse:
    """To the page that the person's role begins the day with; otherwise to their posts and what they may open."""
    return redirect(front_of(request.sight) or "overview")


def overview(request: PersonRequest) -> HttpResponse:
    """The person's posts of today and what they may open."""
    posts = queries.posts_of(seen=request.sight, today=timezone.localdate())
    return render(request, "org/home.html", {"posts": posts})


def tree(request: PersonRequest) -> HttpResponse:
    """The tops of what the person sees; straight to the node where there is one."""
    roots = queries.roots_of(seen=request.sight, roles=TREE_READERS)
    if len(roots) == 1:
        return redirect("node", code=roots[0].code)
    return render(request, "org/tree.html", {"roots": roots})


def node(request: PersonRequest, code: str) -> HttpResponse:
    """One node, what lies below it and who holds a post at it."""
    page = queries.node_page(seen=request.sight, code=code, today=timezone.localdate())
    return render(request, "org/node.html", {"page": page, "roles": list(Role)})


def appoint(request: PersonRequest, code: str) -> HttpResponse:
    """Give somebody a post at the node, from today."""
    try:
        post = operations.appoint_by_number(
            username=request.POST.get("username", "").strip(),
            role=request.POST.get("role", ""),
            node_code=code,
            since_date=timezone.localdate(),
            actor=request.user,
            now=timezone.now(),
        )
    except UsageError as fault:
        messages.error(request, f"{fault.what.say(language())} {fault.remedy.say(language())}")
    else:
        messages.success(request, _("已任命 %(person)s。") % {"person": post.user.shown_name})
    return redirect("node", code=code)


def end_post(request: PersonRequest, post_id: int) -> HttpResponse:
    """End a post: from today it gives nothing."""
    post = operations.end_post(
        post_id=post_id,
        until_date=timezone.localdate(),
        actor=request.user,
        now=timezone.now(),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("岗位已结束，对应辖区即刻不可见。"))
    return redirect("node", code=post.node.code)
