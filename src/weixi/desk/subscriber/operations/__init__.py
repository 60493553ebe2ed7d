"""Acts on customers: looking at one, and seeing a number or a name in full. Each leaves an entry."""

from weixi.desk.subscriber.operations.reveal import reveal_name, reveal_number

__all__ = ["reveal_name", "reveal_number"]
