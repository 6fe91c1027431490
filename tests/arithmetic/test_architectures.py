"""Published networks: totals and rows of the tables that they were published with."""

import pytest

from cnnviz.arithmetic import (
    Branches,
    Conv2d,
    ConvTranspose2d,
    Linear,
    MaxPool2d,
    MaxUnpool2d,
    architectures,
    trace,
)

# Parameters and giga mult-adds that torchvision 0.14 and later publishes with its weights
# (num_params and _ops of AlexNet_Weights, VGG11_Weights, ...)
TORCHVISION = {
    "AlexNet": (61_100_840, 0.714),
    "VGG-11": (132_863_336, 7.609),
    "VGG-13": (133_047_848, 11.308),
    "VGG-16": (138_357_544, 15.470),
    "VGG-19": (143_667_240, 19.632),
    "GoogLeNet (torchvision)": (6_624_904, 1.498),
    "ResNet-18": (11_689_512, 1.814),
    "ResNet-34": (21_797_672, 3.664),
    "ResNet-50": (25_557_032, 4.089),
}
# tensorflow/models, research/slim/nets/mobilenet_v1.py: weights and macs of each convolution
MOBILENET = [
    (864, 10_838_016),
    *((288, 3_612_672), (2_048, 25_690_112)),
    *((576, 1_806_336), (8_192, 25_690_112)),
    *((1_152, 3_612_672), (16_384, 51_380_224)),
    *((1_152, 903_168), (32_768, 25_690_112)),
    *((2_304, 1_806_336), (65_536, 51_380_224)),
    *((2_304, 451_584), (131_072, 25_690_112)),
    *((4_608, 903_168), (262_144, 51_380_224)) * 5,
    *((4_608, 225_792), (524_288, 25_690_112)),
    *((9_216, 451_584), (1_048_576, 51_380_224)),
]
# Szegedy et al., 2015, table 1: output of each inception module, millions of operations. The 54 of
# 5a do not follow from the widths beside them and are left out.
GOOGLENET = [
    ((256, 28, 28), 128),
    ((480, 28, 28), 304),
    ((512, 14, 14), 73),
    ((512, 14, 14), 88),
    ((512, 14, 14), 100),
    ((528, 14, 14), 119),
    ((832, 14, 14), 170),
    ((832, 7, 7), None),
    ((1024, 7, 7), 71),
]


@pytest.mark.parametrize("name", TORCHVISION)
def test_totals_are_torchvisions(name):
    parameters, giga = TORCHVISION[name]
    net = architectures[name]
    assert net.parameters == parameters
    assert round(net.mult_adds / 1e9, 3) == giga


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("LeNet-5 (1998)", 60_000),  # LeCun et al., 1998, section II.B
        ("LeNet-5", 61_706),  # Zhang et al., Dive into Deep Learning, as summed by its frameworks
        ("NiN", 966_986),  # the authors' network definition, as counted by Caffe
        ("GoogLeNet", 6_998_552),  # 6,990,272 weights and 8,280 biases: BVLC's Caffe model
        ("ResNet-50 (TF-Slim)", 25_557_032),  # the same weights, other strides
    ],
)
def test_parameters_are_the_published_ones(name, parameters):
    assert architectures[name].parameters == parameters


def test_mobilenet_is_its_published_table_row_by_row():
    net = architectures["MobileNetV1"]
    rows = trace(net.features, net.input_shape)
    convolutions = [row for row in rows if isinstance(row.layer, Conv2d)]
    assert [(row.cost.weights, row.mult_adds) for row in convolutions] == MOBILENET
    assert sum(weights for weights, _ in MOBILENET) == 3_185_088  # the table's own totals
    assert net.mult_adds == 567_716_352 + 1024 * 1000 == 568_740_352
    assert round(net.parameters / 1e6, 1) == 4.2  # Howard et al., 2017, table 8


def test_googlenet_is_its_published_table_row_by_row():
    net = architectures["GoogLeNet"]
    rows = [row for row in trace(net.features, net.input_shape) if isinstance(row.layer, Branches)]
    assert [row.output_shape for row in rows] == [shape for shape, _ in GOOGLENET]
    for row, (_, millions) in zip(rows, GOOGLENET, strict=True):
        assert millions is None or abs(row.mult_adds / 1e6 - millions) < 1


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
def test_vgg_has_as_many_layers_with_weights_as_its_name_says(depth):
    layers = architectures[f"VGG-{depth}"].layers
    assert sum(isinstance(layer, Conv2d | Linear) for layer in layers) == depth


@pytest.mark.parametrize(
    ("name", "depth"), [("ResNet-18", 18), ("ResNet-34", 34), ("ResNet-50", 50)]
)
def test_resnet_has_as_many_layers_with_weights_as_its_name_says(name, depth):
    layers = [
        layer
        for block in architectures[name].layers
        for layer in (block.body if block.name == "Residual" else [block])
    ]
    assert sum(isinstance(layer, Conv2d | Linear) for layer in layers) == depth


@pytest.mark.parametrize("name", ["ResNet-18", "ResNet-34", "ResNet-50"])
def test_resnets_stages_end_in_the_published_sizes(name):
    # He et al., 2016, table 1: 56, 28, 14, 7 cells a side
    net = architectures[name]
    sides = [row.output_shape[1] for row in trace(net.features, net.input_shape)]
    assert list(dict.fromkeys(sides)) == [112, 56, 28, 14, 7]


def test_alexnets_weights_sit_in_its_fully_connected_layers():
    net = architectures["AlexNet"]
    assert net.head.parameters == 37_752_832 + 16_781_312 + 4_097_000
    assert net.features.output_shape(net.input_shape) == (256, 6, 6)


def test_fcn_has_the_published_parameters_without_its_fixed_enlargement():
    net = architectures["FCN-32s"]
    enlargement = sum(layer.parameters for layer in net.head if isinstance(layer, ConvTranspose2d))
    assert (net.parameters - enlargement) // 10**6 == 134  # Long et al., 2015, table 1
    assert enlargement == 21 * 21 * 64 * 64


@pytest.mark.parametrize("name", ["FCN-32s", "FCN-8s", "SegNet"])
def test_segmentation_answers_for_every_pixel(name):
    net = architectures[name]
    assert net.output_shape[1:] == net.input_shape[1:]


def test_segnet_mirrors_its_encoder():
    net = architectures["SegNet"]
    convolutions = [layer for layer in net.features if isinstance(layer, Conv2d)]
    assert sum(layer.parameters for layer in convolutions) // 10**5 == 147  # 14.7 M: its section 3
    assert len(convolutions) == 13 == sum(isinstance(layer, Conv2d) for layer in net.head)
    rows = trace(net.layers, net.input_shape)
    down = [row.input_shape for row in rows if isinstance(row.layer, MaxPool2d)]
    up = [row.output_shape for row in rows if isinstance(row.layer, MaxUnpool2d)]
    assert up == down[::-1]
    assert [shape[1:] for shape in up[:2]] == [(23, 30), (45, 60)]  # upsample5 and 4 of its program


def test_every_network_has_its_name_and_names_its_source():
    for name, net in architectures.items():
        assert net.name == name
        assert net.output_shape
        assert len(net.source) > 20
    assert len(architectures) == 18


def test_the_mapping_cannot_be_changed():
    with pytest.raises(TypeError, match="does not support item assignment"):
        architectures["mine"] = architectures["NiN"]
