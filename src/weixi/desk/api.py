"""The desk for programs: the operations of every app under `/api/`, their faults as JSON, their description."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from weixi.desk.base.routing import Kind, SeenRequest
from weixi.desk.dispatch.rest import router as plan
from weixi.desk.org.rest import Endpoint, TokenAuth
from weixi.desk.org.rest import router as tree
from weixi.desk.org.rules import Role, no_token
from weixi.desk.scorecard.rest import router as kpi
from weixi.desk.touch.rest import router as calls
from weixi.kernel.errors import DataError, UsageError, WeixiError
from weixi.kernel.language import Text

VERSION = "1.0.0"
ROUTERS = (plan, calls, kpi, tree)


class PlainRenderer(JSONRenderer):
    """JSON with its Chinese as it is."""

    json_dumps_params: Mapping[str, bool] = {"ensure_ascii": False}


api = NinjaAPI(
    title="weixi",
    version=VERSION,
    description=(
        "维系的接口：计划、任务、结果、指标。令牌以所有人的名义调用，看到的不超过其当天的岗位。\n\n"
        "The desk of weixi for programs. A token works in its owner's name and never sees more than the owner's posts "
        "of the day. Numbers and names are masked. Errors carry a code, what is wrong and what to do, in Chinese and "
        "English. Lists go on by `after`."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    auth=TokenAuth(),
    renderer=PlainRenderer(),
)
for router in ROUTERS:
    api.add_router("", router)

Raised = Exception | type[Exception]
"""What ninja gives a handler."""

_STATUS = {
    "api.token": HTTPStatus.UNAUTHORIZED,
    "api.owner": HTTPStatus.FORBIDDEN,
    "api.scope": HTTPStatus.FORBIDDEN,
    "api.role": HTTPStatus.FORBIDDEN,
    "api.throttled": HTTPStatus.TOO_MANY_REQUESTS,
    "task.unknown": HTTPStatus.NOT_FOUND,
    "task.role": HTTPStatus.FORBIDDEN,
    "task.state": HTTPStatus.CONFLICT,
    "task.call": HTTPStatus.CONFLICT,
    "touch.call": HTTPStatus.CONFLICT,
}
"""Codes whose status says more than 422: the call cannot be taken as it is."""

_NOT_FOUND = UsageError(
    "api.not_found",
    Text(
        "没有找到，或不在令牌所有人的辖区内。", "There is no such thing, or the token's owner may not see it."
    ),
    Text("核对编码；辖区由所有人当天的岗位决定。", "Check the code; the owner's posts of today decide."),
)
_BROKEN = UsageError(
    "api.broken",
    Text("系统出错，没有完成。", "The desk failed; nothing was completed."),
    Text(
        "过一会儿用同样的 Idempotency-Key 再试；仍出错请联系系统管理员。",
        "Try again later with the same key.",
    ),
    permanent=False,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API: how it is called, and what it declares."""

    method: str
    address: str
    endpoint: Endpoint | None


def operations() -> Iterator[Operation]:
    """Every operation; `endpoint` None where one has no declaration, which a test forbids."""
    for router in ROUTERS:
        for address, view in router.path_operations.items():
            for found in view.operations:
                endpoint = found.view_func if isinstance(found.view_func, Endpoint) else None
                for method in found.methods:
                    yield Operation(method, f"/api{address}", endpoint)


def page(request: SeenRequest) -> HttpResponse:
    """The operations for people, with what a token and its owner need for each."""
    shown = [
        {
            "method": each.method,
            "address": each.address,
            "text": each.endpoint.text,
            "token": each.endpoint.token.text,
            "roles": sorted((role.text for role in _roles(each.endpoint)), key=lambda text: text.en),
            "is_object": each.endpoint.scope.kind is Kind.OBJECT,
        }
        for each in operations()
        if each.endpoint is not None
    ]
    return render(request, "org/api.html", {"operations": shown, "version": VERSION})


def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def schema() -> dict[str, Any]:
    """The OpenAPI document as programs read it; the same as docs/openapi.json."""
    read: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api")))
    return read


def _roles(endpoint: Endpoint) -> list[Role]:
    return [role for role in Role if role in endpoint.scope.roles]


def _answer(fault: WeixiError, status: int) -> HttpResponse:
    body = {
        "code": fault.code,
        "what": {"zh": fault.what.zh, "en": fault.what.en},
        "remedy": {"zh": fault.remedy.zh, "en": fault.remedy.en},
        "where": fault.where,
    }
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="weixi"'
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = "60"
    return JsonResponse(body, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def _usage(request: HttpRequest, fault: Raised) -> HttpResponse:
    """The call cannot be taken, or not by this caller."""
    known = fault if isinstance(fault, UsageError) else _BROKEN
    return _answer(known, _STATUS.get(known.code, HTTPStatus.UNPROCESSABLE_ENTITY))


def _data(request: HttpRequest, fault: Raised) -> HttpResponse:
    """The data are not there, or at fault."""
    return _answer(fault if isinstance(fault, WeixiError) else _BROKEN, HTTPStatus.CONFLICT)


def _unknown_caller(request: HttpRequest, fault: Raised) -> HttpResponse:
    """There is no token."""
    return _answer(no_token(), HTTPStatus.UNAUTHORIZED)


def _missing(request: HttpRequest, fault: Raised) -> HttpResponse:
    """There is no such object for this caller."""
    return _answer(_NOT_FOUND, HTTPStatus.NOT_FOUND)


def _malformed(request: HttpRequest, fault: Raised) -> HttpResponse:
    """Parameters or the body are not what the operation takes; `where` names the first that is not."""
    errors = fault.errors if isinstance(fault, ValidationError) else [{"loc": ("body",), "msg": str(fault)}]
    first = errors[0]
    said = str(first.get("msg", ""))
    return _answer(
        UsageError(
            "api.value",
            Text(f"参数不对：{said}", f"The call cannot be taken: {said}"),
            Text("对照 /api/openapi.json 更正。", "Mend it after /api/openapi.json."),
            where=".".join(str(part) for part in first.get("loc", ())),
        ),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _broken(request: HttpRequest, fault: Raised) -> HttpResponse:
    """Our fault; the log has it."""
    logging.getLogger("django.request").error("%s %s", request.method, request.path, exc_info=True)
    return _answer(_BROKEN, HTTPStatus.INTERNAL_SERVER_ERROR)


for kind, handler in (
    (Exception, _broken),
    (UsageError, _usage),
    (DataError, _data),
    (WeixiError, _data),
    (AuthenticationError, _unknown_caller),
    (Http404, _missing),
    (ValidationError, _malformed),
    (HttpError, _malformed),
):
    api.add_exception_handler(kind, handler)

addresses = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
"""The operations' addresses below `/api/`, without ninja's own front page."""
