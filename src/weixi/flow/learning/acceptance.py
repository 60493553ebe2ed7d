"""A proposal written into a playbook's text: a new draft, for a second person to publish."""

import tomllib
from typing import Any

from weixi.flow.learning.proposal import Proposal, ProposalKind
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.playbook import change, move_before


def accept(source: bytes, proposal: Proposal) -> bytes:
    """The text with the proposal's one change; the text given stays as it is.

    Raises UsageError where the text no longer says what the proposal was made for.
    """
    if proposal.kind is ProposalKind.OFFER_ORDER:
        return move_before(source, "offer", proposal.path.removeprefix("offer:"), proposal.value_proposed)
    changed = change(source, {proposal.path: proposal.value_now})
    if _figure(changed, proposal.path) != _figure(source, proposal.path):
        raise UsageError(
            "learn.changed",
            Text(
                f"方案里 {proposal.path} 已不是 {proposal.value_now}",
                f"{proposal.path} of the playbook is no longer {proposal.value_now}",
            ),
            Text("重新运行 weixi learn，按现行方案再看", "run weixi learn again on the playbook as it is"),
            where=f"{proposal.file}:{proposal.line}",
        )
    return change(source, {proposal.path: proposal.value_proposed})


def _figure(source: bytes, path: str) -> Any:
    found: Any = tomllib.loads(source.decode())
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    return found
