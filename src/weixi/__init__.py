"""weixi (维系): a telecom retention work plan as a running operation."""

__version__ = "0.1.0"
