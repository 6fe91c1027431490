"""Networks that answer for every pixel: FCN and SegNet."""

from cnnviz.arithmetic.architectures.chains import (
    VGG_CHANNELS,
    VGG_CONVOLUTIONS,
    vgg_features,
)
from cnnviz.arithmetic.architectures.description import Architecture
from cnnviz.arithmetic.layers import (
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Crop,
    Dropout,
    MaxUnpool2d,
    ReLU,
    Residual,
    Sequential,
)

FCN_SOURCE = (
    "Long, Shelhamer and Darrell, Fully Convolutional Networks for Semantic Segmentation, 2015, "
    "arXiv 1411.4038, figure 3; paddings and crops of the authors' network definition {} for Caffe"
)
VOC_CLASSES, CAMVID_CLASSES = 21, 11


def _fcn_features() -> Sequential:
    """VGG-16 on a picture padded by 100, its fully connected layers turned into convolutions."""
    return Sequential(
        *vgg_features(16, first_padding=100, ceil_mode=True),  # Caffe rounds up
        *(Conv2d(512, 4096, 7), ReLU(), Dropout()),
        *(Conv2d(4096, 4096, 1), ReLU(), Dropout()),
    )


def _score(channels: int) -> Conv2d:
    return Conv2d(channels, VOC_CLASSES, 1)


def _enlarge(times: int) -> ConvTranspose2d:
    return ConvTranspose2d(VOC_CLASSES, VOC_CLASSES, 2 * times, stride=times, bias=False)


def fcn_32s() -> Architecture:
    """The coarse answers of VGG-16, enlarged 32 times at once."""
    return Architecture(
        name="FCN-32s",
        year=2014,
        input_shape=(3, 500, 500),
        features=_fcn_features(),
        head=Sequential(_score(4096), _enlarge(32), Crop(offset=19, size=500)),
        source=FCN_SOURCE.format("voc-fcn32s"),
    )


def fcn_8s() -> Architecture:
    """The same in three steps; on the way the finer answers of two earlier maps are added."""
    features = _fcn_features()
    pools = [n for n, layer in enumerate(features, start=1) if layer.name == "MaxPool2d"]
    to_pool3, to_pool4, rest = (
        features[: pools[2]],
        features[pools[2] : pools[3]],
        features[pools[3] :],
    )
    at_pool4 = Residual(
        body=[*rest, _score(4096), _enlarge(2)],
        shortcut=[_score(512), Crop(offset=5, size=34)],
    )
    at_pool3 = Residual(
        body=[*to_pool4, at_pool4, _enlarge(2)],
        shortcut=[_score(256), Crop(offset=9, size=70)],
    )
    return Architecture(
        name="FCN-8s",
        year=2014,
        input_shape=(3, 500, 500),
        features=Sequential(*to_pool3, at_pool3),
        head=Sequential(_enlarge(8), Crop(offset=31, size=500)),
        source=FCN_SOURCE.format("voc-fcn8s"),
    )


def segnet() -> Architecture:
    """VGG-16's convolutions and their mirror image; unpooling remembers where each maximum was."""

    def unit(channels, width, kernel_size):
        conv = Conv2d(channels, width, kernel_size, padding=kernel_size // 2)
        return [conv, BatchNorm2d(width), ReLU()]

    # the picture's 360 rows halve to 45, which the next poolings, rounding up, make 23 and 12
    sizes = ((23, 30), (45, 60), None, None, None)
    decoder = []
    for stage, size in zip(reversed(range(5)), sizes, strict=True):
        width, below = VGG_CHANNELS[stage], VGG_CHANNELS[max(stage - 1, 0)]
        decoder.append(MaxUnpool2d(2, output_size=size))
        for _ in range(VGG_CONVOLUTIONS[16][stage] - 1):
            decoder += unit(width, width, 3)
        decoder += unit(width, below, 3) if stage else [Conv2d(64, CAMVID_CLASSES, 3, padding=1)]
    return Architecture(
        name="SegNet",
        year=2015,
        input_shape=(3, 360, 480),
        features=vgg_features(16, unit=unit, ceil_mode=True),
        head=Sequential(*decoder),
        source="Badrinarayanan, Kendall and Cipolla, SegNet: A Deep Convolutional Encoder-Decoder "
        "Architecture for Image Segmentation, 2017, arXiv 1511.00561, figure 2; sizes of the "
        "authors' CamVid network definition segnet_train for Caffe",
    )
