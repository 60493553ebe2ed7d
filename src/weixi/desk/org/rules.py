"""What one person may see, and where a node lies. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel, Term


class Role(Term):
    """What a post lets a person do."""

    AGENT = "AGENT", "维系专员", "retention agent"
    TEAM_LEADER = "TEAM_LEADER", "班组长", "team leader"
    COUNTY_MANAGER = "COUNTY_MANAGER", "县分经理", "county manager"
    MANAGER = "MANAGER", "省市管理者", "city or province manager"
    PLANNER = "PLANNER", "方案策划", "planner"
    AUDITOR = "AUDITOR", "审计", "auditor"
    ADMINISTRATOR = "ADMINISTRATOR", "系统管理员", "administrator"


TREE_READERS = frozenset(set(Role) - {Role.AGENT})
"""Who may look at units and posts: everybody but agents."""


@dataclass(frozen=True, slots=True)
class Held:
    """One post held today: the role, and the subtree it holds for."""

    role: Role
    path: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see today: the union of the subtrees of the posts held.

    `paths` are prefixes such as `P01/C01/`, none inside another. `held` keeps each role with its own subtree: who
    audits a province and works in one county must not work in the whole province.
    """

    user_id: int
    agent_code: str
    roles: frozenset[Role]
    paths: tuple[str, ...]
    held: tuple[Held, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether what lies at `path` may be seen at all."""
        return path.startswith(self.paths) if path and self.paths else False

    def covers_as(self, path: str, roles: Collection[str]) -> bool:
        """Whether one of the roles is held over `path`; no roles: any."""
        return bool(path) and any(path.startswith(h.path) for h in self.held if not roles or h.role in roles)

    def paths_as(self, roles: Collection[str]) -> tuple[str, ...]:
        """The subtrees in which one of the roles is held; no roles: any."""
        return outermost(h.path for h in self.held if not roles or h.role in roles)


def sight(user_id: int, agent_code: str, held: Iterable[Held]) -> Sight:
    """The sight that those posts give."""
    posts = tuple(sorted(set(held), key=lambda h: (h.path, h.role.value)))
    roles = frozenset(h.role for h in posts)
    return Sight(user_id, agent_code, roles, outermost(h.path for h in posts), posts)


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie inside another."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not (kept and path.startswith(kept[-1])):
            kept.append(path)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node as the operator's tree gives it; the root has no parent."""

    code: str
    parent: str | None
    level: OrgLevel
    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """One node with its path from the root; `depth` of the root is 0."""

    row: NodeRow
    path: str
    depth: int


def place(rows: Sequence[NodeRow]) -> tuple[Placed, ...]:
    """Every node with its path, parents first.

    Raises DataError for a code met twice (capitals aside, since a database may compare that way), a parent that is
    not there, a ring, or a code with a slash.
    """
    by_code = {row.code: row for row in rows}
    if len({code.casefold() for code in by_code}) < len(rows):
        twice = _first_twice([row.code for row in rows])
        raise _fault(
            "org.twice", twice, Text("编码重复（不区分大小写）", "the code is met twice (capitals aside)")
        )
    placed: dict[str, Placed] = {}
    for row in rows:
        if not row.code or "/" in row.code:
            raise _fault("org.code", row.code, Text("编码为空或含“/”", "the code is empty or holds a slash"))
        climb = [row]
        while climb[-1].parent is not None and climb[-1].parent not in placed:
            above = by_code.get(climb[-1].parent)
            if above is None:
                raise _fault(
                    "org.parent", climb[-1].code, Text("上级节点不存在", "its parent is not in the tree")
                )
            if above in climb:
                raise _fault("org.ring", above.code, Text("上下级成环", "it lies under itself"))
            climb.append(above)
        for step in reversed(climb):
            if step.code not in placed:
                top = placed[step.parent] if step.parent is not None else None
                path = f"{top.path if top else ''}{step.code}/"
                placed[step.code] = Placed(step, path, top.depth + 1 if top else 0)
    return tuple(sorted(placed.values(), key=lambda p: (p.depth, p.path)))


def _first_twice(codes: Sequence[str]) -> str:
    seen: set[str] = set()
    for code in codes:
        if code.casefold() in seen:
            return code
        seen.add(code.casefold())
    return ""


def _fault(code: str, where: str, what: Text) -> DataError:
    return DataError(
        code,
        what,
        Text(
            "在组织数据里改正这一行，再导入一次", "mend that row of the organisation feed and import it again"
        ),
        where=where,
    )


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
        Text("当前密码不正确，密码没有更改。", "The current password is wrong; nothing was changed."),
        Text("请重新输入当前密码。", "Type the current password again."),
    )


def nobody(username: str) -> UsageError:
    """There is no person of that staff number."""
    return UsageError(
        "org.nobody",
        Text(f"没有工号 {username}。", f"There is no staff number {username}."),
        Text("核对工号；新员工先由系统管理员开户。", "Check it; a new colleague is entered first."),
    )


ACTS = {
    "org.load_tree": Text("载入组织树", "loaded the tree"),
    "org.make_person": Text("开户", "entered a person"),
    "org.appoint": Text("任命岗位", "gave a post"),
    "org.end_post": Text("结束岗位", "ended a post"),
    "org.sign_in": Text("登录", "signed in"),
    "org.sign_in_failed": Text("登录失败", "failed to sign in"),
    "org.sign_out": Text("退出", "signed out"),
    "org.change_password": Text("更改密码", "changed the password"),
    "org.reset_password": Text("重置密码", "reset a password"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "person": Text("人员", "person"),
    "tree": Text("组织树", "the tree"),
    "node": Text("节点", "node"),
    "role": Text("岗位", "role"),
    "since": Text("自", "since"),
    "until": Text("至", "until"),
    "address": Text("地址", "address"),
    "agent_code": Text("责任人编码", "owner code"),
    "nodes": Text("节点数", "nodes"),
    "added": Text("新增", "new"),
    "changed": Text("变动", "changed"),
    "left": Text("撤销", "gone"),
    **{role.value: role.text for role in Role},
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""
