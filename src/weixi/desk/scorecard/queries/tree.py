"""The tree of units as one month saw it."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.desk.org.queries import tree_rows
from weixi.desk.org.rules import place
from weixi.desk.scorecard.queries.kept import Kept
from weixi.flow.cohort import require_tree
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel


@dataclass(frozen=True, slots=True)
class Place:
    """One node of a month's tree; `path` is its codes from the root, each with a slash after it."""

    code: str
    name: str
    level: OrgLevel
    parent: str | None
    path: str


@dataclass(frozen=True)
class Tree:
    """Every node by its code, and the codes right below each."""

    places: Mapping[str, Place]
    children: Mapping[str, tuple[str, ...]]

    @property
    def top(self) -> Place:
        """The root."""
        return next(place for place in self.places.values() if place.parent is None)

    def name(self, code: str) -> str:
        """What the node is called; its code where the tree has none of that code."""
        return self.places[code].name if code in self.places else code

    def below(self, code: str) -> frozenset[str]:
        """The codes of the node and of all below it; none where the tree has no such node."""
        if code not in self.places:
            return frozenset()
        path = self.places[code].path
        return frozenset(each.code for each in self.places.values() if each.path.startswith(path))

    def way(self, code: str, territory: tuple[str, ...]) -> tuple[Place, ...]:
        """The nodes above it, from the top, that lie inside the territory."""
        found: list[Place] = []
        place = self.places.get(code)
        while place is not None and place.parent is not None:
            place = self.places.get(place.parent)
            if place is not None and place.path.startswith(territory):
                found.insert(0, place)
        return tuple(found)


_trees: Kept[Tree] = Kept(4)


def tree_of(month: Month) -> Tree:
    """The tree as that month saw it. Raises DataError where there is none."""
    tree = require_tree(store(), month)

    def work() -> Tree:
        places, children = dict[str, Place](), dict[str, list[str]]()
        for each in place(tree_rows(store(), tree)):
            row = each.row
            places[row.code] = Place(row.code, row.name or row.code, row.level, row.parent, each.path)
            if row.parent is not None:
                children.setdefault(row.parent, []).append(row.code)
        return Tree(places, {code: tuple(sorted(found)) for code, found in children.items()})

    return _trees.get((str(store().home), tree.fingerprint), work)
