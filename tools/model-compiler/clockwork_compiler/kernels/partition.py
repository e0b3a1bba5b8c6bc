"""Finds in a Relax module what our kernels do, and puts calls of them there.

Runs after layout conversion (NHWC) and before legalisation. What isn't recognised stays as it is and takes TVM's way.
"""

from dataclasses import replace

import numpy as np
import tvm
from tvm import relax

from . import activations
from .calls import Attention, Call, Depthwise, Epilogue, Normalize, Product, Window, name
from .flow import VIEWS, Flow, constant, dtype_of, integers, shape_of

KERNEL_LAYOUTS = ("OHWI", "HWIO")


def partition(module: tvm.IRModule, precision: str) -> tvm.IRModule:
    """The same module with products, convolutions, attention and layer normalisation as calls of packed functions."""
    function = _without_idle_transposes(module["main"])
    function = _Partition(Flow(function), precision).run()
    result = tvm.IRModule(dict(module.functions), attrs=module.attrs)
    result.update_func(module.get_global_var("main"), function)
    return relax.transform.DeadCodeElimination()(result)


def _without_idle_transposes(function):
    """Transposes that undo each other go, those that move axes of size 1 only become reshapes, which cost nothing."""
    flow = Flow(function)
    for variable in flow.variables:
        if flow.operation(variable) != "relax.permute_dims":
            continue
        origin, positions = flow.origin(variable)
        if (positions.ravel()[1:] > positions.ravel()[:-1]).all():
            same = shape_of(origin) == shape_of(variable)
            flow.replace(variable, origin if same else relax.op.reshape(origin, shape_of(variable)))
    function = flow.rewritten()
    module = tvm.IRModule({"main": function})
    return relax.transform.CanonicalizeBindings()(module)["main"]


class _Partition:
    def __init__(self, flow: Flow, precision: str):
        self.flow = flow
        self.precision = precision
        self.taken = set()  # variables that a kernel computes on its way

    def run(self):
        for match in (self._attention, self._product, self._depthwise, self._normalize):
            for variable in self.flow.variables:
                if variable not in self.taken:
                    match(variable)
        return self.flow.rewritten()

    def _put(self, call: Call, arguments, variables, *before):
        """Lets `call` compute the last of `variables`, and so all of them."""
        last = max(variables, key=self.flow.order.get)
        self.taken |= set(variables)
        self.flow.replace(last, relax.call_dps_packed(name(call), relax.Tuple(arguments), out_ty=last.ty), *before)

    # products and convolutions

    def _product(self, variable):
        flow = self.flow
        if flow.operation(variable) == "relax.matmul":
            x, w = flow.operands(variable)
            if constant(w) is None or len(shape_of(w)) != 2 or not _suits(x, w, variable):
                return
            summed, columns = shape_of(w)
            rows = _size(x) // summed
            call = Product(rows, columns, Window(summed), column_major=False, precision=self.precision)
        elif flow.operation(variable) == "relax.nn.conv2d":
            window, layout = self._window(variable, grouped=False)
            x, w = flow.operands(variable)
            if window is None or not _suits(x, w, variable):
                return
            batch, out_height, out_width, columns = shape_of(variable)
            rows = batch * out_height * out_width
            call = Product(rows, columns, window, column_major=layout == "OHWI", precision=self.precision)
        else:
            return
        epilogue, epsilon, extra, variables = self._epilogue(variable, call.columns)
        self._put(replace(call, epilogue=epilogue, epsilon=epsilon), [x, w, *extra], variables)

    def _depthwise(self, variable):
        if self.flow.operation(variable) != "relax.nn.conv2d":
            return
        window, layout = self._window(variable, grouped=True)
        x, w = self.flow.operands(variable)
        if window is None or not _suits(x, w, variable):
            return
        batch, out_height, out_width, channels = shape_of(variable)
        epilogue, _, extra, variables = self._epilogue(variable, channels, normalized=False)
        call = Depthwise(batch * out_height * out_width, window, channel_major=layout == "OHWI", epilogue=epilogue)
        self._put(call, [x, w, *extra], variables)

    def _window(self, variable, grouped: bool):
        """The convolution's window and its weights' layout; (None, None) where our kernels can't do it."""
        attributes = self.flow.values[variable].attrs
        x, w = self.flow.operands(variable)
        layout = str(attributes.kernel_layout)
        if str(attributes.data_layout) != "NHWC" or layout not in KERNEL_LAYOUTS or constant(w) is None:
            return None, None
        if integers(attributes.dilation) != [1, 1]:
            return None, None
        _, height, width, channels = shape_of(x)
        _, out_height, out_width, columns = shape_of(variable)
        groups = int(attributes.groups)
        if groups != (channels if grouped else 1) or (grouped and columns != channels):
            return None, None
        sizes = dict(zip(layout, shape_of(w), strict=True))
        stride_h, stride_w = integers(attributes.strides)
        pad_h, pad_w = integers(attributes.padding)[:2]
        window = Window(
            channels, height, width, out_height, out_width, sizes["H"], sizes["W"], stride_h, stride_w, pad_h, pad_w
        )  # fmt: skip
        pointwise = window.filter_h == window.filter_w == window.stride_h == window.stride_w == 1 and pad_h == pad_w == 0
        return (Window(channels) if pointwise and not grouped else window), layout

    def _epilogue(self, variable, columns: int, normalized=True):
        """Follows what is done to a product as far as a kernel can do it: (epilogue, epsilon, arguments, variables)."""
        flow = self.flow
        epilogue, epsilon, arguments, variables = Epilogue(), None, [], {variable}
        while True:
            user = flow.only_user(variable)
            if user is None or user in self.taken or flow.operation(user) != "relax.add":
                break
            left, right = flow.operands(user)
            other = right if left.same_as(variable) else left
            if other.same_as(variable):
                break
            if _is_vector(other, columns) and not epilogue.bias and not epilogue.residual:
                epilogue = replace(epilogue, bias=True)
            elif constant(other) is None and shape_of(other) == shape_of(variable) and not epilogue.residual:
                epilogue = replace(epilogue, residual=True)
            else:
                break
            arguments.append(other)
            variable = user
            variables.add(user)
        if normalized and (scale_and_shift := self._normalization(flow.only_user(variable), variable)):
            user = flow.only_user(variable)
            epsilon = float(flow.values[user].attrs.epsilon)
            return epilogue, epsilon, arguments + scale_and_shift, variables | {user}
        if activation := activations.follow(flow, variable, self.taken):
            _, passed, *known = activation
            return activations.fused(epilogue, *known), None, arguments, variables | passed
        return epilogue, None, arguments, variables

    # layer normalisation

    def _normalization(self, variable, of):
        """Scale and shift of a layer normalisation over the last axis of `of`, None if `variable` is something else."""
        if variable is None or variable in self.taken or self.flow.operation(variable) != "relax.nn.layer_norm":
            return None
        x, scale, shift = self.flow.operands(variable)
        axes = integers(self.flow.values[variable].attrs.axes)
        columns = shape_of(variable)[-1]
        fits = axes in ([len(shape_of(x)) - 1], [-1]) and _is_vector(scale, columns) and _is_vector(shift, columns)
        return [scale, shift] if x.same_as(of) and fits and _suits(x) else None

    def _normalize(self, variable):
        if self.flow.operation(variable) != "relax.nn.layer_norm":
            return
        x = self.flow.operands(variable)[0]
        scale_and_shift = self._normalization(variable, x)
        if scale_and_shift is None:
            return
        columns = shape_of(variable)[-1]
        call = Normalize(_size(variable) // columns, columns, float(self.flow.values[variable].attrs.epsilon))
        self._put(call, [x, *scale_and_shift], {variable})

    # attention

    def _attention(self, softmax):
        flow = self.flow
        if flow.operation(softmax) != "relax.nn.softmax" or not _suits(softmax):
            return
        scores, positions = flow.origin(flow.operands(softmax)[0])
        if not _in_order(positions) or len(shape_of(scores)) != 4:
            return
        batch, heads, rows, keys = shape_of(scores)
        axis = int(flow.values[softmax].attrs.axis)
        if shape_of(softmax)[-1] != keys or axis not in (-1, len(shape_of(softmax)) - 1):
            return
        mask, product = None, scores
        if flow.operation(scores) == "relax.add":
            product, mask = flow.operands(scores)
            if flow.operation(product) not in ("relax.matmul", "relax.multiply", "relax.divide") or shape_of(product) != shape_of(scores):
                product, mask = mask, product
        scale = 1.0
        if flow.operation(product) in ("relax.multiply", "relax.divide"):
            scaled, factor = flow.operands(product)
            factor = constant(factor)
            if factor is None or factor.size != 1:
                return
            scale = float(factor.reshape(())) if flow.operation(product) == "relax.multiply" else 1 / float(factor.reshape(()))
            product = scaled
        if flow.operation(product) != "relax.matmul":
            return
        q, q_positions = flow.origin(flow.operands(product)[0])
        k, k_positions = flow.origin(flow.operands(product)[1])
        weighted = self._through_views(softmax, "relax.matmul")
        if weighted is None:
            return
        shares, positions = flow.origin(flow.operands(weighted)[0])
        v, v_positions = flow.origin(flow.operands(weighted)[1])
        width = shape_of(weighted)[-1]
        if not shares.same_as(softmax) or not _in_order(positions):
            return
        if shape_of(weighted) != [batch, heads, rows, width] or q_positions.shape != (batch, heads, rows, width):
            return
        heads_apart = lambda length: _heads_apart(batch, length, heads, width)  # noqa: E731
        if not _equal(q_positions, heads_apart(rows)) or not _equal(v_positions, heads_apart(keys)):
            return
        if not _equal(k_positions, heads_apart(keys).transpose(0, 1, 3, 2)):
            return
        last = self._heads_together(weighted)
        strides = None if mask is None else _mask_strides(mask, batch, heads, rows, keys)
        if last is None or (mask is not None and strides is None):
            return
        call = Attention(batch, rows, keys, heads, width, scale, packed=False, mask=strides, precision=self.precision)
        masks = [] if mask is None else [mask]
        packed = self._packed(q, k, v)
        if packed is None:
            self._put(call, [q, k, v, *masks], {last})
        else:
            variable, value, variables = packed
            self.taken |= variables
            self._put(replace(call, packed=True), [variable, *masks], {last}, (variable, value))

    def _through_views(self, variable, wanted: str):
        """The only reader behind reshapes, if it is a call of `wanted`."""
        user = self.flow.only_user(variable)
        while user is not None and self.flow.operation(user) in VIEWS:
            user = self.flow.only_user(user)
        return user if user is not None and self.flow.operation(user) == wanted else None

    def _heads_together(self, weighted):
        """The variable that shows [batch, heads, rows, width] as [batch, rows, heads × width], None if there is none."""
        batch, heads, rows, width = shape_of(weighted)
        positions = np.arange(batch * heads * rows * width).reshape(batch, heads, rows, width)
        wanted = positions.transpose(0, 2, 1, 3).ravel()
        variable, last = self.flow.only_user(weighted), None
        while variable is not None and self.flow.operation(variable) in VIEWS:
            positions = self.flow.viewed(variable, positions)
            if (positions.ravel() == wanted).all():
                last = variable
            variable = self.flow.only_user(variable)
        return last

    def _packed(self, q, k, v):
        """Three products of the same tensor as one: (its variable, its value, what it replaces), None if they aren't that."""
        parts = [self._with_bias(variable) for variable in (q, k, v)]
        if any(part is None for part in parts):
            return None
        xs, weights, biases, variables = zip(*parts, strict=True)
        if not (xs[0].same_as(xs[1]) and xs[0].same_as(xs[2])) or len({tuple(shape_of(w)) for w in weights}) != 1:
            return None
        summed, columns = shape_of(weights[0])
        rows = _size(xs[0]) // summed
        call = Product(
            rows, columns, Window(summed), False, groups=3, epilogue=Epilogue(bias=True), precision=self.precision
        )  # fmt: skip
        variable = relax.DataflowVar("packed", relax.TensorType([rows, 3 * columns], "float32"))
        value = relax.call_dps_packed(name(call), relax.Tuple([xs[0], *weights, *biases]), out_ty=variable.ty)
        return variable, value, set().union(*variables)

    def _with_bias(self, variable):
        """(x, weights, bias, variables) of a matrix product with a bias that nothing but views reads."""
        flow = self.flow
        if flow.operation(variable) != "relax.add" or flow.only_user(variable) is None:
            return None
        left, right = flow.operands(variable)
        product, bias = (left, right) if flow.operation(left) == "relax.matmul" else (right, left)
        if flow.operation(product) != "relax.matmul" or flow.only_user(product) is None:
            return None
        x, w = flow.operands(product)
        if constant(w) is None or len(shape_of(w)) != 2 or not _is_vector(bias, shape_of(w)[1]) or not _suits(x, w):
            return None
        return x, w, bias, {product, variable}


def _size(expression) -> int:
    size = 1
    for extent in shape_of(expression):
        size *= extent
    return size


def _suits(*expressions) -> bool:
    """Our kernels take float32 and count elements in int32."""
    return all(dtype_of(expression) == "float32" and _size(expression) < 1 << 31 for expression in expressions)


def _is_vector(expression, length: int) -> bool:
    """A constant with one value per column: [n], [1, n], [1, 1, 1, n]."""
    value = constant(expression)
    return value is not None and value.dtype == "float32" and value.size == length and (value.ndim == 0 or value.shape[-1] == length)


def _in_order(positions) -> bool:
    flat = positions.ravel()
    return bool((flat[1:] > flat[:-1]).all())


def _equal(left, right) -> bool:
    return left.shape == right.shape and bool((left == right).all())


def _heads_apart(batch, length, heads, width):
    """For [batch, heads, length, width], where its elements lie in [batch, length, heads × width]."""
    positions = np.arange(batch * length * heads * width).reshape(batch, length, heads, width)
    return positions.transpose(0, 2, 1, 3)


def _mask_strides(mask, batch, heads, rows, keys):
    """(batch, head, row) strides of a mask that is added to [batch, heads, rows, keys], None if it isn't one for that."""
    shape = [1] * (4 - len(shape_of(mask))) + shape_of(mask)
    if dtype_of(mask) != "float32" or len(shape) != 4 or shape[3] != keys:
        return None
    if any(extent not in (1, full) for extent, full in zip(shape, (batch, heads, rows), strict=False)):
        return None
    steps = (shape[1] * shape[2] * keys, shape[2] * keys, keys)
    return tuple(0 if extent == 1 else step for extent, step in zip(shape, steps, strict=False))
