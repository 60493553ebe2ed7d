"""Pages of the organisation: sign-in, home, password, the tree and its posts."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
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


def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. A session that was begun before signing in is not kept."""
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(back)
        return render(request, "org/sign_in.html", {"next": back})
    username = request.POST.get("username", "").strip()
    try:
        user = operations.identify(
            username=username,
            password=request.POST.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            now=timezone.now(),
        )
    except UsageError as fault:
        shown = {"next": back, "username": username, "fault": fault}
        status = 429 if fault.code == "org.sign_in_closed" else 401
        return render(request, "org/sign_in.html", shown, status=status)
    request.session.flush()
    login(request, user)
    return HttpResponseRedirect(back)


def sign_out(request: PersonRequest) -> HttpResponse:
    """End the session."""
    operations.note_sign_out(user=request.user, now=timezone.now())
    logout(request)
    return redirect("sign_in")


def password(request: PersonRequest) -> HttpResponse:
    """Change one's own password."""
    faults: list[str] = []
    if request.method == "POST":
        new = request.POST.get("new", "")
        try:
            if new != request.POST.get("again", ""):
                raise ValidationError(_("两次输入的新密码不一致。"))
            operations.change_password(
                user=request.user, old=request.POST.get("old", ""), new=new, now=timezone.now()
            )
        except ValidationError as fault:
            faults = fault.messages
        except UsageError as fault:
            faults = [fault.what.say(language())]
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已更改，您在其他设备上的登录已全部退出。"))
            return redirect("overview")
    return render(request, "org/password.html", {"faults": faults}, status=422 if faults else 200)


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
