"""How to make the object that an address names: the scope matrix asks for one of every address with a territory.

An app with such an address has a file here: MAKERS gives for a route's name what makes the object at a path.
"""

from handmade.objects import dispatch, org, planning, scorecard, subscriber, touch, worker
from handmade.objects.made import Made, Maker

MAKERS: dict[str, Maker] = {
    **org.MAKERS,
    **worker.MAKERS,
    **subscriber.MAKERS,
    **dispatch.MAKERS,
    **touch.MAKERS,
    **planning.MAKERS,
    **scorecard.MAKERS,
}

__all__ = ["MAKERS", "Made"]
