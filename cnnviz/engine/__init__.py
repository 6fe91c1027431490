"""Arrays in, arrays out: the operators of a convolutional network, each beside its gradient."""

from cnnviz.arithmetic import Window
from cnnviz.engine.conv import conv2d
from cnnviz.engine.pool import avg_pool2d, max_pool2d

__all__ = ["Window", "avg_pool2d", "conv2d", "max_pool2d"]
