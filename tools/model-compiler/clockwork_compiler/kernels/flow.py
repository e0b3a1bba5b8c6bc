"""A Relax function of one dataflow block, as a graph that can be walked in both directions."""

import numpy as np
from tvm import relax
from tvm.ir import Op

VIEWS = {"relax.reshape", "relax.permute_dims", "relax.expand_dims", "relax.squeeze"}


def integers(shape) -> list[int]:
    values = shape.values if hasattr(shape, "values") else shape
    return [int(getattr(value, "value", value)) for value in values]


def shape_of(expression) -> list[int]:
    return integers(expression.ty.shape)


def dtype_of(expression) -> str:
    return str(expression.ty.dtype)


def constant(expression) -> np.ndarray | None:
    """The value of a constant, None for anything else."""
    if type(expression).__name__ not in ("GenericConst", "Constant"):
        return None
    return (expression.data if hasattr(expression, "data") else expression.value).numpy()


def operation(value) -> str:
    """The operator's name; for a call of a TIR function `maximum` or `minimum`, as the ONNX importer makes them, that."""
    if type(value).__name__ != "Call":
        return ""
    if not isinstance(value.op, Op):
        return ""
    if value.op.name == "relax.call_tir":
        return "tir." + value.args[0].name_hint.rstrip("0123456789_")
    return value.op.name


def operands(value) -> list:
    """Arguments of a call that are tensors."""
    if operation(value).startswith("tir."):
        return list(value.args[1].fields)
    return list(value.args)


def size_of(expression) -> int:
    size = 1
    for extent in shape_of(expression):
        size *= extent
    return size


def suits(*expressions) -> bool:
    """Our kernels take float32 and count elements in int32."""
    return all(dtype_of(expression) == "float32" and size_of(expression) < 1 << 31 for expression in expressions)


def is_vector(expression, length: int) -> bool:
    """A constant with one value per column: [n], [1, n], [1, 1, 1, n]."""
    value = constant(expression)
    return (
        value is not None
        and value.dtype == "float32"
        and value.size == length
        and (value.ndim == 0 or value.shape[-1] == length)
    )


class Flow:
    """Bindings of the function's dataflow block, by variable; `replace` changes what a variable is bound to."""

    def __init__(self, function: relax.Function):
        self.function = function
        blocks = function.body.blocks
        if len(blocks) != 1 or not isinstance(blocks[0], relax.DataflowBlock):
            raise ValueError(
                f"main has {len(blocks)} binding blocks; a model without control flow has one, of dataflow"
            )
        self.variables = [binding.var for binding in blocks[0].bindings]
        self.values = {binding.var: binding.value for binding in blocks[0].bindings}
        self.order = {variable: i for i, variable in enumerate(self.variables)}
        self.users = {variable: [] for variable in self.variables}
        for variable in self.variables:
            for used in self._variables_in(self.values[variable]):
                self.users.setdefault(used, []).append(variable)
        self.results = set(self._variables_in(function.body.body))
        self.results |= {variable for variable in self.variables if not isinstance(variable, relax.DataflowVar)}
        self.inserted = {}

    def _variables_in(self, expression) -> list:
        if isinstance(expression, relax.Var):
            return [expression]
        if isinstance(expression, relax.Tuple):
            return [found for field in expression.fields for found in self._variables_in(field)]
        if type(expression).__name__ == "Call":
            return [found for argument in expression.args for found in self._variables_in(argument)]
        if isinstance(expression, relax.TupleGetItem):
            return self._variables_in(expression.tuple_value)
        return []

    def operation(self, variable) -> str:
        return operation(self.values.get(variable))

    def operands(self, variable) -> list:
        return operands(self.values[variable])

    def only_user(self, variable):
        """The one binding that reads this variable, None where there are several or the function returns it."""
        users = self.users.get(variable, [])
        return users[0] if len(users) == 1 and variable not in self.results else None

    def origin(self, expression):
        """Goes back through reshapes and transposes: (what they show, for each element its flat position there)."""
        chain = []
        while self.operation(expression) in VIEWS:
            chain.append(expression)
            expression = self.operands(expression)[0]
        positions = np.arange(int(np.prod(shape_of(expression)))).reshape(shape_of(expression))
        for variable in reversed(chain):
            positions = self.viewed(variable, positions)
        return expression, positions

    def viewed(self, variable, positions: np.ndarray) -> np.ndarray:
        """What a reshape or transpose makes of an array of positions."""
        if self.operation(variable) == "relax.permute_dims":
            axes = self.values[variable].attrs.axes
            return positions.transpose(integers(axes) if axes is not None else None)
        return positions.reshape(shape_of(variable))

    def replace(self, variable, value, *before):
        """Binds `variable` to another value, and new variables (variable, value) right before it."""
        self.values[variable] = value
        self.inserted[variable] = before

    def rewritten(self) -> relax.Function:
        bindings = []
        for variable in self.variables:
            bindings += [relax.VarBinding(new, value) for new, value in self.inserted.get(variable, ())]
            bindings.append(relax.VarBinding(variable, self.values[variable]))
        body = relax.SeqExpr([relax.DataflowBlock(bindings)], self.function.body.body)
        function = self.function
        return relax.Function(function.params, body, function.ret_ty, function.is_pure, function.attrs)
