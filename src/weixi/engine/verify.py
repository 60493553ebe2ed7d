"""Proving every seal: the chain, every file, every sealed row."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.engine.partition import MANIFEST, Manifest, Partition, file_entry
from weixi.engine.schema import Table
from weixi.engine.seal import LEAVES, Link, leaves_text, merkle_root
from weixi.engine.store import Store
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

NAMED_ROWS = 20
"""Changed rows that are named one by one; more are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed; `where` is a file, a row's key or a link of the chain."""

    where: str
    what: Text


@dataclass(frozen=True, slots=True)
class Report:
    """What one verification read, and what it found."""

    links: int
    partitions: int
    files: int
    rows: int
    findings: tuple[Finding, ...]


def verify(
    store: Store, tables: Mapping[str, Table], progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Read the whole store again. `tables` gives each table's schema; `progress` is told each partition."""
    findings: list[Finding] = []
    links = list(store.chain.links())
    findings += _chain_findings(links)
    # The same content may be sealed again after another revision: a link is that of one revision.
    roots = {(link.table, link.key, link.revision, link.fingerprint): link for link in links}
    partitions = files = rows = 0
    for path in sorted((store.home / "tables").rglob(MANIFEST)):
        try:
            manifest = Manifest.read(path.parent)
        except DataError as fault:
            findings.append(Finding(str(path), fault.what))
            continue
        partitions += 1
        files += len(manifest.files)
        rows += manifest.rows
        progress(f"{manifest.table} {manifest.key}")
        bad = _file_findings(path.parent, manifest)
        table = tables.get(manifest.table)
        key = json.dumps(manifest.key, sort_keys=True)
        link = roots.pop((manifest.table, key, manifest.revision, manifest.fingerprint), None)
        if table is None or (manifest.seal is None and link is None):
            findings += bad
            continue
        partition = Partition(table, path.parent, manifest)
        if link is None:
            findings.append(
                Finding(partition.name, Text("封存记录不在封存链上", "its seal is not in the chain"))
            )
        findings += _sealed_findings(store, partition, link, bad)
    findings += [
        Finding(
            f"{link.table} {link.key} r{link.revision}",
            Text("已封存的分区不见了", "a sealed partition is gone"),
        )
        for link in roots.values()
    ]
    return Report(len(links), partitions, files, rows, tuple(findings))


def _chain_findings(links: list[Link]) -> list[Finding]:
    """Links whose content, number or predecessor is not what the next one sealed."""
    findings = []
    before = ""
    for number, link in enumerate(links, start=1):
        if link.digest != link.expected() or link.previous != before or link.number != number:
            findings.append(
                Finding(f"seals.jsonl:{number}", Text("封存链在此断裂", "the chain is broken here"))
            )
        before = link.digest
    return findings


def _file_findings(folder: Path, manifest: Manifest) -> list[Finding]:
    """Files that are missing or whose bytes are no longer those of the manifest."""
    findings = []
    for entry in manifest.files:
        path = folder / entry.name
        if not path.exists():
            findings.append(Finding(str(path), Text("文件缺失", "the file is missing")))
        elif file_entry(path) != entry:
            findings.append(
                Finding(str(path), Text("文件已损坏或被改动", "the file is corrupt or was changed"))
            )
    return findings


def _sealed_findings(
    store: Store, partition: Partition, link: Link | None, bad: list[Finding]
) -> list[Finding]:
    """The changed rows of a sealed partition, or its corrupt files where the rows cannot be read."""
    root = link.root if link else partition.manifest.seal
    try:
        store.engine.scan("sealed__rows", partition.files)
        now = store.engine.arrow(leaves_text(partition.table, "sealed__rows"), {})
    except Exception:  # an engine names damage in its own ways; the file finding names the file
        return bad or [Finding(str(partition.path), Text("文件无法读取", "the files cannot be read"))]
    if merkle_root(now) == root:
        return bad
    try:
        sealed = pq.read_table(partition.path / LEAVES)
    except (OSError, pa.ArrowInvalid):
        sealed = None
    if sealed is None or merkle_root(sealed) != root:
        return [
            *bad,
            Finding(
                partition.name,
                Text(
                    "内容与封存时不同，行摘要也已损坏",
                    "rows differ from the seal, and the row digests are damaged too",
                ),
            ),
        ]
    return [*bad, *_row_findings(partition, sealed, now)]


def _row_findings(partition: Partition, sealed: pa.Table, now: pa.Table) -> list[Finding]:
    """One finding per changed, added or removed row, the first twenty by key and the rest as a count."""
    names = partition.table.key
    was = _by_key(sealed, names)
    found = _by_key(now, names)
    findings = []
    for key in sorted(was.keys() | found.keys()):
        if was.get(key) == found.get(key):
            continue
        row = ", ".join(f"{name}={value}" for name, value in zip(names, key, strict=True))
        what = (
            Text("该行已被删除", "this row was removed")
            if key not in found
            else Text("该行是封存后加入的", "this row was added after sealing")
            if key not in was
            else Text("该行的值被改动", "a value of this row was changed")
        )
        findings.append(Finding(f"{partition.name}: {row}", what))
    if len(findings) > NAMED_ROWS:
        rest = len(findings) - NAMED_ROWS
        more = Text(f"另有 {rest} 行与封存时不同", f"{rest} more rows differ from the seal")
        findings = [*findings[:NAMED_ROWS], Finding(partition.name, more)]
    return findings


def _by_key(leaves: pa.Table, names: tuple[str, ...]) -> dict[tuple[object, ...], str]:
    keys = zip(*(leaves.column(name).to_pylist() for name in names), strict=True)
    return dict(zip(keys, leaves.column("row_sha256").to_pylist(), strict=True))
