"""Convolution: a kernel swept over maps, its transpose, and both gradients."""

from cnnviz.arithmetic.window import pair, sweep, whole
from cnnviz.engine import fourier, products
from cnnviz.engine.patches import count_cells, count_stops, floats, four_axes, same_shape


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Sweep every kernel over the maps; at each stop multiply, add up, and write one number.

    ``y[n, f, r, c] = bias[f] + sum over k, i, j of weight[f, k, i, j] * x[n, k, r s - p + i d,
    c s - p + j d]``, zero where x is read outside of the picture. As in all deep learning this
    is correlation: the kernel is not turned.

    Parameters
    ----------
    x : (N, C, H, W)
        The maps.
    weight : (F, C / groups, kh, kw)
        One kernel for each of the F results.
    bias : (F,), optional
        Added to each result.
    stride, dilation : int or (int, int)
        Cells from stop to stop, and from tap to tap; one number, or (rows, columns).
    padding : int, (rows, columns), ((top, bottom), (left, right)) or str
        Zeros around the picture, in cells for each side. "valid" is none, "same" keeps the size
        at stride 1 (an odd cell goes after), "full" lets every tap meet every cell.
    groups : int
        Group g of the kernels sees only group g of the channels; ``groups=C`` is depthwise.

    Returns
    -------
    (N, F, H', W')
        The feature maps, `Window.output_size` rows and columns. Whole numbers become float32;
        float64 stays.

    Raises
    ------
    ValueError
        When channels, groups and kernels do not agree, or no window fits.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(9).reshape(1, 1, 3, 3)
    >>> conv2d(x, [[[[0, 1], [2, 3]]]])[0, 0].tolist()  # 0*0 + 1*1 + 2*3 + 3*4 = 19
    [[19.0, 25.0], [37.0, 43.0]]
    """
    x, weight, bias = _operands(x, weight, bias)
    axes, stops = _checked(x, weight, bias, stride, padding, dilation, groups)
    if fourier.pays(x, weight, axes, stops, groups):
        return fourier.correlate(x, weight, bias, axes, stops)
    return products.correlate(x, weight, bias, axes, stops, groups)


def conv2d_backward(grad_output, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Send the blame of a convolution's results back to its picture, kernels and bias.

    A kernel's gradient is a correlation of the picture with the gradient of the results; the
    picture's is a full convolution of that gradient with the turned kernel, here as stamps; the
    bias's is a sum.

    Parameters
    ----------
    grad_output : (N, F, H', W')
        How the loss changes with each result.
    x, weight, bias, stride, padding, dilation, groups
        What `conv2d` was called with.

    Returns
    -------
    grad_x, grad_weight, grad_bias
        In the shapes of x, weight and bias; grad_bias is None if there was no bias.

    Raises
    ------
    ValueError
        When `conv2d` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(9).reshape(1, 1, 3, 3)
    >>> grad_x, grad_weight, _ = conv2d_backward(np.ones((1, 1, 2, 2)), x, [[[[0, 1], [2, 3]]]])
    >>> grad_x[0, 0].tolist()  # the middle was met by all four weights: 0 + 1 + 2 + 3
    [[0.0, 1.0, 1.0], [2.0, 6.0, 4.0], [2.0, 5.0, 3.0]]
    >>> grad_weight[0, 0].tolist()  # the first weight met 0, 1, 3 and 4
    [[8.0, 12.0], [20.0, 24.0]]
    """
    x, weight, bias, grad = _operands(x, weight, bias, grad_output)
    axes, stops = _checked(x, weight, bias, stride, padding, dilation, groups)
    same_shape(grad, (len(x), len(weight), *stops))
    return (
        products.scatter(grad, weight, axes, x.shape[2:], groups),
        products.weight_gradient(x, grad, axes, groups),
        None if bias is None else grad.sum(axis=(0, 2, 3)),
    )


def conv_transpose2d(
    x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Let every cell stamp the kernel, times its own value, onto a larger map; overlaps add up.

    It goes from the shape of a convolution's result back to the shape of its picture: what
    `conv2d` with the same kernel, stride, padding and dilation would have read. Source: Dumoulin
    and Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.

    Parameters
    ----------
    x : (N, C, H, W)
        The maps: the results of the convolution that is turned round.
    weight : (C, F / groups, kh, kw)
        The kernels of that convolution: C of them.
    bias : (F,), optional
        Added to each result.
    stride, dilation : int or (int, int)
        Cells between neighbouring stamps, and between the taps of a stamp.
    padding : int, (rows, columns), ((top, bottom), (left, right)) or str
        The padding of the convolution that is turned round: so many cells are cut off each side.
    output_padding : int or (int, int)
        Rows and columns more at the end, below the stride or the dilation: a stride above 1 gives
        several sizes of picture the same result, this says which of them is meant.
    groups : int
        As in `conv2d`.

    Returns
    -------
    (N, F, H', W')
        ``H' = (H - 1) * stride - 2 * padding + dilation * (kh - 1) + output_padding + 1``

    Raises
    ------
    ValueError
        When channels, groups and kernels do not agree, or nothing would be left.

    Examples
    --------
    >>> conv_transpose2d([[[[1, 2]]]], [[[[1, 1, 1]]]], stride=(1, 2))[0, 0].tolist()
    [[1.0, 1.0, 3.0, 2.0, 2.0]]
    """
    x, weight, bias = _operands(x, weight, bias)
    axes, size = _checked_transpose(
        x, weight, bias, stride, padding, output_padding, groups, dilation
    )
    result = products.scatter(x, weight, axes, size, groups)
    if bias is not None:
        result += bias[:, None, None]
    return result


def conv_transpose2d_backward(
    grad_output, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Send the blame of a transposed convolution back: the picture's gradient is a convolution.

    Parameters
    ----------
    grad_output : (N, F, H', W')
        How the loss changes with each result.
    x, weight, bias, stride, padding, output_padding, groups, dilation
        What `conv_transpose2d` was called with.

    Returns
    -------
    grad_x, grad_weight, grad_bias
        In the shapes of x, weight and bias; grad_bias is None if there was no bias.

    Raises
    ------
    ValueError
        When `conv_transpose2d` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> grad_x, grad_weight, _ = conv_transpose2d_backward(
    ...     [[[[1, 2, 3, 4, 5]]]], [[[[1, 2]]]], [[[[1, 1, 1]]]], stride=(1, 2)
    ... )
    >>> grad_x[0, 0].tolist(), grad_weight[0, 0].tolist()
    ([[6.0, 12.0]], [[7.0, 10.0, 13.0]])
    """
    x, weight, bias, grad = _operands(x, weight, bias, grad_output)
    axes, size = _checked_transpose(
        x, weight, bias, stride, padding, output_padding, groups, dilation
    )
    same_shape(grad, (len(x), weight.shape[1] * groups, *size))
    return (
        products.correlate(grad, weight, None, axes, x.shape[2:], groups),
        products.weight_gradient(grad, x, axes, groups),
        None if bias is None else grad.sum(axis=(0, 2, 3)),
    )


def _operands(x, weight, bias, *grads):
    """The arrays in one kind of float; a bias of None stays None."""
    x, weight, *rest = floats(x, weight, *(() if bias is None else (bias,)), *grads)
    four_axes(x, "x")
    four_axes(weight, "weight", "(F, C / groups, kh, kw)")
    if not len(weight):
        raise ValueError(f"weight {weight.shape} holds no kernels")
    return x, weight, *([None] if bias is None else []), *rest


def _checked(x, weight, bias, stride, padding, dilation, groups):
    """The windows and stops of a convolution whose channels agree."""
    groups, (f, c) = whole(groups, "groups"), weight.shape[:2]
    if groups < 1 or f % groups or c * groups != x.shape[1]:
        raise ValueError(
            f"weight {weight.shape} in {groups} groups needs {c * groups} channels and a number of "
            f"kernels that {groups} divides; x {x.shape} has {x.shape[1]} channels and there are "
            f"{f} kernels"
        )
    _check_bias(bias, f, weight)
    axes = sweep(weight.shape[2:], stride, padding, dilation)
    return axes, count_stops(axes, x.shape[2:])


def _checked_transpose(x, weight, bias, stride, padding, output_padding, groups, dilation):
    """The windows of the convolution that is turned round, and the size of its picture."""
    groups = whole(groups, "groups")
    if groups < 1 or x.shape[1] % groups or len(weight) != x.shape[1]:
        raise ValueError(
            f"weight {weight.shape} in {groups} groups needs {len(weight)} channels, a number that "
            f"{groups} divides; x {x.shape} has {x.shape[1]}"
        )
    _check_bias(bias, weight.shape[1] * groups, weight)
    axes = sweep(weight.shape[2:], stride, padding, dilation)
    more = pair(output_padding, "output_padding")
    for axis, extra in zip(axes, more, strict=True):
        if not 0 <= extra < max(axis.stride, axis.dilation):
            raise ValueError(
                f"output_padding must be at least 0 and below the stride {axis.stride} or the "
                f"dilation {axis.dilation}, not {extra}"
            )
    return axes, count_cells(axes, x.shape[2:], *more)


def _check_bias(bias, channels, weight):
    if bias is not None and bias.shape != (channels,):
        raise ValueError(
            f"bias for weight {weight.shape} must have the shape ({channels},), not {bias.shape}"
        )
