"""Networks in which one layer follows another: LeNet-5, AlexNet, VGG, NiN, MobileNetV1."""

from cnnviz.arithmetic.architectures.description import Architecture, conv_bn_relu, conv_relu
from cnnviz.arithmetic.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Branches,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    MaxPool2d,
    ReLU,
    Select,
    Sequential,
    Sigmoid,
    Tanh,
)

VGG_CONVOLUTIONS = {11: (1, 1, 2, 2, 2), 13: (2,) * 5, 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
VGG_CHANNELS = (64, 128, 256, 512, 512)
# which maps of S2 each map of C3 reads (LeCun et al., 1998, table I)
LENET_READS = (
    *(tuple(sorted((i + j) % 6 for j in range(3))) for i in range(6)),
    *(tuple(sorted((i + j) % 6 for j in range(4))) for i in range(6)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)


def lenet_1998() -> Architecture:
    """LeNet-5 as printed: pooling with a coefficient and a bias, and a third layer with gaps.

    The ten outputs of the paper compare the 84 features with fixed codes: nothing to train.
    """

    def subsampling(maps):  # the mean of four, times a coefficient, plus a bias: a 1x1 depthwise
        return AvgPool2d(2), Conv2d(maps, maps, 1, groups=maps), Tanh()

    third = [[Select(maps), Conv2d(len(maps), 1, 5)] for maps in LENET_READS]
    return Architecture(
        name="LeNet-5 (1998)",
        year=1998,
        input_shape=(1, 32, 32),
        features=Sequential(
            *(Conv2d(1, 6, 5), Tanh(), *subsampling(6)),
            *(Branches(*third), Tanh(), *subsampling(16)),
            *(Conv2d(16, 120, 5), Tanh()),
        ),
        head=Sequential(Flatten(), Linear(120, 84), Tanh()),
        source="LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document "
        "Recognition, 1998, section II.B, figure 2 and table I",
    )


def lenet() -> Architecture:
    """LeNet-5 as it is usually built today."""
    return Architecture(
        name="LeNet-5",
        year=1998,
        input_shape=(1, 28, 28),
        features=Sequential(
            *(Conv2d(1, 6, 5, padding=2), Sigmoid(), AvgPool2d(2)),
            *(Conv2d(6, 16, 5), Sigmoid(), AvgPool2d(2)),
        ),
        head=Sequential(
            *(Flatten(), Linear(400, 120), Sigmoid()),
            *(Linear(120, 84), Sigmoid(), Linear(84, 10)),
        ),
        source="Zhang, Lipton, Li and Smola, Dive into Deep Learning, section 7.6",
    )


def alexnet() -> Architecture:
    """AlexNet without its two halves, as in torchvision."""
    return Architecture(
        name="AlexNet",
        year=2012,
        input_shape=(3, 224, 224),
        features=Sequential(
            *(Conv2d(3, 64, 11, stride=4, padding=2), ReLU(), MaxPool2d(3, 2)),
            *(*conv_relu(64, 192, 5), MaxPool2d(3, 2)),
            *conv_relu(192, 384, 3),
            *conv_relu(384, 256, 3),
            *(*conv_relu(256, 256, 3), MaxPool2d(3, 2)),
        ),
        head=Sequential(
            *(AdaptiveAvgPool2d(6), Flatten()),
            *(Dropout(), Linear(9216, 4096), ReLU()),
            *(Dropout(), Linear(4096, 4096), ReLU(), Linear(4096, 1000)),
        ),
        source="torchvision, models/alexnet.py, after Krizhevsky, One weird trick for "
        "parallelizing convolutional neural networks, 2014, arXiv 1404.5997",
    )


def vgg_features(depth: int, unit=conv_relu, first_padding: int = 1, ceil_mode: bool = False):
    """The five blocks of 3x3 convolutions that VGG, FCN and SegNet share."""
    layers, channels = [], 3
    for count, width in zip(VGG_CONVOLUTIONS[depth], VGG_CHANNELS, strict=True):
        for _ in range(count):
            layers += unit(channels, width, 3)
            channels = width
        layers.append(MaxPool2d(2, ceil_mode=ceil_mode))
    if first_padding != 1:
        layers[0] = Conv2d(3, 64, 3, padding=first_padding)
    return Sequential(*layers)


def vgg(depth: int) -> Architecture:
    """VGG with 11, 13, 16 or 19 layers that have weights."""
    return Architecture(
        name=f"VGG-{depth}",
        year=2014,
        input_shape=(3, 224, 224),
        features=vgg_features(depth),
        head=Sequential(
            *(AdaptiveAvgPool2d(7), Flatten()),
            *(Linear(25088, 4096), ReLU(), Dropout()),
            *(Linear(4096, 4096), ReLU(), Dropout(), Linear(4096, 1000)),
        ),
        source="Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image "
        "Recognition, 2014, arXiv 1409.1556, table 1; torchvision, models/vgg.py",
    )


def nin() -> Architecture:
    """Network in Network for 32x32 pictures: each convolution followed by two 1x1."""

    def block(channels, widths, kernel_size):
        layers = []
        for width, size in zip(widths, (kernel_size, 1, 1), strict=True):
            layers += conv_relu(channels, width, size)
            channels = width
        return layers

    return Architecture(
        name="NiN",
        year=2013,
        input_shape=(3, 32, 32),
        features=Sequential(
            *(*block(3, (192, 160, 96), 5), MaxPool2d(3, 2, ceil_mode=True), Dropout()),
            *(*block(96, (192, 192, 192), 5), AvgPool2d(3, 2, ceil_mode=True), Dropout()),
            *block(192, (192, 192, 10), 3),
        ),
        head=Sequential(GlobalAvgPool2d(), Flatten()),
        source="Lin, Chen and Yan, Network in Network, 2013, arXiv 1312.4400; widths of the "
        "authors' CIFAR-10 network definition for Caffe",
    )


def mobilenet() -> Architecture:
    """MobileNetV1: depthwise separable convolutions all the way."""
    widths = (64, 128, 128, 256, 256, 512, *(512,) * 5, 1024, 1024)
    strides = (1, 2, 1, 2, 1, 2, *(1,) * 5, 2, 1)
    layers, channels = conv_bn_relu(3, 32, 3, stride=2), 32
    for width, stride in zip(widths, strides, strict=True):
        layers += conv_bn_relu(channels, channels, 3, stride=stride, groups=channels)
        layers += conv_bn_relu(channels, width, 1)
        channels = width
    return Architecture(
        name="MobileNetV1",
        year=2017,
        input_shape=(3, 224, 224),
        features=Sequential(*layers),
        head=Sequential(GlobalAvgPool2d(), Flatten(), Linear(1024, 1000)),
        source="Howard et al., MobileNets: Efficient Convolutional Neural Networks for Mobile "
        "Vision Applications, 2017, arXiv 1704.04861, table 1 (its last stride of 2 is meant as 1)",
    )
