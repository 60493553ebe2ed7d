"""Tokens: what a program may do in a person's name. Pure."""

from collections.abc import Collection
from datetime import date

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Term

MARK = "wx_"
"""What every token begins with, so that it is known where it was left lying about."""

SHOWN = 9
"""How much of a token is kept to tell it from others: `wx_` and six signs."""

CALLS_PER_MINUTE = 120
LONGEST_DAYS = 366


class TokenScope(Term):
    """One thing that a token may do; never more than its owner may."""

    READ_PLAN = "READ_PLAN", "读计划", "read the plan"
    READ_TASKS = "READ_TASKS", "读任务", "read tasks"
    READ_OUTCOMES = "READ_OUTCOMES", "读结果", "read outcomes"
    READ_KPIS = "READ_KPIS", "读指标", "read KPIs"
    READ_TREE = "READ_TREE", "读组织", "read the tree"
    WRITE_OUTCOMES = "WRITE_OUTCOMES", "报结果", "report outcomes"
    WRITE_CALLS = "WRITE_CALLS", "登记来电", "enter calls"


def checked(name: str, scopes: Collection[str], expires_date: date, today: date) -> tuple[TokenScope, ...]:
    """The scopes of a token to be made. Raises UsageError for what a form may hold wrong."""
    if not name.strip():
        raise _fault(
            "org.token_name",
            Text("令牌没有名称。", "The token has no name."),
            Text("写明哪个系统使用它，如“外呼平台”。", "Say which system uses it."),
        )
    if not scopes or not set(scopes) <= set(TokenScope):
        raise _fault(
            "org.token_scope",
            Text("没有选择令牌的用途。", "The token may do nothing."),
            Text("至少勾选一项。", "Choose at least one."),
        )
    if not 0 < (expires_date - today).days <= LONGEST_DAYS:
        raise _fault(
            "org.token_date",
            Text("到期日不对。", "The date of expiry cannot be taken."),
            Text("选明天到一年之内的一天。", "Choose a day from tomorrow to a year from now."),
        )
    return tuple(scope for scope in TokenScope if scope in scopes)


def no_token() -> UsageError:
    """No token, or one that is unknown, expired or revoked, or whose owner may not sign in; which is not said."""
    return UsageError(
        "api.token",
        Text("没有令牌，或令牌无效、已到期、已停用。", "There is no token, or it is not valid any more."),
        Text(
            "请求头写 Authorization: Bearer <令牌>；令牌由其所有人在“登录安全”里新建。",
            "Send Authorization: Bearer <token>; its owner makes a new one under “Sign-in security”.",
        ),
    )


def unfinished() -> UsageError:
    """The owner has yet to change the first password or to set up the second factor."""
    return UsageError(
        "api.owner",
        Text("令牌的所有人还没有完成首次登录。", "The token's owner has not finished the first sign-in."),
        Text(
            "请所有人登录网页，更改初始密码并绑定验证器。",
            "The owner signs in on the web, changes the password and sets up the second factor.",
        ),
    )


def out_of_scope(scope: TokenScope) -> UsageError:
    """The token was made for other things."""
    return UsageError(
        "api.scope",
        Text(f"这个令牌不能“{scope.text.zh}”。", f"This token may not {scope.text.en}."),
        Text("新建一个勾选了这一项的令牌。", "Make a token that may."),
    )


def no_post() -> UsageError:
    """The owner holds no post today that opens the call."""
    return UsageError(
        "api.role",
        Text("令牌所有人目前的岗位不能这样做。", "No post that the token's owner holds today allows this."),
        Text("由持有相应岗位的人新建令牌。", "Let somebody who holds such a post make the token."),
    )


def too_many() -> UsageError:
    """The token was used too often within a minute."""
    return UsageError(
        "api.throttled",
        Text(
            f"一分钟内的调用已超过 {CALLS_PER_MINUTE} 次。",
            f"More than {CALLS_PER_MINUTE} calls in a minute.",
        ),
        Text("到下一分钟再调用；分页时加大 limit。", "Call again in the next minute; ask for larger pages."),
        permanent=False,
    )


def _fault(code: str, what: Text, remedy: Text) -> UsageError:
    return UsageError(code, what, remedy)
