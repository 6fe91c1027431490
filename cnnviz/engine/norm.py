"""Batch normalisation: every channel brought to mean 0 and variance 1."""

import numpy as np

from cnnviz.engine.patches import floats, same_shape


def batch_norm(
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Subtract each channel's mean and divide by its standard deviation; then scale and shift.

    ``y = (x - mean) / sqrt(var + eps) * weight + bias`` (Ioffe and Szegedy, "Batch normalization",
    2015, algorithm 1).

    Parameters
    ----------
    x : (N, C) or (N, C, H, W)
        The maps.
    running_mean, running_var : (C,) float arrays or None
        The statistics used when not training. Training uses the batch's own, and moves these two
        **in place** by `momentum` towards them (towards the unbiased variance, as PyTorch does).
    weight, bias : (C,), optional
        Scale and shift.
    training : bool
        Use the batch's mean and variance, or the running ones.
    momentum, eps : float
        How far the running statistics move; what keeps the division safe.

    Returns
    -------
    in the shape of x
        The normalised maps.

    Raises
    ------
    ValueError
        When the shapes do not fit, a batch to learn from has one value a channel, or running
        statistics are needed and missing.

    Examples
    --------
    >>> mean, var = np.zeros(1), np.ones(1)
    >>> batch_norm([[1.0], [3.0]], mean, var, training=True, eps=0).tolist()
    [[-1.0], [1.0]]
    >>> mean.tolist(), var.tolist()  # a tenth of the way to 2 and 2
    ([0.2], [1.1])
    """
    x, weight, bias = _operands(x, running_mean, running_var, weight, bias, training)
    mean, var = _statistics(x, running_mean, running_var, training)
    if training:
        count = x.size // x.shape[1]
        for running, batch in (
            (running_mean, mean),
            (running_var, var * count / max(1, count - 1)),
        ):
            if running is not None and count:
                running *= 1 - momentum
                running += momentum * batch
    y = (x - _channels(mean, x)) / np.sqrt(_channels(var, x) + x.dtype.type(eps))
    if weight is not None:
        y *= _channels(weight, x)
    if bias is not None:
        y += _channels(bias, x)
    return y


def batch_norm_backward(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Send the blame back through the normalisation; the running statistics stay as they are.

    In training the mean and the variance depend on x as well, so that the blame of a channel loses
    its mean and its part along the normalised maps (Ioffe and Szegedy, 2015, section 3).

    Parameters
    ----------
    grad_output : in the shape of x
        How the loss changes with each result.
    x, running_mean, running_var, weight, bias, training, momentum, eps
        What `batch_norm` was called with.

    Returns
    -------
    grad_x, grad_weight, grad_bias
        In the shapes of x, weight and bias; None for what was None.

    Raises
    ------
    ValueError
        When `batch_norm` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> x, mean, var = [[1.0], [3.0]], np.zeros(1), np.ones(1)
    >>> _, grad_weight, grad_bias = batch_norm_backward([[1], [2]], x, mean, var, [1], [0], True)
    >>> grad_weight.round(4).tolist(), grad_bias.tolist()
    ([1.0], [3.0])
    """
    x, weight, bias, grad = _operands(
        x, running_mean, running_var, weight, bias, training, grad_output
    )
    same_shape(grad, x.shape)
    mean, var = _statistics(x, running_mean, running_var, training)
    deviation = np.sqrt(_channels(var, x) + x.dtype.type(eps))
    normal = (x - _channels(mean, x)) / deviation
    others = _others(x)
    grad_weight, grad_bias = (grad * normal).sum(axis=others), grad.sum(axis=others)
    grad_x = grad
    if training and x.size:
        count = x.size // x.shape[1]
        grad_x = grad - (_channels(grad_bias, x) + normal * _channels(grad_weight, x)) / count
    grad_x = grad_x / deviation * (1 if weight is None else _channels(weight, x))
    return (
        grad_x,
        None if weight is None else grad_weight,
        None if bias is None else grad_bias,
    )


def _others(x):
    """All axes but the channels'."""
    return (0, *range(2, x.ndim))


def _channels(values, x):
    """Turn one number for each channel into something that broadcasts over x."""
    return values.reshape(-1, *(1,) * (x.ndim - 2)).astype(x.dtype, copy=False)


def _statistics(x, running_mean, running_var, training):
    """The mean and variance of each channel that the normalisation uses (C,)."""
    if not training:
        return running_mean, running_var
    if not x.size:
        return np.zeros(x.shape[1], x.dtype), np.ones(x.shape[1], x.dtype)
    return x.mean(axis=_others(x)), x.var(axis=_others(x))


def _operands(x, running_mean, running_var, weight, bias, training, *grads):
    given = [array for array in (weight, bias) if array is not None]
    x, *rest = floats(x, *given, *grads)
    if x.ndim < 2 or 0 in x.shape[1:]:
        raise ValueError(
            f"x must have the axes (N, C, ...) and hold cells, not the shape {x.shape}"
        )
    weight, bias = (None if array is None else rest.pop(0) for array in (weight, bias))
    vectors = {
        "running_mean": running_mean,
        "running_var": running_var,
        "weight": weight,
        "bias": bias,
    }
    for name, array in vectors.items():
        if array is not None and np.shape(array) != x.shape[1:2]:
            raise ValueError(
                f"{name} for x {x.shape} must have the shape {x.shape[1:2]}, not {np.shape(array)}"
            )
    for name in ("running_mean", "running_var"):
        array = vectors[name]
        if array is None and not training:
            raise ValueError(f"{name} must be given unless training")
        if array is not None and getattr(array, "dtype", np.dtype(object)).kind != "f":
            raise ValueError(f"{name} must be an array of floats: training changes it in place")
    if training and x.size == x.shape[1]:
        raise ValueError(
            f"training needs more than 1 value for each channel, but x has the shape {x.shape}"
        )
    return x, weight, bias, *rest
