"""What holds for every operator: its gradient, its signature, and hands off its inputs."""

import inspect
import subprocess
import sys

import numpy as np
import pytest

from cnnviz import engine
from tests.engine import slow

random = np.random.default_rng(0)


def apart(*shape):
    """Numbers that differ by more than a step, none near 0: no maximum or kink is crossed."""
    values = np.arange(1, np.prod(shape) + 1) * 0.02 * random.choice([-1, 1], np.prod(shape))
    return random.permutation(values).reshape(shape)


MAPS = (2, 4, 5, 6)
STATISTICS = apart(4), np.abs(apart(4))
INDICES = random.permuted(np.tile(np.arange(16), (2, 3, 1)), axis=2)[:, :, :4].reshape(2, 3, 2, 2)
SIZES = {"kernel_size": (3, 2), "stride": (2, 1), "padding": 1, "ceil_mode": True}

# name, number of inputs that have gradients, the inputs, the options
CASES = [
    ("conv2d", 3, (apart(*MAPS), apart(6, 2, 3, 2), apart(6)), {"groups": 2, "padding": (1, 0)}),
    ("conv2d", 2, (apart(*MAPS), apart(2, 4, 2, 2)), {"stride": 3, "dilation": 2}),
    ("conv2d", 2, (apart(*MAPS), apart(8, 1, 2, 4)), {"groups": 4, "padding": "same"}),
    ("conv2d", 2, (apart(1, 1, 3, 3), apart(1, 1, 2, 3)), {"padding": "full"}),
    ("conv2d", 2, (apart(1, 1, 4, 4), apart(1, 1, 2, 2)), {"padding": ((2, 0), (0, 3))}),
    (
        "conv_transpose2d",
        3,
        (apart(*MAPS), apart(4, 3, 3, 2), apart(6)),
        {"stride": (2, 3), "padding": 1, "output_padding": (1, 2), "groups": 2},
    ),
    ("conv_transpose2d", 2, (apart(1, 2, 2, 2), apart(2, 1, 2, 2)), {"dilation": 3}),
    ("max_pool2d", 1, (apart(*MAPS),), SIZES | {"dilation": (1, 3)}),
    ("max_pool2d", 1, (apart(*MAPS), 2), {}),
    ("avg_pool2d", 1, (apart(*MAPS),), SIZES),
    ("avg_pool2d", 1, (apart(*MAPS),), SIZES | {"count_include_pad": False}),
    ("global_max_pool2d", 1, (apart(*MAPS),), {}),
    ("global_avg_pool2d", 1, (apart(*MAPS),), {}),
    ("max_unpool2d", 1, (apart(2, 3, 2, 2), INDICES, 2), {}),
    ("max_unpool2d", 1, (apart(2, 3, 2, 2), INDICES, 2), {"output_size": (5, 4)}),
    ("interpolate", 1, (apart(*MAPS),), {"size": (7, 3)}),
    ("interpolate", 1, (apart(*MAPS),), {"scale_factor": (1.7, 0.6)}),
    ("interpolate", 1, (apart(*MAPS),), {"scale_factor": 1.7, "mode": "bilinear"}),
    (
        "interpolate",
        1,
        (apart(*MAPS),),
        {"size": (9, 1), "mode": "bilinear", "align_corners": True},
    ),
    ("linear", 3, (apart(2, 3, 4), apart(5, 4), apart(5)), {}),
    ("linear", 2, (apart(4), apart(5, 4)), {}),
    ("batch_norm", 1, (apart(*MAPS), *STATISTICS), {}),
    ("batch_norm", 1, (apart(*MAPS), None, None), {"training": True}),
    ("relu", 1, (apart(3, 4),), {}),
    ("leaky_relu", 1, (apart(3, 4),), {"negative_slope": 0.3}),
    ("sigmoid", 1, (apart(3, 4),), {}),
    ("tanh", 1, (apart(3, 4),), {}),
    ("softmax", 1, (apart(3, 4, 2), 1), {}),
    ("cross_entropy", 1, (apart(3, 4), np.array([1, 3, 1])), {}),
    ("cross_entropy", 1, (apart(2, 4, 3), np.array([[1, 3, 1], [0, 2, 3]])), {}),
]
OPERATORS = sorted({name for name in engine.__all__ if f"{name}_backward" in engine.__all__})


def names(case):
    return f"{case[0]} {case[3]}"


def slope_function(name, inputs, options):
    operator = getattr(engine, name)
    return lambda *arrays: operator(*arrays, *inputs[len(arrays) :], **options)


@pytest.mark.parametrize("case", CASES, ids=names)
def test_every_gradient_is_the_slope_found_by_finite_differences(case):
    name, count, inputs, options = case
    forward = slope_function(name, inputs, options)
    grad_output = random.standard_normal(np.shape(forward(*inputs[:count])))
    found = getattr(engine, f"{name}_backward")(grad_output, *inputs, **options)
    gradients = found[:count] if isinstance(found, tuple) else (found,)
    for which, gradient in enumerate(gradients):
        expected = slow.slopes(forward, list(inputs[:count]), which, grad_output)
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("training", [False, True])
def test_the_gradients_of_batch_norms_weight_and_bias_are_slopes(training):
    x, weight, bias = apart(*MAPS), apart(4), apart(4)
    grad_output = random.standard_normal(MAPS)

    def forward(*arrays):
        return engine.batch_norm(arrays[0], mean.copy(), var.copy(), *arrays[1:], training)

    mean, var = STATISTICS
    found = engine.batch_norm_backward(grad_output, x, mean, var, weight, bias, training)
    for which, gradient in enumerate(found):
        expected = slow.slopes(forward, [x, weight, bias], which, grad_output)
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-7)


def test_every_operator_has_a_gradient_and_every_gradient_a_case():
    plain = {name for name in engine.__all__ if not name.endswith("_backward")} - {"Window"}
    assert set(OPERATORS) == plain == {case[0] for case in CASES}


@pytest.mark.parametrize("name", OPERATORS)
def test_a_gradient_takes_grad_output_and_then_what_its_operator_takes(name):
    forward = inspect.signature(getattr(engine, name)).parameters.values()
    backward = inspect.signature(getattr(engine, f"{name}_backward")).parameters.values()
    shown = [str(parameter) for parameter in backward]
    assert shown == ["grad_output", *map(str, forward)]


@pytest.mark.parametrize("case", CASES, ids=names)
def test_operators_and_gradients_leave_their_inputs_alone_and_share_no_memory(case):
    name, _, inputs, options = case
    arrays = [array for array in inputs if isinstance(array, np.ndarray)]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.setflags(write=False)
    result = getattr(engine, name)(*inputs, **options)
    gradients = getattr(engine, f"{name}_backward")(np.ones_like(result), *inputs, **options)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
        for made in (result, *(gradients if isinstance(gradients, tuple) else (gradients,))):
            assert made is None or not np.shares_memory(made, array)


@pytest.mark.parametrize("case", CASES, ids=names)
def test_float32_and_float64_agree_and_keep_their_kind(case):
    name, _, inputs, options = case
    single = [
        array.astype(np.float32) if getattr(array, "dtype", None) == np.float64 else array
        for array in inputs
    ]
    double = getattr(engine, name)(*inputs, **options)
    result = getattr(engine, name)(*single, **options)
    assert (double.dtype, result.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(result, double, rtol=1e-4, atol=1e-4)
    gradients = getattr(engine, f"{name}_backward")(np.ones_like(result), *single, **options)
    for gradient in gradients if isinstance(gradients, tuple) else (gradients,):
        assert gradient is None or gradient.dtype == np.float32


@pytest.mark.parametrize("case", CASES, ids=names)
def test_a_gradient_of_another_shape_than_the_result_is_refused(case):
    name, _, inputs, options = case
    with pytest.raises(ValueError, match=r"must have the shape of the result, \(.*not \(1, 77\)"):
        getattr(engine, f"{name}_backward")(np.ones((1, 77)), *inputs, **options)


@pytest.mark.parametrize("case", [case for case in CASES if np.ndim(case[2][0]) == 4], ids=names)
def test_an_empty_batch_goes_through_and_back(case):
    name, _, (x, *rest), options = case
    rest = [array[:0] if array is INDICES else array for array in rest]
    result = getattr(engine, name)(x[:0], *rest, **options)
    assert len(result) == 0
    gradients = getattr(engine, f"{name}_backward")(result, x[:0], *rest, **options)
    grad_x = gradients[0] if isinstance(gradients, tuple) else gradients
    assert grad_x.shape == (0, *x.shape[1:])
    assert all(not g.any() for g in gradients[1:] if g is not None)


def test_importing_the_engine_loads_numpy_and_the_standard_library_alone():
    code = (
        "import sys; before = set(sys.modules); import cnnviz.engine, cnnviz.engine.train; "
        "new = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new - sys.stdlib_module_names - {'numpy', 'cnnviz'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
