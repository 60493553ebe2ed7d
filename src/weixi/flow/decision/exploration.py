"""Random logging: for a small share of households the offer is drawn, so that policies can be judged before launch."""

from dataclasses import dataclass
from decimal import Decimal

from weixi.flow.decision.holdout import draw_sql, threshold
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class RandomLogging:
    """The share (0–1) of households whose action of a month is drawn, all actions that it may have alike.

    An action is an eligible offer or no contact, numbered from 0 (no contact). The other households get what the
    policy chose. The share should be 0.01–0.05; the draw is fresh every month, and another than the hold-out's.
    """

    share: Decimal
    month: Month

    def is_drawn_sql(self) -> str:
        """Whether the household's action is drawn; needs `household_key` and the secret `$hash_key`."""
        return f"({draw_sql(f'logging:{self.month.number}')} < '{threshold(self.share)}')"

    def place_sql(self, count: str, most: int) -> str:
        """Which of its actions is drawn, 1 … `count`; `count` is the column that counts them, at most `most`.

        Each place is as likely as another up to 1 in 2³².
        """
        draw = draw_sql(f"logging_action:{self.month.number}")
        texts = []
        for actions in range(1, most + 1):
            cuts = [threshold(Decimal(place) / actions) for place in range(1, actions)]
            tests = " ".join(f"WHEN {draw} < '{cut}' THEN {place}" for place, cut in enumerate(cuts, start=1))
            texts.append(
                f"WHEN {count} = {actions} THEN {f'CASE {tests} ELSE {actions} END' if cuts else '1'}"
            )
        return f"CAST(CASE {' '.join(texts)} END AS INTEGER)"
