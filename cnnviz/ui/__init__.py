"""What a page is made of. A page asks, calls and shows; how that is done stands here."""

from cnnviz.ui.code import convolution_code
from cnnviz.ui.controls import beside, choice, number, pair, toggle, worked_examples
from cnnviz.ui.formula import size_formula
from cnnviz.ui.frame import course_map, home, lesson
from cnnviz.ui.inputs import image_input, kernel_input, set_weight
from cnnviz.ui.predict import predict
from cnnviz.ui.shades import plain_display, signed_display
from cnnviz.ui.sizes import (
    explain_leftovers,
    padding_conventions,
    predict_first_value,
    predict_size,
    shape_controls,
    shapes,
)
from cnnviz.ui.windows import kernel_windows, window_controls

__all__ = [
    "beside",
    "choice",
    "convolution_code",
    "course_map",
    "explain_leftovers",
    "home",
    "image_input",
    "kernel_input",
    "kernel_windows",
    "lesson",
    "number",
    "padding_conventions",
    "pair",
    "plain_display",
    "predict",
    "predict_first_value",
    "predict_size",
    "set_weight",
    "shape_controls",
    "shapes",
    "signed_display",
    "size_formula",
    "toggle",
    "window_controls",
    "worked_examples",
]
