"""Learning: who scores next month, what has moved, and which figures of the playbook a person should look at."""

from weixi.flow.learning.acceptance import accept
from weixi.flow.learning.action import Action, ActionKind, Known, read_actions
from weixi.flow.learning.capacity import ChannelCapacity, OfferCapacity
from weixi.flow.learning.contest import Contest, Judged, Rows, hold
from weixi.flow.learning.drawn import Drawn
from weixi.flow.learning.drift import (
    Calibration,
    Drift,
    Moved,
    Realised,
    Tenth,
    read_drift,
    realised,
)
from weixi.flow.learning.lot import Rivals, compare_by_lot
from weixi.flow.learning.order import compare as compare_by_acceptance
from weixi.flow.learning.profit import Rates, earned
from weixi.flow.learning.proposal import (
    ACCEPTANCE,
    FEN_A_MONTH,
    FEN_A_TASK,
    PROPOSAL,
    Evidence,
    Proposal,
    ProposalKind,
    find_proposal,
    read_asked,
    read_proposals,
)
from weixi.flow.learning.proposing import propose
from weixi.flow.learning.stakes import Ground, Stakes, read_stakes
from weixi.flow.learning.threshold import Confirmed, Gain, Outcome, Values, confirm, gains
from weixi.flow.learning.training import CHALLENGE, Promotion, read_absent, read_promotions, retrain, rule
from weixi.flow.score import PROMOTION, RULING, Movement

TABLES = (PROMOTION, RULING, PROPOSAL)
"""Every table that learning writes; the scores own the first two."""

__all__ = [
    "ACCEPTANCE",
    "CHALLENGE",
    "FEN_A_MONTH",
    "FEN_A_TASK",
    "PROPOSAL",
    "TABLES",
    "Action",
    "ActionKind",
    "Calibration",
    "ChannelCapacity",
    "Confirmed",
    "Contest",
    "Drawn",
    "Drift",
    "Evidence",
    "Gain",
    "Ground",
    "Judged",
    "Known",
    "Moved",
    "Movement",
    "OfferCapacity",
    "Outcome",
    "Promotion",
    "Proposal",
    "ProposalKind",
    "Rates",
    "Realised",
    "Rivals",
    "Rows",
    "Stakes",
    "Tenth",
    "Values",
    "accept",
    "compare_by_acceptance",
    "compare_by_lot",
    "confirm",
    "earned",
    "find_proposal",
    "gains",
    "hold",
    "propose",
    "read_absent",
    "read_actions",
    "read_asked",
    "read_drift",
    "read_promotions",
    "read_proposals",
    "read_stakes",
    "realised",
    "retrain",
    "rule",
]
