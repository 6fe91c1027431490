"""Published networks by name, each with the source of its table."""

from types import MappingProxyType

from cnnviz.arithmetic.architectures.branching import googlenet, inception, residual_block, resnet
from cnnviz.arithmetic.architectures.chains import alexnet, lenet, lenet_1998, mobilenet, nin, vgg
from cnnviz.arithmetic.architectures.description import Architecture
from cnnviz.arithmetic.architectures.segmentation import fcn_8s, fcn_32s, segnet

__all__ = ["Architecture", "architectures", "inception", "residual_block"]

architectures = MappingProxyType(
    {
        architecture.name: architecture
        for architecture in (
            lenet_1998(),
            lenet(),
            alexnet(),
            nin(),
            *map(vgg, (11, 13, 16, 19)),
            googlenet(),
            googlenet(torchvision=True),
            *map(resnet, (18, 34, 50)),
            resnet(50, slim=True),
            mobilenet(),
            fcn_32s(),
            fcn_8s(),
            segnet(),
        )
    }
)
"""From name to `Architecture`, in the order in which they appeared, segmentation last."""
