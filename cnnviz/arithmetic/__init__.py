"""Integers only: what can be known before any picture is touched."""

from cnnviz.arithmetic.window import Window, sweep

__all__ = ["Window", "sweep"]
