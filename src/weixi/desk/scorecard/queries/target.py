"""下达指标: a unit's targets beside the sum of its children, the versions, and who signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from django.contrib.auth import get_user_model

from weixi.desk.base.book import playbook, store
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.tree import Place, Tree, tree_of
from weixi.flow.assessment import (
    KPI_NAMES,
    TARGET_ENTRY,
    Calibre,
    Sheet,
    SheetRow,
    SheetVersion,
    Split,
    find_calibre,
    read_sheet,
    sheet_versions,
)
from weixi.flow.cohort import TARGET
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_sheets: Kept[Sheet] = Kept(8)


@dataclass(frozen=True, slots=True)
class Share:
    """One node's target of one KPI; `is_pool` for a unit's shared pool. `signed_by` is empty until somebody signs."""

    code: str
    name: str
    is_pool: bool
    size: int
    target_count: int
    expected: Fraction | None
    signed_by: str
    signed_at: datetime | None

    @property
    def rate(self) -> Fraction | None:
        """The target as a rate of the node's own size."""
        return Fraction(self.target_count, self.size) if self.size else None


@dataclass(frozen=True, slots=True)
class KpiShares:
    """One KPI's target of a unit and how it goes down to its children; `children_sum` is None without children."""

    kpi: str
    name: Text
    calibre: Calibre
    is_ceiling: bool
    split: Split
    own: Share
    children: tuple[Share, ...]
    children_sum: int | None

    @property
    def reconciles(self) -> bool:
        """合计 = 上级."""
        return self.children_sum is None or self.children_sum == self.own.target_count

    @property
    def difference(self) -> int:
        """The children's sum less the unit's own."""
        return 0 if self.children_sum is None else self.children_sum - self.own.target_count


@dataclass(frozen=True, slots=True)
class Edition:
    """One version in the list of versions."""

    version: SheetVersion
    issuer: str
    at: datetime | None


@dataclass(frozen=True)
class TargetPage:
    """One version of a month's targets as one unit sees it, with every version there is, oldest first.

    `wrong_count` of `checked_count` sums in the whole sheet differ. `people` is staff number → name.
    """

    month: Month
    months: tuple[Month, ...]
    place: Place
    way: tuple[Place, ...]
    top: Place
    version: SheetVersion
    versions: tuple[SheetVersion, ...]
    kpis: tuple[KpiShares, ...]
    checked_count: int
    wrong_count: int
    people: Mapping[str, str]

    @property
    def is_newest(self) -> bool:
        """Whether the scorecard takes this version."""
        return self.version.version == self.versions[-1].version

    @property
    def issuer(self) -> str:
        """Who issued the version; empty for the run's own."""
        return self.person(self.version.actor)

    @property
    def issued_at(self) -> datetime | None:
        """When it was issued."""
        return _moment(self.version.issued_at)

    @property
    def signer(self) -> str:
        """Who signed the version for the unit; empty: nobody yet."""
        entry = self.version.acknowledged.get(self.place.code)
        return self.person(entry.actor) if entry else ""

    @property
    def signed_at(self) -> datetime | None:
        """When the unit signed it."""
        entry = self.version.acknowledged.get(self.place.code)
        return entry.happened_at.replace(tzinfo=UTC) if entry else None

    @property
    def history(self) -> tuple["Edition", ...]:
        """Every version, newest first, with who issued it and when."""
        return tuple(
            Edition(each, self.person(each.actor), _moment(each.issued_at))
            for each in reversed(self.versions)
        )

    def person(self, number: str) -> str:
        """Name and staff number; the number alone where nobody has it today."""
        name = self.people.get(number, "")
        return f"{name}（{number}）" if name and name != number else number


def target_months() -> tuple[Month, ...]:
    """The months that have targets, newest first."""
    numbers = {int(partition.key["month"]) for partition in store().partitions(TARGET)}
    return tuple(Month.from_number(number) for number in sorted(numbers, reverse=True))


def sheet_of(month: Month, version: int | None) -> Sheet:
    """That version of the month's targets, the newest by default. Raises DataError where it was never made."""
    sheets = tuple(p.fingerprint for p in store().partitions(TARGET) if p.key["month"] == month.number)
    entries = tuple(p.fingerprint for p in store().partitions(TARGET_ENTRY) if p.key["month"] == month.number)
    key = (str(store().home), sheets, entries, month, version)
    return _sheets.get(key, lambda: read_sheet(store(), month, version))


def target_page(*, code: str, month: str, version: str, territory: tuple[str, ...]) -> TargetPage:
    """The unit's targets. Raises DataError where there are none, UsageError for an address that names no version."""
    months = target_months()
    if not months:
        raise DataError(
            "target.none",
            Text("还没有任何月份的指标下达表", "no month has targets yet"),
            Text("月度运行（weixi run）会按方案生成第 1 版", "a month's run makes the first version"),
        )
    chosen = Month.parse(month) if month else months[0]
    if version and not (version.isascii() and version.isdecimal() and len(version) < 6):
        raise UsageError(
            "target.version",
            Text(f"没有第“{version}”版", f"there is no version “{version}”"),
            Text("从版本列表中选择", "choose one of the versions"),
        )
    sheet = sheet_of(chosen, int(version) if version else None)
    tree = tree_of(chosen)
    place = tree.places.get(code)
    if place is None:
        raise UsageError(
            "target.node",
            Text(f"{chosen} 的组织树里没有这个单位", f"the tree of {chosen} has no such unit"),
            Text("换一个月份", "choose another month"),
        )
    versions = tuple(sheet_versions(store(), chosen))
    return TargetPage(
        month=chosen,
        months=months,
        place=place,
        way=tree.way(code, territory),
        top=tree.top,
        version=sheet.version,
        versions=versions,
        kpis=_kpis(sheet, tree, code),
        checked_count=sheet.checked,
        wrong_count=len(sheet.gaps),
        people=people_of(
            {each.actor for each in versions}
            | {entry.actor for each in versions for entry in each.acknowledged.values()}
        ),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def people_of(numbers: Iterable[str]) -> Mapping[str, str]:
    """The names behind staff numbers, as entries of the ledgers hold them."""
    wanted = sorted({number for number in numbers if number})
    if not wanted:
        return {}
    return dict(get_user_model().objects.filter(username__in=wanted).values_list("username", "name"))


def _kpis(sheet: Sheet, tree: Tree, code: str) -> tuple[KpiShares, ...]:
    found = []
    for target in playbook().kpis:
        own = next((row for row in sheet.rows if row.kpi == target.kpi and row.node_code == code), None)
        if own is None:
            continue
        split = sheet.version.splits.get(target.kpi, Split.SIZE)
        below = [row for row in sheet.rows if row.kpi == target.kpi and row.parent_code == code]
        found.append(
            KpiShares(
                kpi=target.kpi,
                name=KPI_NAMES[target.kpi],
                calibre=find_calibre(target.calibre, target.kpi, month=sheet.version.month),
                is_ceiling=target.direction == "AT_MOST",
                split=split,
                own=_share(own, sheet.version, split),
                children=tuple(_share(row, sheet.version, split) for row in below),
                children_sum=own.children_count,
            )
        )
    return tuple(found)


def _share(row: SheetRow, version: SheetVersion, split: Split) -> Share:
    signed = version.acknowledged.get(row.node_code)
    hard = split is Split.DIFFICULTY and row.weight is not None
    return Share(
        code=row.node_code,
        name=row.name,
        is_pool=row.level is None,
        size=row.size,
        target_count=row.target_count,
        expected=Fraction(row.weight or 0, 1000) if hard else None,
        signed_by=signed.actor if signed else "",
        signed_at=signed.happened_at if signed else None,
    )
