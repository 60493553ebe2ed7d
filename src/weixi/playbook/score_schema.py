"""The table of a playbook's TOML that says how the risk of leaving is scored."""

from weixi.playbook.fields import NumberOrParameter, Strict
from weixi.playbook.schema import Entry


class ScoreLevels(Strict):
    """[score.levels]: the scores from which a line is 高 and 中; whoever is below both is 低."""

    red: NumberOrParameter
    yellow: NumberOrParameter


class ScoreEntry(Entry):
    """[score]: how the risk of leaving is scored each month. Without it no month is scored."""

    months: NumberOrParameter
    rows: NumberOrParameter
    levels: ScoreLevels
