"""Finds in a Relax module what our kernels do, and puts calls of them there.

Runs after layout conversion (NHWC) and before legalisation. What isn't recognised stays as it is and takes TVM's way.
"""

from dataclasses import replace

import tvm
from tvm import relax

from . import activations, heads
from .calls import Call, Depthwise, Epilogue, Normalize, Product, Window, name
from .flow import Flow, constant, integers, is_vector, shape_of, size_of, suits

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
            if constant(w) is None or len(shape_of(w)) != 2 or not suits(x, w, variable):
                return
            summed, columns = shape_of(w)
            rows = size_of(x) // summed
            call = Product(rows, columns, Window(summed), column_major=False, precision=self.precision)
        elif flow.operation(variable) == "relax.nn.conv2d":
            window, layout = self._window(variable, grouped=False)
            x, w = flow.operands(variable)
            if window is None or not suits(x, w, variable):
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
        if window is None or not suits(x, w, variable):
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
        pointwise = (
            window.filter_h == window.filter_w == window.stride_h == window.stride_w == 1 and pad_h == pad_w == 0
        )
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
            if is_vector(other, columns) and not epilogue.bias and not epilogue.residual:
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
        fits = axes in ([len(shape_of(x)) - 1], [-1]) and is_vector(scale, columns) and is_vector(shift, columns)
        return [scale, shift] if x.same_as(of) and fits and suits(x) else None

    def _normalize(self, variable):
        if self.flow.operation(variable) != "relax.nn.layer_norm":
            return
        x = self.flow.operands(variable)[0]
        scale_and_shift = self._normalization(variable, x)
        if scale_and_shift is None:
            return
        columns = shape_of(variable)[-1]
        call = Normalize(size_of(variable) // columns, columns, float(self.flow.values[variable].attrs.epsilon))
        self._put(call, [x, *scale_and_shift], {variable})

    # attention

    def _attention(self, softmax):
        found = heads.find(self.flow, softmax)
        if found is None:
            return
        call, (q, k, v), mask, last = found
        call = replace(call, precision=self.precision)
        packed = heads.packed(self.flow, q, k, v)
        if packed is None:
            self._put(call, [q, k, v, *mask], {last})
            return
        product, arguments, variables = packed
        product = replace(product, precision=self.precision)
        variable = relax.DataflowVar("packed", relax.TensorType([product.rows, 3 * product.columns], "float32"))
        value = relax.call_dps_packed(name(product), relax.Tuple(arguments), out_ty=variable.ty)
        self.taken |= variables
        self._put(replace(call, packed=True), [variable, *mask], {last}, (variable, value))
