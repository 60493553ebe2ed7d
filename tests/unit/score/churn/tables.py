"""Small tables whose truth is known."""

import numpy as np

from weixi.flow.score.churn.frame import Floats, Frame, Ints, Words

TOWNS = ("east", "north", "south", "west")


def truth(frame: Frame) -> Floats:
    """The log odds that `made` draws the label from: a line, a bend, a word and a pair."""
    use, age = frame.numbers["use"], frame.numbers["age"]
    town = frame.words["town"]
    found: Floats = (
        -1.2
        - 0.9 * use
        + 1.1 * (np.abs(age) > 1.2)
        + 0.8 * np.isin(town.codes, [town.words.index("west")])
        + 1.2 * (use < -0.5) * (age < 0)
    )
    return found


def made(rows: int, seed: int) -> tuple[Frame, Ints]:
    """So many rows and who of them left."""
    rng = np.random.default_rng(seed)
    numbers = {name: rng.normal(size=rows) for name in ("use", "age", "noise")}
    frame = Frame(numbers, {"town": Words(TOWNS, rng.integers(0, len(TOWNS), rows))}, rows)
    label = (rng.random(rows) < 1 / (1 + np.exp(-truth(frame)))).astype(np.int64)
    return frame, label
