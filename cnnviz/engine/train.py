"""Training: through a list of layers forward and backward, and a step downhill.

The layers are the descriptions of `cnnviz.arithmetic`; what they do is done by the operators.
"""

import inspect
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from cnnviz import arithmetic, engine
from cnnviz.arithmetic.window import pair

OPERATORS = {
    arithmetic.Conv2d: "conv2d",
    arithmetic.ConvTranspose2d: "conv_transpose2d",
    arithmetic.Linear: "linear",
    arithmetic.BatchNorm2d: "batch_norm",
    arithmetic.MaxPool2d: "max_pool2d",
    arithmetic.AvgPool2d: "avg_pool2d",
    arithmetic.GlobalMaxPool2d: "global_max_pool2d",
    arithmetic.GlobalAvgPool2d: "global_avg_pool2d",
    arithmetic.Upsample: "interpolate",
    arithmetic.ReLU: "relu",
    arithmetic.Sigmoid: "sigmoid",
    arithmetic.Tanh: "tanh",
}


class Step:
    """One layer at work: its weights, what it read last, and the gradients of its weights.

    Parameters
    ----------
    layer : cnnviz.arithmetic.Layer
        The description: which operator, and its options.
    random : numpy.random.Generator
        Where the first weights come from.

    Attributes
    ----------
    arrays, gradients : dict
        The weights by their names ("weight", "bias"), and how the loss changes with each.
    """

    def __init__(self, layer, random):
        self.layer, self.gradients = layer, {}
        self.arrays, self.options = _first_weights(layer, random), {}
        if isinstance(layer, arithmetic.Flatten):
            self.operator, self.reverse = _flatten, _flatten_backward
            return
        if type(layer) not in OPERATORS:
            raise ValueError(f"there is no training for {layer!r}")
        name = OPERATORS[type(layer)]
        self.operator, self.reverse = getattr(engine, name), getattr(engine, f"{name}_backward")
        for option in inspect.signature(self.operator).parameters:
            if option != "bias" and hasattr(layer, option):
                self.options[option] = getattr(layer, option)
        if isinstance(layer, arithmetic.BatchNorm2d):
            channels = layer.num_features
            self.options["running_mean"] = np.zeros(channels, np.float32)
            self.options["running_var"] = np.ones(channels, np.float32)

    def forward(self, x, training=False):
        """Apply the layer, and remember what it read."""
        self.read = x
        if isinstance(self.layer, arithmetic.BatchNorm2d):
            self.options["training"] = training
        return self.operator(x, **self.arrays, **self.options)

    def backward(self, grad):
        """Keep the gradients of the weights, and hand back that of what was read."""
        blame = self.reverse(grad, self.read, **self.arrays, **self.options)
        if not self.arrays:
            return blame
        grad, *of_weights = blame
        self.gradients = dict(zip(self.arrays, of_weights, strict=False))  # without bias: None more
        return grad


class Network:
    """A stack of layers with weights: scores come out of it, and it can learn.

    Parameters
    ----------
    layers : Sequential or list of cnnviz.arithmetic.Layer
        What it is made of.
    seed : int
        The same seed gives the same first weights. They are normal with the variance ``2 /
        fan-in``, biases 0 (He et al., "Delving deep into rectifiers", 2015, equation 10).

    Raises
    ------
    ValueError
        When a layer is of a kind that has no training.

    Examples
    --------
    >>> from cnnviz.arithmetic import Conv2d, Flatten, Linear, ReLU
    >>> network = Network([Conv2d(1, 2, kernel_size=3), ReLU(), Flatten(), Linear(8, 3)])
    >>> network.forward(np.zeros((5, 1, 4, 4))).shape
    (5, 3)
    """

    def __init__(self, layers, seed=0):
        random = np.random.default_rng(seed)
        self.steps = [Step(layer, random) for layer in layers]

    def forward(self, x, training=False):
        """Send pictures (N, C, H, W) through all layers.

        `training` matters to batch normalisation alone.
        """
        for step in self.steps:
            x = step.forward(x, training)
        return x

    def backward(self, grad):
        """Send the gradient of the loss back; every step keeps that of its weights."""
        for step in reversed(self.steps):
            grad = step.backward(grad)
        return grad

    def predict(self, x):
        """Name the class with the highest score for each picture (N,)."""
        return self.forward(x).argmax(axis=1)

    def accuracy(self, x, targets):
        """Give the share of pictures whose class is right, 0 to 1."""
        return float((self.predict(x) == np.asarray(targets)).mean())


@dataclass(frozen=True)
class Progress:
    """Where training stands after a step: loss and accuracy are of that step's batch, before it."""

    step: int
    epoch: int
    loss: float
    accuracy: float


def fit(network, x, targets, rate=0.1, momentum=0.9, batch_size=32, epochs=1, seed=0):
    """Train by stochastic gradient descent with momentum, and report after every step.

    ``velocity = momentum * velocity + gradient``, ``weight = weight - rate * velocity``, in
    place (Sutskever et al., "On the importance of initialization and momentum", 2013, equations
    1-2, with the rate where PyTorch has it). It is a generator: a page can draw while it runs, or
    stop.

    Parameters
    ----------
    network : Network
        What learns.
    x, targets : (N, C, H, W) and (N,)
        Pictures and their classes.
    rate, momentum : float
        How far a step goes, and how much of the last one it keeps.
    batch_size, epochs : int
        Pictures for a step, and times that all pictures are seen.
    seed : int
        The same seed gives the same order of pictures.

    Yields
    ------
    Progress
        After every step.

    Raises
    ------
    ValueError
        When there are no pictures, not as many targets, or a number is out of range.

    Examples
    --------
    >>> from cnnviz.arithmetic import Flatten, Linear
    >>> pictures = np.eye(2).reshape(2, 1, 1, 2)  # the class is where the 1 stands
    >>> network = Network([Flatten(), Linear(2, 2)])
    >>> *_, last = fit(network, pictures, [0, 1], epochs=50)
    >>> last.step, last.accuracy, network.predict(pictures).tolist()
    (50, 1.0, [0, 1])
    """
    x, targets = np.asarray(x), np.asarray(targets)
    if not len(x) or targets.shape != (len(x),):
        raise ValueError(
            f"as many targets as pictures, and at least one: {x.shape}, {targets.shape}"
        )
    if rate <= 0 or not 0 <= momentum < 1 or batch_size < 1 or epochs < 0:
        raise ValueError(
            f"rate must be above 0, momentum from 0 to below 1, batch_size at least 1 and epochs "
            f"at least 0, not {rate}, {momentum}, {batch_size} and {epochs}"
        )
    random, step = np.random.default_rng(seed), 0
    velocities = {}
    for epoch in range(epochs):
        order = random.permutation(len(x))
        for first in range(0, len(x), batch_size):
            chosen = order[first : first + batch_size]
            loss, accuracy = _learn(network, x[chosen], targets[chosen])
            _go_downhill(network, velocities, rate, momentum)
            step += 1
            yield Progress(step, epoch, loss, accuracy)


def _learn(network, x, targets):
    """One pass forward and backward; the gradients are then in the network's steps."""
    scores = network.forward(x, training=True)
    network.backward(engine.cross_entropy_backward(1.0, scores, targets))
    loss = engine.cross_entropy(scores, targets)
    return float(loss), float((scores.argmax(axis=1) == targets).mean())


def _go_downhill(network, velocities, rate, momentum):
    for number, step in enumerate(network.steps):
        for name, gradient in step.gradients.items():
            velocity = momentum * velocities.get((number, name), 0) + gradient
            velocities[number, name] = velocity
            step.arrays[name] -= rate * velocity


def _first_weights(layer, random):
    match layer:
        case arithmetic.BatchNorm2d():
            ones = np.ones(layer.num_features, np.float32)
            return {"weight": ones, "bias": 0 * ones}
        case arithmetic.Conv2d():
            fan_out, rest = layer.out_channels, layer.in_channels // layer.groups
        case arithmetic.ConvTranspose2d():
            fan_out, rest = layer.in_channels, layer.out_channels // layer.groups
        case arithmetic.Linear():
            fan_out, rest = layer.out_features, layer.in_features
        case _:
            return {}
    kernel = pair(layer.kernel_size, "kernel_size") if hasattr(layer, "kernel_size") else ()
    shape = (fan_out, rest, *kernel)
    weight = random.standard_normal(shape, np.float32) * np.float32(sqrt(2 / prod(shape[1:])))
    biases = np.zeros(layer.biases, np.float32)
    return {"weight": weight, "bias": biases} if layer.bias else {"weight": weight}


def _flatten(x):
    return x.reshape(len(x), -1)


def _flatten_backward(grad, x):
    return grad.reshape(x.shape)
