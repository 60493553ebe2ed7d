"""Pages that every app shares: what went wrong, and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, title: str, what: str, remedy: str) -> HttpResponse:
    shown = {"status": status, "title": title, "what": what, "remedy": remedy}
    return render(request, "base/error.html", shown, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the call cannot be taken."""
    return _page(
        request,
        400,
        _("请求无法识别"),
        _("这个请求的格式不对，没有处理。"),
        _("返回上一页再试一次；若由其他系统转来，请告知该系统的管理员。"),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: no role that opens the page."""
    return _page(
        request,
        403,
        _("没有权限"),
        _("您目前的岗位不能打开这个页面。"),
        _("回到首页查看您现在的岗位；若岗位刚调整，请联系本单位的系统管理员。"),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was opened before the last sign-in, or cookies are off."""
    return _page(
        request,
        403,
        _("页面已过期"),
        _("这张表单是在上次登录之前打开的，或者浏览器关闭了 Cookie，所以没有提交。"),
        _("刷新页面后重新填写；仍不成功时，请允许本站使用 Cookie。"),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such page, or it lies outside the person's territory."""
    return _page(
        request,
        404,
        _("没有找到"),
        _("没有这个页面，或者它不在您的辖区之内。"),
        _("检查地址是否完整；若对象已划给别的单位，请联系对方单位。"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Said without the frame: what failed may be what the frame needs."""
    return render(request, "base/500.html", status=500)
