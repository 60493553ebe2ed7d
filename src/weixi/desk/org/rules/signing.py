"""Signing in: how often it may fail, and what is said. Pure."""

import re

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

_NUMBER = re.compile(r"[A-Za-z0-9._@-]{1,64}")

FAILURES = 5
"""Failed sign-ins that close a staff number, or an address, for a while."""

WINDOW_MINUTES = 15
"""How long a failed sign-in counts."""

LONGEST_PASSWORD = 256
"""Longer ones are not hashed."""


def refused() -> UsageError:
    """Staff number and password do not belong together; which of the two is wrong is not said."""
    return UsageError(
        "org.sign_in",
        Text("工号或密码不正确。", "The staff number or the password is wrong."),
        Text(
            f"请核对后再试；{WINDOW_MINUTES} 分钟内错 {FAILURES} 次将暂停登录。忘记密码请联系本单位的系统管理员。",
            f"Check both and try again; {FAILURES} failures in {WINDOW_MINUTES} minutes close the sign-in for a while. "
            "Ask your administrator for a new password.",
        ),
    )


def closed(minutes: int) -> UsageError:
    """Too many failures: the sign-in is closed for so many more minutes."""
    return UsageError(
        "org.sign_in_closed",
        Text(
            f"{WINDOW_MINUTES} 分钟内登录失败已达 {FAILURES} 次，暂停登录。",
            f"{FAILURES} failed sign-ins in {WINDOW_MINUTES} minutes: the sign-in is closed.",
        ),
        Text(
            f"请等 {minutes} 分钟后再试；若不是您本人在试，请立即联系系统管理员。",
            f"Try again in {minutes} minutes. If it was not you who tried, tell your administrator at once.",
        ),
        permanent=False,
    )


def wrong_old() -> UsageError:
    """The password in use was not given right."""
    return UsageError(
        "org.old_password",
        Text("当前密码不正确，没有更改。", "The current password is wrong; nothing was changed."),
        Text("请重新输入当前密码。", "Type the current password again."),
    )


def same_password() -> UsageError:
    """The first password again."""
    return UsageError(
        "org.same_password",
        Text("新密码与初始密码相同。", "The new password is the first one again."),
        Text("请另设一个密码。", "Choose another."),
    )


def nobody(username: str) -> UsageError:
    """There is no person of that staff number."""
    return UsageError(
        "org.nobody",
        Text(f"没有工号 {username}。", f"There is no staff number {username}."),
        Text("核对工号；新员工先由系统管理员开户。", "Check it; a new colleague is entered first."),
    )


def not_oneself() -> UsageError:
    """What an administrator does to others is not done to oneself."""
    return UsageError(
        "org.oneself",
        Text("不能对自己这样做。", "This cannot be done to oneself."),
        Text(
            "自己的密码和验证器在“登录安全”里更改；离岗由另一位管理员办理。",
            "Change your own password and second factor under “Sign-in security”; another administrator does the rest.",
        ),
    )


def not_yours() -> UsageError:
    """The person holds a post outside the administrator's territory."""
    return UsageError(
        "org.not_yours",
        Text("此人有岗位在您的辖区之外。", "That person holds a post outside your territory."),
        Text("由上级单位的系统管理员办理。", "An administrator further up does it."),
    )


def no_role(role: str) -> UsageError:
    """There is no role of that word."""
    return UsageError(
        "org.role",
        Text(f"没有岗位 {role}。", f"There is no role {role}."),
        Text("从列表中选择岗位。", "Choose one of the list."),
    )


def no_node(code: str) -> UsageError:
    """There is no node of that code, or it lies outside the administrator's territory."""
    return UsageError(
        "org.node",
        Text(f"您的辖区内没有 {code}。", f"There is no {code} in your territory."),
        Text("从列表中选择单位，或核对编码。", "Choose one of the list, or check the code."),
    )


def checked_number(username: str) -> str:
    """The staff number as it is kept. Raises UsageError for signs that a number does not have."""
    number = username.strip()
    if not _NUMBER.fullmatch(number):
        raise UsageError(
            "org.number",
            Text("工号只能用字母、数字和 . _ - @。", "A staff number has letters, digits and . _ - @ alone."),
            Text(
                "照人力资源系统里的工号填写，不超过 64 位。", "Type it as personnel has it, 64 signs at most."
            ),
        )
    return number
