"""Acts on customers: looking for one, looking at one, seeing a number or a name in full. Each leaves an entry."""

from weixi.desk.subscriber.operations.look import look_at
from weixi.desk.subscriber.operations.reveal import reveal_name, reveal_number
from weixi.desk.subscriber.operations.seek import seek

__all__ = ["look_at", "reveal_name", "reveal_number", "seek"]
