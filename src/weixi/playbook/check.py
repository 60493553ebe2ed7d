"""Checks that need no data: references, order, completeness of a composed playbook."""

from collections.abc import Mapping, Sequence

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.playbook import narrative_schema, offer_schema, schema
from weixi.playbook.faults import fault, near
from weixi.playbook.model import Band, Playbook
from weixi.playbook.reading import Entries, Place, Placed
from weixi.playbook.sections import SECTIONS

NEEDED_COHORTS = ("network", "arpu80")
"""The cohorts that KPIs are computed on: the whole base, and ARPU of at least the plan's line."""


def check(playbook: Playbook, entries: Entries, first_file: str) -> list[WeixiError]:
    """Every fault of the composed playbook that shows without data; empty where there is none."""
    return [
        *_complete(entries, first_file),
        *_ordered(entries),
        *(_bands(entries.all(schema.BandEntry), playbook.bands) if "band" not in entries.broken else []),
        *(
            _bands(entries.all(schema.HandsetBandEntry), playbook.handset_bands)
            if "handset_band" not in entries.broken
            else []
        ),
        *_references(entries),
        *_assessment(entries, first_file),
        *_coverage(entries),
    ]


def _complete(entries: Entries, first_file: str) -> list[WeixiError]:
    return [
        fault(
            "missing_section",
            f"{first_file}:1",
            Text(f"缺少 {section.header}", f"{section.header} is missing"),
            Text("写上它，或与 work_plan 一起使用", "write it, or put work_plan before this playbook"),
        )
        for name, section in SECTIONS.items()
        if section.needed and not entries.has(name)
    ]


def _ordered(entries: Entries) -> list[WeixiError]:
    """First-match lists: the last rule is the default, nothing stands after one, no condition stands twice."""
    faults: list[WeixiError] = []
    for name in ("grade", "stage", "cluster", "category", "holdout"):
        if name not in entries.broken:
            rules = entries.by_section.get(name, [])
            faults += _first_match(name, [(entry.place, entry.value.when) for entry in rules])
    for entry in entries.all(schema.WarningEntry):
        levels = [(entry.place.below("level", k), item.when) for k, item in enumerate(entry.value.level)]
        faults += _first_match("level", levels)
        if not levels:
            what = Text(f"预警“{entry.code}”没有 [[warning.level]]", f"warning “{entry.code}” has no levels")
            faults.append(fault("no_level", entry.place.at("level"), what, _DEFAULT))
        faults += _reasons(entry)
    return faults


_DEFAULT = Text('最后一条写 when = "TRUE"', 'let the last one say when = "TRUE"')


def _first_match(name: str, rules: Sequence[tuple[Place, str]]) -> list[WeixiError]:
    faults: list[WeixiError] = []
    seen: dict[str, Place] = {}
    for index, (place, when) in enumerate(rules):
        words = " ".join(when.split()).upper()
        is_last = index == len(rules) - 1
        if "TRUE" in seen or words in seen:
            first = seen["TRUE"] if "TRUE" in seen else seen[words]
            faults.append(
                fault(
                    "unreachable",
                    place.at("when"),
                    Text(
                        f"{name} 的这一条永远轮不到：{first.at('when')} 已经包含它",
                        f"this {name} is never reached: {first.at('when')} already holds for it",
                    ),
                    Text("删去它，或移到前面", "delete it or move it up"),
                )
            )
        elif is_last and words != "TRUE":
            what = Text(f"{name} 没有默认的一条", f"{name} has no default")
            faults.append(fault("no_default", place.at("when"), what, _DEFAULT))
        seen.setdefault(words, place)
    return faults


def _reasons(entry: Placed[schema.WarningEntry]) -> list[WeixiError]:
    given = entry.value.reason
    codes = [reason.code for reason in given]
    faults: list[WeixiError] = []
    if not 1 <= len(given) <= 3:
        faults.append(
            fault(
                "reason_count",
                entry.place.at("reason"),
                Text(
                    f"预警“{entry.code}”有 {len(given)} 个原因",
                    f"warning “{entry.code}” has {len(given)} reasons",
                ),
                Text("写一到三个 [[warning.reason]]", "write one to three [[warning.reason]]"),
            )
        )
    for index, code in enumerate(codes):
        if code in codes[:index]:
            faults.append(
                fault(
                    "duplicate_code",
                    entry.place.at("reason", index, "code"),
                    Text(f"原因“{code}”写了两次", f"reason “{code}” is written twice"),
                    Text("改名或删去一个", "rename or delete one of them"),
                )
            )
    return faults


def _bands(entries: Sequence[Placed[schema.BandEntry]], bands: Sequence[Band]) -> list[WeixiError]:
    """Bands ascend and touch: the first has no low, each low is the high before it, the last has no high."""
    faults: list[WeixiError] = []
    for index, (entry, band) in enumerate(zip(entries, bands, strict=True)):
        before = bands[index - 1] if index else None
        written = entry.value
        if before is None and written.low is not None:
            faults.append(_edge(entry, "low", "第一档不写 low", "the first band has no low"))
        if before is not None and written.low is None:
            faults.append(_edge(entry, "low", "缺少 low", "low is missing"))
        is_last = index == len(bands) - 1
        if is_last and written.high is not None:
            faults.append(_edge(entry, "high", "最后一档不写 high", "the last band has no high"))
        if not is_last and written.high is None:
            faults.append(_edge(entry, "high", "缺少 high", "high is missing"))
        if band.low_fen is not None and band.high_fen is not None and band.low_fen >= band.high_fen:
            faults.append(_edge(entry, "high", "high 不大于 low", "high is not above low"))
        if (
            before is not None
            and None not in (before.high_fen, band.low_fen)
            and before.high_fen != band.low_fen
        ):
            faults.append(
                _edge(
                    entry,
                    "low",
                    f"与前一档“{before.code}”的上沿不相接",
                    f"does not begin where “{before.code}” ends",
                )
            )
    return faults


def _edge(entry: Placed[schema.BandEntry], key: str, zh: str, en: str) -> WeixiError:
    return fault(
        "band_edge",
        entry.place.at(key),
        Text(f"档“{entry.code}”：{zh}", f"band “{entry.code}”: {en}"),
        Text(
            "各档左闭右开、由低到高、首尾相接",
            "bands are half-open, ascend, and each begins where the one before ends",
        ),
    )


def _references(entries: Entries) -> list[WeixiError]:
    """Every code that an entry names exists."""
    known: Mapping[str, set[str]] = {name: entries.codes(name) for name in ("warning", "offer", "pool")}
    faults: list[WeixiError] = []

    def look(place: Place, section: str, codes: Sequence[str], key: str) -> None:
        for index, code in enumerate(codes):
            if code not in known[section] and entries.judges(section):
                faults.append(_unknown(section, code, known[section], place.at(key, index)))

    for offer in entries.all(offer_schema.OfferEntry):
        look(offer.place, "warning", offer.value.kinds, "kinds")
        pool = offer.value.pool
        if pool is not None and pool not in known["pool"] and entries.judges("pool"):
            faults.append(_unknown("pool", pool, known["pool"], offer.place.at("pool")))
    for measure in entries.all(narrative_schema.MeasureEntry):
        look(measure.place, "offer", measure.value.offers, "offers")
        look(measure.place, "warning", measure.value.warnings, "warnings")
    for lever in entries.all(narrative_schema.LeverEntry):
        look(lever.place, "warning", lever.value.warnings, "warnings")
    for entry in entries.all(schema.AttachmentEntry):
        order = entry.value.order
        for index, rule in enumerate(order):
            if rule in order[:index]:
                what = Text(f"“{rule}”写了两次", f"“{rule}” is written twice")
                remedy = Text("删去一个", "delete one of them")
                faults.append(fault("duplicate_code", entry.place.at("order", index), what, remedy))
    return faults


def _unknown(section: str, code: str, known: set[str], where: str) -> WeixiError:
    return fault(
        f"unknown_{section}",
        where,
        Text(f"没有 {section} “{code}”", f"there is no {section} “{code}”"),
        near(code, known),
    )


def _assessment(entries: Entries, first_file: str) -> list[WeixiError]:
    """The cohorts that KPIs need are there, one of them is assessed, and a ceiling on churn names its period."""
    faults: list[WeixiError] = []
    codes = entries.codes("cohort")
    if codes:
        for code in NEEDED_COHORTS:
            if code not in codes:
                what = Text(f"缺少 cohort “{code}”", f"the cohort “{code}” is missing")
                remedy = Text(
                    f'写一个 [[cohort]]，code = "{code}"', f'write a [[cohort]] with code = "{code}"'
                )
                faults.append(fault("missing_cohort", f"{first_file}:1", what, remedy))
    assessed = [entry for entry in entries.all(schema.CohortEntry) if entry.value.assessed]
    if codes and not assessed and "cohort" not in entries.broken:
        what = Text("没有考核的人群", "no cohort is assessed")
        remedy = Text("在 arpu80 写 assessed = true", "write assessed = true in arpu80")
        faults.append(fault("assessed_cohort", f"{first_file}:1", what, remedy))
    for entry in assessed[1:]:
        what = Text("考核的人群多于一个", "more than one cohort is assessed")
        remedy = Text("只留一个 assessed = true", "leave one assessed = true")
        faults.append(fault("assessed_cohort", entry.place.at("assessed"), what, remedy))
    for entry in assessed:
        if entry.value.arpu is None:
            what = Text(
                f"考核的人群“{entry.code}”没有 arpu", f"the assessed cohort “{entry.code}” has no arpu"
            )
            remedy = Text("把 ARPU 条件写进 arpu", "put the test of ARPU into arpu")
            faults.append(fault("assessed_cohort", entry.place.at("assessed"), what, remedy))
    for kpi in entries.all(schema.KpiEntry):
        if kpi.value.kpi == "churn_rate" and kpi.value.period is None:
            what = Text("离网率没有写考核周期", "the churn rate does not name its period")
            remedy = Text('写 period = "QUARTER" 或 "YEAR"', 'write period = "QUARTER" or "YEAR"')
            faults.append(fault("no_period", kpi.place.at(), what, remedy))
    return faults


def _coverage(entries: Entries) -> list[WeixiError]:
    """At least one measure covers everyone (维系政策覆盖所有用户)."""
    measures = entries.all(narrative_schema.MeasureEntry)
    covering = [m for m in measures if m.value.group == "COMMON" and m.value.when.strip().upper() == "TRUE"]
    if covering or not measures or "measure" in entries.broken:
        return []
    return [
        fault(
            "coverage",
            measures[0].place.at(),
            Text("没有覆盖所有用户的共性措施", "no common measure covers every user"),
            Text(
                '写一个 group = "COMMON"、when = "TRUE" 的 [[measure]]',
                'write a [[measure]] with group = "COMMON" and when = "TRUE"',
            ),
        )
    ]
