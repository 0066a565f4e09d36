"""Roomread: reads the expressions in a room, on the user's own machine."""

__version__ = "0.1.0"
