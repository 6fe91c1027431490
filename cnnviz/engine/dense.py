"""What comes between and after convolutions: linear layers, activations, the loss."""

import numpy as np

from cnnviz.engine.patches import floats, same_shape


def linear(x, weight, bias=None):
    """Weigh every number of a list against every unit: ``x @ weight.T + bias``.

    Parameters
    ----------
    x : (..., D)
        Lists of D numbers.
    weight : (U, D)
        One list of weights for each of the U units.
    bias : (U,), optional
        Added to each unit.

    Returns
    -------
    (..., U)
        One number for each unit.

    Raises
    ------
    ValueError
        When the shapes do not fit.

    Examples
    --------
    >>> linear([[1, 2]], [[3, 4], [5, 6]], [0, 1]).tolist()
    [[11.0, 18.0]]
    """
    x, weight, bias = _linear_operands(x, weight, bias)
    y = x @ weight.T
    return y if bias is None else y + bias


def linear_backward(grad_output, x, weight, bias=None):
    """Send the blame of the units back to what they read, their weights and their bias.

    Parameters
    ----------
    grad_output : (..., U)
        How the loss changes with each unit.
    x, weight, bias
        What `linear` was called with.

    Returns
    -------
    grad_x, grad_weight, grad_bias
        In the shapes of x, weight and bias; grad_bias is None if there was no bias.

    Raises
    ------
    ValueError
        When `linear` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> [g.tolist() for g in linear_backward([[1, 0]], [[1, 2]], [[3, 4], [5, 6]], [0, 1])]
    [[[3.0, 4.0]], [[1.0, 2.0], [0.0, 0.0]], [1.0, 0.0]]
    """
    x, weight, bias, grad = _linear_operands(x, weight, bias, grad_output)
    same_shape(grad, (*x.shape[:-1], len(weight)))
    rows = grad.reshape(-1, len(weight))
    return (
        grad @ weight,
        rows.T @ x.reshape(len(rows), x.shape[-1]),
        None if bias is None else rows.sum(axis=0),
    )


def _linear_operands(x, weight, bias, *grads):
    x, weight, *rest = floats(x, weight, *(() if bias is None else (bias,)), *grads)
    if weight.ndim != 2 or x.ndim < 1 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"x {x.shape} and weight {weight.shape} must agree in their last axis, "
            "and weight must have two"
        )
    if bias is not None and rest[0].shape != weight.shape[:1]:
        raise ValueError(
            f"bias for weight {weight.shape} must have the shape {weight.shape[:1]}, "
            f"not {rest[0].shape}"
        )
    return x, weight, *([None] if bias is None else []), *rest


def relu(x):
    """Keep what is positive, put 0 for the rest.

    >>> relu([-1, 2]).tolist()
    [0.0, 2.0]
    """
    (x,) = floats(x)
    return np.maximum(x, 0)


def relu_backward(grad_output, x):
    """Let the blame through where x is positive; at 0 none passes, as in PyTorch.

    >>> relu_backward([5, 5, 5], [-1, 0, 2]).tolist()
    [0.0, 0.0, 5.0]
    """
    grad, x = _alike(grad_output, x)
    return np.where(x <= 0, x.dtype.type(0), grad)


def leaky_relu(x, negative_slope=0.01):
    """Keep what is positive, shrink the rest (Maas, Hannun and Ng, 2013).

    >>> leaky_relu([-1, 2], negative_slope=0.5).tolist()
    [-0.5, 2.0]
    """
    (x,) = floats(x)
    return np.where(x > 0, x, x * x.dtype.type(negative_slope))


def leaky_relu_backward(grad_output, x, negative_slope=0.01):
    """Let the blame through where x is positive, shrunk elsewhere.

    >>> leaky_relu_backward([5, 5], [-1, 2], negative_slope=0.5).tolist()
    [2.5, 5.0]
    """
    grad, x = _alike(grad_output, x)
    return np.where(x > 0, grad, grad * x.dtype.type(negative_slope))


def sigmoid(x):
    """Squeeze every number between 0 and 1: ``1 / (1 + exp(-x))``.

    >>> sigmoid([0.0, 1000.0, -1000.0]).tolist()
    [0.5, 1.0, 0.0]
    """
    (x,) = floats(x)
    small = np.exp(-np.abs(x))  # at most 1: never overflows
    return np.where(x < 0, small, 1) / (1 + small)


def sigmoid_backward(grad_output, x):
    """Shrink the blame by the slope ``y (1 - y)``, a quarter at most.

    >>> sigmoid_backward([1.0], [0.0]).tolist()
    [0.25]
    """
    grad, x = _alike(grad_output, x)
    y = sigmoid(x)
    return grad * y * (1 - y)


def tanh(x):
    """Squeeze every number between -1 and 1.

    >>> tanh([0.0, 1000.0]).tolist()
    [0.0, 1.0]
    """
    (x,) = floats(x)
    return np.tanh(x)


def tanh_backward(grad_output, x):
    """Shrink the blame by the slope ``1 - y y``, 1 at most.

    >>> tanh_backward([1.0], [0.0]).tolist()
    [1.0]
    """
    grad, x = _alike(grad_output, x)
    return grad * (1 - np.tanh(x) ** 2)


def softmax(x, axis=-1):
    """Turn scores along an axis into shares that add up to 1.

    >>> softmax([0, 0, -np.inf]).tolist()
    [0.5, 0.5, 0.0]
    """
    with np.errstate(invalid="ignore"):  # nothing but minus infinity has no shares: NaN
        powers = np.exp(_below_zero(x, axis))
        return powers / powers.sum(axis=axis, keepdims=True)


def softmax_backward(grad_output, x, axis=-1):
    """Send the blame of the shares back to the scores: a share can only grow at others' cost.

    >>> softmax_backward([1, 0], [0, 0]).tolist()
    [0.25, -0.25]
    """
    grad, x = _alike(grad_output, x)
    y = softmax(x, axis)
    return y * (grad - (grad * y).sum(axis=axis, keepdims=True))


def _below_zero(x, axis):
    """Shift scores so that the largest along the axis is 0: their shares stay, exp is safe."""
    (x,) = floats(x)
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis {axis} does not exist in the shape {x.shape}")
    return x - x.max(axis=axis, keepdims=True, initial=-np.inf)


def cross_entropy(logits, targets):
    """How surprised the scores are by the right answers, on average: the mean of ``-log share``.

    Parameters
    ----------
    logits : (N, C) or (N, C, ...)
        Scores of C classes, before softmax.
    targets : (N,) or (N, ...)
        The right classes, whole numbers from 0 to C - 1.

    Returns
    -------
    float
        The mean over all answers.

    Raises
    ------
    ValueError
        When the shapes do not fit, or a class is out of range.

    Examples
    --------
    >>> float(cross_entropy(np.zeros((1, 2), np.float64), [1]))  # log 2
    0.6931471805599453
    """
    logits, targets = _answers(logits, targets)
    if not targets.size:
        return logits.dtype.type(np.nan)  # the mean of nothing
    with np.errstate(invalid="ignore"):
        scores = _below_zero(logits, 1)
        right = np.take_along_axis(scores, targets, axis=1)
        return np.mean(np.log(np.exp(scores).sum(axis=1, keepdims=True)) - right)


def cross_entropy_backward(grad_output, logits, targets):
    """The blame of the scores: their shares, less 1 for the right class, over the number of answers.

    Parameters
    ----------
    grad_output : float
        How the final number changes with the loss, usually 1.
    logits, targets
        What `cross_entropy` was called with.

    Returns
    -------
    (N, C) or (N, C, ...)
        How it changes with each score.

    Raises
    ------
    ValueError
        When `cross_entropy` would refuse, or `grad_output` is not one number.

    Examples
    --------
    >>> cross_entropy_backward(1, np.zeros((1, 2)), [1]).tolist()
    [[0.5, -0.5]]
    """
    logits, targets = _answers(logits, targets)
    (grad,) = floats(grad_output)
    same_shape(grad, ())
    shares = softmax(logits, 1)
    right = np.take_along_axis(shares, targets, axis=1)
    np.put_along_axis(shares, targets, right - 1, axis=1)
    return shares * (grad.astype(logits.dtype) / max(1, targets.size))


def _answers(logits, targets):
    """The scores, and the right classes with an axis where the scores have their classes."""
    (logits,) = floats(logits)
    targets = np.asarray(targets)
    if not targets.size:
        targets = targets.astype(int)
    classes = logits.shape[1] if logits.ndim > 1 else 0
    if classes == 0 or targets.shape != (len(logits), *logits.shape[2:]):
        raise ValueError(
            f"logits must have the axes (N, C, ...) and targets (N, ...), "
            f"not the shapes {logits.shape} and {targets.shape}"
        )
    if targets.dtype.kind not in "iu":
        raise ValueError(f"targets must be whole numbers, not {targets.dtype}")
    if targets.size and not 0 <= targets.min() <= targets.max() < classes:
        raise ValueError(
            f"targets must lie in 0 to {classes - 1}, but they go from {targets.min()} to "
            f"{targets.max()}"
        )
    return logits, np.expand_dims(targets, 1)


def _alike(grad_output, x):
    x, grad = floats(x, grad_output)
    same_shape(grad, x.shape)
    return grad, x
