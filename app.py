"""Home: the promise, the learner's picture, the way into the lessons."""

from cnnviz import kernels, stage, ui
from cnnviz.engine import conv2d

page = ui.home()

with page.controls:
    picture = ui.image_input(side=128, grids=False)
    kernel = kernels.FIXED["sobel_columns"]

with page.stage:
    rows, columns = ui.kernel_windows(kernel, picture)
    feature_map = conv2d(picture, kernel.weights)
    stage.show(
        picture,
        feature_map,
        rows,
        columns,
        kernel=kernel.table,
        field_display=stage.Display(),
        stops_display=stage.Display(absolute=True),
        autoplay=True,
    )

with page.more:
    ui.course_map()
