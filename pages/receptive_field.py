"""Receptive field: how far one number of a stack of layers can see."""

from cnnviz import ui
from cnnviz.i18n import _
from cnnviz.ui import receptive_field as rf

lesson = ui.lesson("receptive_field")

with lesson.controls:
    picture = ui.image_input("cat", colour=True, side=128)
    stack = rf.layers_input(picture.shape)
    paths = ui.toggle(_("Light up pixels by their paths"), "paths", True)

with lesson.stage:
    rf.show_reach(picture, stack, paths)
    rf.field_formula(stack)
    ui.worked_examples(
        {
            _("two 3×3"): {"layers": "c3-c3", "side": "32"},
            _("one 5×5"): {"layers": "c5", "side": "32"},
            _("three 3×3"): {"layers": "c3-c3-c3", "side": "32"},
            _("one 7×7"): {"layers": "c7", "side": "32"},
            _("deep: twelve 3×3"): {"layers": "-".join(["c3p1"] * 12)},
            _("pooling"): {"layers": "c3p1-m2-c3p1-m2-c3p1-m2-c3p1-m2"},
            _("large kernel"): {"layers": "c6"},
            _("dilation 1, 2, 4, 8"): {"layers": "c3p1-c3p2d2-c3p4d4-c3p8d8"},
            "AlexNet 195": {"net": "alexnet", "side": "256"},
            "VGG-16 212": {"net": "vgg_16", "side": "256"},
            "ResNet-50 483": {"net": "resnet_50_tf_slim", "side": "256"},
            "ResNet-50 427": {"net": "resnet_50", "side": "256"},
        }
    )

with lesson.more:
    rf.predict_next(stack)
    rf.field_table(stack)
    rf.effective_field(stack)
    rf.growth(stack)
    rf.padding_changes_nothing(stack)
    rf.ways_to_grow()

lesson.close(
    notice=[
        _(
            "Two 3×3 layers see exactly what one 5×5 sees, with 18 weights instead of 25. Three see what one 7×7 sees: 27 against 49."
        ),
        _(
            "A layer on top adds d(k−1) times the jump below it. After pooling the same 3×3 kernel reaches twice as far."
        ),
        _("Change the padding of a layer: size and jump stay. The field only starts elsewhere."),
        _(
            "Not all pixels of the field count alike. Many paths lead from its middle, one from its corner: that is why the light fades."
        ),
        _(
            "ResNet-50 is printed with two numbers. With the stride in the first block of a stage, as in torchvision, it sees 427 pixels; with it in the last block of the stage before, as in TF-Slim, 483. The weights are the same."
        ),
    ],
    code=rf.field_code(stack),
    sources=[
        _(
            "A. Araujo, W. Norris and J. Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill, 2019 (the formula, AlexNet 195, VGG-16 212, ResNet-50 483)."
        ),
        _(
            "K. Simonyan and A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014, arXiv 1409.1556, section 2.3 (three 3×3 against one 7×7)."
        ),
        _(
            "W. Luo, Y. Li, R. Urtasun and R. Zemel: Understanding the Effective Receptive Field in Deep Convolutional Neural Networks, 2016, arXiv 1701.04128."
        ),
    ],
)
