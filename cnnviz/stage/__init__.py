"""The stage: one picture in motion for every sweeping operation."""

from cnnviz.stage.stage import Display, Lane, Maps, show, start

__all__ = ["Display", "Lane", "Maps", "show", "start"]
