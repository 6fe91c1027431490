"""An upload or a sample becomes a clean array of pixels, or a sentence that says why not."""

from cnnviz.images.load import MAX_BYTES, MAX_PIXELS, ImageError, load_image
from cnnviz.images.pixels import shrink, to_grey

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "ImageError",
    "load_image",
    "shrink",
    "to_grey",
]
