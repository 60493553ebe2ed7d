"""What one person may see. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from weixi.kernel.terms import Term


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


def common(paths: Iterable[str]) -> str:
    """The deepest node above all of the paths, or the path itself where there is one; "" where they share none."""
    split = [path.rstrip("/").split("/") for path in paths if path]
    shared: list[str] = []
    for codes in zip(*split, strict=False):
        if len(set(codes)) > 1:
            break
        shared.append(codes[0])
    return "".join(f"{code}/" for code in shared)


def is_own(sight: Sight, *, owner_code: str, path: str) -> bool:
    """Whether what lies at `path` is an agent's own, or is nobody's ("") in the pool of a unit that he works for."""
    here = sight.covers_as(path, (Role.AGENT,))
    if owner_code:
        return here and owner_code == sight.agent_code
    return here or path in pool_paths(sight)


def pool_paths(sight: Sight) -> tuple[str, ...]:
    """The units whose pool an agent shares because his own node hangs under them."""
    own = f"/{sight.agent_code}/"
    mine = sight.paths_as((Role.AGENT,)) if sight.agent_code else ()
    return tuple(path[: -len(own) + 1] for path in mine if path.endswith(own))
