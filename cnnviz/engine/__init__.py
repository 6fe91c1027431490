"""Arrays in, arrays out: the operators of a convolutional network, each beside its gradient.

Names, signatures and meanings are PyTorch's. Arrays are (N, C, H, W); whole numbers become
float32, float64 stays. ``NAME_backward(grad_output, <what NAME was called with>)`` returns the
gradients in the order of the inputs. No operator changes its inputs, but for the running statistics
of `batch_norm`.
"""

from cnnviz.arithmetic import Window
from cnnviz.engine.avg_pool import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
)
from cnnviz.engine.conv import (
    conv2d,
    conv2d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
)
from cnnviz.engine.dense import (
    cross_entropy,
    cross_entropy_backward,
    leaky_relu,
    leaky_relu_backward,
    linear,
    linear_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)
from cnnviz.engine.max_pool import (
    global_max_pool2d,
    global_max_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
)
from cnnviz.engine.norm import batch_norm, batch_norm_backward
from cnnviz.engine.resize import (
    interpolate,
    interpolate_backward,
    max_unpool2d,
    max_unpool2d_backward,
)

__all__ = [
    "Window",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "global_avg_pool2d",
    "global_avg_pool2d_backward",
    "global_max_pool2d",
    "global_max_pool2d_backward",
    "interpolate",
    "interpolate_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_unpool2d",
    "max_unpool2d_backward",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_backward",
    "tanh",
    "tanh_backward",
]
