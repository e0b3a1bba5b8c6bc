"""Recognises an activation by what it computes.

Exporters spell hard-swish in half a dozen ways. So the operators that follow a tensor are run on sample points, and the
outcome is compared with the activations that our kernels know.
"""

import math

import numpy as np

from .calls import Epilogue
from .flow import Flow, constant, shape_of

SAMPLES = np.linspace(-12.0, 12.0, 481, dtype=np.float64)
LONGEST = 12  # operators in one activation; the longest spelling met has 7

UNARY = {
    "relax.nn.relu": lambda x: np.maximum(x, 0),
    "relax.nn.gelu": lambda x: _gelu(x),
    "relax.erf": lambda x: np.vectorize(math.erf)(x),
    "relax.sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relax.exp": np.exp,
}
BINARY = {
    "relax.add": np.add,
    "relax.subtract": np.subtract,
    "relax.multiply": np.multiply,
    "relax.divide": np.divide,
    "relax.maximum": np.maximum,
    "relax.minimum": np.minimum,
    "tir.maximum": np.maximum,
    "tir.minimum": np.minimum,
}


def _gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def follow(flow: Flow, start, taken: set):
    """The activation that begins at `start`: (its last variable, all its variables, name, slope, shift), or None."""
    samples = {start: SAMPLES}
    axes = {start: tuple(range(len(shape_of(start))))}  # where each axis of `start` is now
    found = None
    for _ in range(LONGEST):
        following = _next(flow, samples, taken)
        if following is None:
            break
        with np.errstate(all="ignore"):
            outcome = _apply(flow, following, samples, axes)
        if outcome is None:
            break
        samples[following], axes[following] = outcome
        known = _known(samples[following])
        if known and axes[following] == tuple(range(len(axes[following]))) and _closed(flow, samples, following):
            found = (following, set(samples), *known)
    return found


def fused(epilogue: Epilogue, activation: str, slope: float, shift: float) -> Epilogue:
    return Epilogue(epilogue.bias, epilogue.residual, activation, slope, shift)


def _next(flow: Flow, samples, taken):
    """The first binding in program order that reads what we have and nothing else but constants."""
    candidates = {
        user
        for variable in samples
        for user in flow.users.get(variable, [])
        if user not in samples and user not in taken
        and all(operand in samples or constant(operand) is not None for operand in _tensors(flow, user))
    }  # fmt: skip
    return min(candidates, key=flow.order.get, default=None)


def _tensors(flow: Flow, variable):
    """The operands without those that say a shape or a bound."""
    single = flow.operation(variable) in ("relax.clip", "relax.reshape")
    return flow.operands(variable)[:1] if single else flow.operands(variable)


def _apply(flow: Flow, variable, samples, axes):
    name, arguments = flow.operation(variable), _tensors(flow, variable)
    if name == "relax.permute_dims":
        order = [int(axis) for axis in flow.values[variable].attrs.axes]
        return samples[arguments[0]], tuple(axes[arguments[0]][axis] for axis in order)
    if name == "relax.reshape":  # keeps the order of elements, so a plain one stays plain
        plain = axes[arguments[0]] == tuple(range(len(axes[arguments[0]])))
        return (samples[arguments[0]], tuple(range(len(shape_of(variable))))) if plain else None
    values = []
    for argument in arguments:
        fixed = constant(argument)
        if fixed is None:
            values.append(samples[argument])
        elif fixed.size == 1 and fixed.ndim <= 1:
            values.append(float(fixed.reshape(())))
        else:
            return None
    places = {axes[argument] for argument in arguments if argument in axes}
    if len({tuple(shape_of(argument)) for argument in arguments if argument in axes}) != 1:
        return None
    if len(places) != 1:
        return None
    if name in UNARY:
        return UNARY[name](*values), places.pop()
    if name in BINARY:
        return BINARY[name](*values), places.pop()
    if name == "relax.clip":
        low, high = (float(bound.value) for bound in list(flow.values[variable].args)[1:3])
        return np.clip(values[0], low, high), places.pop()
    return None


def _closed(flow: Flow, samples, last) -> bool:
    """Nobody else reads what would no longer be written down."""
    return all(
        variable not in flow.results and all(user in samples for user in flow.users.get(variable, []))
        for variable in samples
        if variable is not last
    )


def _known(outcome: np.ndarray):
    """(name, slope, shift) of the activation that gives this outcome on the sample points."""
    if np.allclose(outcome, np.maximum(SAMPLES, 0), atol=1e-6):
        return "relu", 0.0, 0.0
    if np.allclose(outcome, _gelu(SAMPLES), atol=1e-6):
        return "gelu", 0.0, 0.0
    if np.allclose(outcome, SAMPLES * np.clip(SAMPLES / 6 + 0.5, 0, 1), atol=1e-5):
        return "hard_swish", 0.0, 0.0
    rising = np.flatnonzero((outcome > 0) & (outcome < 1))
    if len(rising) >= 2:
        first, last = rising[0], rising[-1]
        slope = (outcome[last] - outcome[first]) / (SAMPLES[last] - SAMPLES[first])
        shift = outcome[first] - slope * SAMPLES[first]
        slope, shift = float(f"{slope:.7g}"), float(f"{shift:.7g}")
        if (
            np.allclose(outcome, np.clip(SAMPLES * slope + shift, 0, 1), atol=1e-6)
            and outcome.max() == 1
            and outcome.min() == 0
        ):
            return "hard_sigmoid", slope, shift
    return None
