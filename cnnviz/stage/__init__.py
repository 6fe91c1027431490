"""The stage: one picture in motion for every sweeping operation."""

from cnnviz.stage.stage import Display, show

__all__ = ["Display", "show"]
