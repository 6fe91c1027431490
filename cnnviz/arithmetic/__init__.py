"""Integers only: what can be known before any picture is touched."""

from cnnviz.arithmetic.window import Window

__all__ = ["Window"]
