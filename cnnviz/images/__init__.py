"""An upload or a sample becomes a clean array of pixels, or a sentence that says why not."""

from cnnviz.images.drawings import FACE_PARTS
from cnnviz.images.load import MAX_BYTES, MAX_PIXELS, ImageError, load_image
from cnnviz.images.pixels import shrink, to_grey
from cnnviz.images.samples import Sample, grids, load_grid, load_sample, samples

__all__ = [
    "FACE_PARTS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "ImageError",
    "Sample",
    "grids",
    "load_grid",
    "load_image",
    "load_sample",
    "samples",
    "shrink",
    "to_grey",
]
