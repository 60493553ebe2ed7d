"""Tasks."""

from handmade.objects.made import Maker

MAKERS: dict[str, Maker] = {}
