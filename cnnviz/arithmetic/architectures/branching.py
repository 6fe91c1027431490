"""Networks with paths beside one another: GoogLeNet and the residual networks."""

from cnnviz.arithmetic.architectures.description import (
    Architecture,
    conv_bn,
    conv_bn_relu,
    conv_relu,
)
from cnnviz.arithmetic.layers import (
    Branches,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    Sequential,
)

# name: 1x1, 3x3 reduced, 3x3, 5x5 reduced, 5x5, pool projection (Szegedy et al., 2015, table 1)
INCEPTION = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
RESNET_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}
RESNET_WIDTHS = (64, 128, 256, 512)


def inception(channels: int, widths, unit=conv_relu, large: int = 5) -> Branches:
    """Four views of the same maps, side by side; 1x1 convolutions keep the wide ones cheap."""
    one, reduce3, three, reduce5, five, pooled = widths
    return Branches(
        unit(channels, one, 1),
        [*unit(channels, reduce3, 1), *unit(reduce3, three, 3)],
        [*unit(channels, reduce5, 1), *unit(reduce5, five, large)],
        [MaxPool2d(3, 1, padding=1), *unit(channels, pooled, 1)],
    )


def googlenet(torchvision: bool = False) -> Architecture:
    """GoogLeNet without its two auxiliary classifiers.

    `torchvision` builds the variant that is most used: batch normalisation, 3x3 in place of the 5x5
    convolutions, a smaller fourth pooling.
    """
    unit, large, fourth = (conv_bn_relu, 3, 2) if torchvision else (conv_relu, 5, 3)

    def halve(size=3):
        return MaxPool2d(size, 2, ceil_mode=True)

    layers = [*unit(3, 64, 7, stride=2), halve(), *unit(64, 64, 1), *unit(64, 192, 3), halve()]
    channels = 192
    for name, widths in INCEPTION.items():
        if name in ("4a", "5a"):
            layers.append(halve(3 if name == "4a" else fourth))
        layers.append(inception(channels, widths, unit, large))
        channels = widths[0] + widths[2] + widths[4] + widths[5]
    paper = (
        "Szegedy et al., Going Deeper with Convolutions, 2015, arXiv 1409.4842, table 1, "
        "without its local response normalisations"
    )
    return Architecture(
        name="GoogLeNet (torchvision)" if torchvision else "GoogLeNet",
        year=2014,
        input_shape=(3, 224, 224),
        features=Sequential(*layers),
        head=Sequential(
            *(GlobalAvgPool2d(), Flatten()),
            *(Dropout(0.2 if torchvision else 0.4), Linear(1024, 1000)),
        ),
        source="torchvision, models/googlenet.py" if torchvision else paper,
    )


def residual_block(channels: int, width: int, stride: int, bottleneck: bool) -> list:
    """Two 3x3 convolutions, or one between two 1x1, added to what came in; then ReLU.

    The shortcut is a 1x1 convolution where the number of channels changes; else, under a stride, it
    picks every second cell (a pooling with a window of one).
    """
    out = 4 * width if bottleneck else width
    if bottleneck:
        body = [
            *conv_bn_relu(channels, width, 1),
            *conv_bn_relu(width, width, 3, stride=stride),
            *conv_bn(width, out, 1),
        ]
    else:
        body = [*conv_bn_relu(channels, width, 3, stride=stride), *conv_bn(width, out, 3)]
    shortcut = MaxPool2d(1, stride) if stride > 1 else None
    if channels != out:
        shortcut = conv_bn(channels, out, 1, stride=stride)
    return [Residual(body, shortcut), ReLU()]


def resnet(depth: int, slim: bool = False) -> Architecture:
    """ResNet with 18, 34 or 50 layers that have weights.

    A stage halves the map in its first block, in the 3x3 convolution (torchvision), or, with
    `slim`, in the last block of the stage before it (TF-Slim): the same weights and another
    receptive field.
    """
    bottleneck = depth >= 50
    layers, channels = [*conv_bn_relu(3, 64, 7, stride=2), MaxPool2d(3, 2, padding=1)], 64
    for stage, (count, width) in enumerate(zip(RESNET_BLOCKS[depth], RESNET_WIDTHS, strict=True)):
        halved = (count if stage < 3 else 0) if slim else (1 if stage > 0 else 0)
        for number in range(1, count + 1):
            stride = 2 if number == halved else 1
            layers += residual_block(channels, width, stride, bottleneck)
            channels = 4 * width if bottleneck else width
    program = "TF-Slim, nets/resnet_v1.py" if slim else "torchvision, models/resnet.py"
    return Architecture(
        name=f"ResNet-{depth}" + " (TF-Slim)" * slim,
        year=2015,
        input_shape=(3, 224, 224),
        features=Sequential(*layers),
        head=Sequential(GlobalAvgPool2d(), Flatten(), Linear(channels, 1000)),
        source="He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2016, arXiv "
        f"1512.03385, table 1; strides as in {program}",
    )
