"""Finds attention in a module.

By where each element of its operands lies, since exporters reshape and transpose in many ways.
"""

import numpy as np

from .calls import Attention, Epilogue, Product, Window
from .flow import VIEWS, Flow, constant, dtype_of, is_vector, shape_of, size_of, suits


def find(flow: Flow, softmax):
    """(Call, (q, k, v), mask or nothing, last variable) of the attention around a softmax, None where there is none.

    q, k, v and the result are [batch, length, heads × width].
    """
    if flow.operation(softmax) != "relax.nn.softmax" or not suits(softmax):
        return None
    scores, positions = flow.origin(flow.operands(softmax)[0])
    if not _in_order(positions) or len(shape_of(scores)) != 4:
        return None
    batch, heads, rows, keys = shape_of(scores)
    axis = int(flow.values[softmax].attrs.axis)
    if shape_of(softmax)[-1] != keys or axis not in (-1, len(shape_of(softmax)) - 1):
        return None
    product, mask = _without_mask(flow, scores)
    product, scale = _without_scale(flow, product)
    weighted = _through_views(flow, softmax, "relax.matmul")
    if flow.operation(product) != "relax.matmul" or weighted is None:
        return None
    shares, positions = flow.origin(flow.operands(weighted)[0])
    if not shares.same_as(softmax) or not _in_order(positions):
        return None
    width = shape_of(weighted)[-1]
    sources = [*map(flow.origin, flow.operands(product)), flow.origin(flow.operands(weighted)[1])]
    apart = [_apart(batch, length, heads, width) for length in (rows, keys, keys)]
    apart[1] = apart[1].transpose(0, 1, 3, 2)
    if not all(_equal(positions, expected) for (_, positions), expected in zip(sources, apart, strict=True)):
        return None
    last = _together(flow, weighted)
    strides = None if mask is None else _mask_strides(mask, batch, heads, rows, keys)
    if last is None or (mask is not None and strides is None) or not suits(*(tensor for tensor, _ in sources)):
        return None
    call = Attention(batch, rows, keys, heads, width, scale, packed=False, mask=strides)
    return call, tuple(tensor for tensor, _ in sources), [] if mask is None else [mask], last


def packed(flow: Flow, q, k, v):
    """Three products of the same tensor as one: (call, arguments, variables that it replaces), None if they aren't that."""
    parts = [_with_bias(flow, variable) for variable in (q, k, v)]
    if any(part is None for part in parts):
        return None
    xs, weights, biases, variables = zip(*parts, strict=True)
    if not (xs[0].same_as(xs[1]) and xs[0].same_as(xs[2])) or len({tuple(shape_of(w)) for w in weights}) != 1:
        return None
    summed, columns = shape_of(weights[0])
    call = Product(size_of(xs[0]) // summed, columns, Window(summed), False, groups=3, epilogue=Epilogue(bias=True))
    return call, [xs[0], *weights, *biases], set().union(*variables)


def _without_mask(flow: Flow, scores):
    """(What the mask was added to, the mask), where one was."""
    if flow.operation(scores) != "relax.add":
        return scores, None
    product, mask = flow.operands(scores)
    is_product = flow.operation(product) in ("relax.matmul", "relax.multiply", "relax.divide")
    return (product, mask) if is_product and shape_of(product) == shape_of(scores) else (mask, product)


def _without_scale(flow: Flow, product):
    """(What was multiplied by a number, that number)."""
    if flow.operation(product) not in ("relax.multiply", "relax.divide"):
        return product, 1.0
    scaled, factor = flow.operands(product)
    factor = constant(factor)
    if factor is None or factor.size != 1:
        return product, 1.0
    factor = float(factor.reshape(()))
    return scaled, factor if flow.operation(product) == "relax.multiply" else 1 / factor


def _through_views(flow: Flow, variable, wanted: str):
    """The only reader behind reshapes, if it is a call of `wanted`."""
    user = flow.only_user(variable)
    while user is not None and flow.operation(user) in VIEWS:
        user = flow.only_user(user)
    return user if user is not None and flow.operation(user) == wanted else None


def _with_bias(flow: Flow, variable):
    """(x, weights, bias, variables) of a matrix product with a bias that nothing but views reads."""
    if flow.operation(variable) != "relax.add" or flow.only_user(variable) is None:
        return None
    left, right = flow.operands(variable)
    product, bias = (left, right) if flow.operation(left) == "relax.matmul" else (right, left)
    if flow.operation(product) != "relax.matmul" or flow.only_user(product) is None:
        return None
    x, w = flow.operands(product)
    if constant(w) is None or len(shape_of(w)) != 2 or not is_vector(bias, shape_of(w)[1]) or not suits(x, w):
        return None
    return x, w, bias, {product, variable}


def _together(flow: Flow, weighted):
    """The variable that shows [batch, heads, rows, width] as [batch, rows, heads × width], None if there is none."""
    batch, heads, rows, width = shape_of(weighted)
    positions = np.arange(batch * heads * rows * width).reshape(batch, heads, rows, width)
    wanted = positions.transpose(0, 2, 1, 3).ravel()
    variable, last = flow.only_user(weighted), None
    while variable is not None and flow.operation(variable) in VIEWS:
        positions = flow.viewed(variable, positions)
        if (positions.ravel() == wanted).all():
            last = variable
        variable = flow.only_user(variable)
    return last


def _apart(batch, length, heads, width):
    """For [batch, heads, length, width], where its elements lie in [batch, length, heads × width]."""
    positions = np.arange(batch * length * heads * width).reshape(batch, length, heads, width)
    return positions.transpose(0, 2, 1, 3)


def _in_order(positions) -> bool:
    flat = positions.ravel()
    return bool((flat[1:] > flat[:-1]).all())


def _equal(left, right) -> bool:
    return left.shape == right.shape and bool((left == right).all())


def _mask_strides(mask, batch, heads, rows, keys):
    """(batch, head, row) strides of a mask that is added to [batch, heads, rows, keys], None if it isn't one for that."""
    shape = [1] * (4 - len(shape_of(mask))) + shape_of(mask)
    if dtype_of(mask) != "float32" or len(shape) != 4 or shape[3] != keys:
        return None
    if any(extent not in (1, full) for extent, full in zip(shape, (batch, heads, rows), strict=False)):
        return None
    steps = (shape[1] * shape[2] * keys, shape[2] * keys, keys)
    return tuple(0 if extent == 1 else step for extent, step in zip(shape, steps, strict=False))
