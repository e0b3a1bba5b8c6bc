"""From a lowered Relax module to a flat list of calls with tensors."""

from __future__ import annotations

from dataclasses import dataclass, field

import tvm
from tvm import relax

from .refusal import Refusal
from .tensors import Call, Signature, Tensor, Values
from .weights import Weights


@dataclass
class Program:
    """A model at one batch size: its calls in order. Values are what lies in the workspace."""

    inputs: list[Tensor]
    outputs: list[Tensor]
    calls: list[Call]
    values: Values = field(default_factory=Values)


def _int(value) -> int:
    return int(getattr(value, "value", value))


def shape_of(ty) -> tuple[int, ...]:
    return tuple(_int(extent) for extent in ty.shape)


def _tensor_of(expr, area: str, index: int) -> Tensor:
    return Tensor(area, index, shape_of(expr.ty), str(expr.ty.dtype))


class _Walk:
    """One pass over main. `known` maps each Relax variable to its tensor (or tuple of tensors)."""

    def __init__(self, module: tvm.IRModule, weights: Weights, output_names: list[str]) -> None:
        self.main = module["main"]
        self.weights = weights
        self.output_names = output_names
        self.known: dict = {}
        self.calls: list[Call] = []
        self.values = Values()

    def run(self) -> Program:
        inputs = [_tensor_of(param, "input", i) for i, param in enumerate(self.main.params)]
        self.known.update(zip(self.main.params, inputs))
        for block in self.main.body.blocks:
            for binding in block.bindings:
                self.known[binding.var] = self._bound(binding.var, binding.value)
        return self._with_outputs(inputs, self._tensor(self.main.body.body))

    def _with_outputs(self, inputs: list[Tensor], result) -> Program:
        """What main returns lies in the io area: such values are renamed."""
        results = result if isinstance(result, list) else [result]
        outputs: list[Tensor] = []
        renamed: dict[int, int] = {}
        for place, tensor in enumerate(results):
            name = self.output_names[place]
            if tensor.area != "value":
                raise Refusal(
                    f"output {name} is {tensor.area} {tensor.index} unchanged: remove this output from the model"
                )
            if tensor.index in renamed:
                raise Refusal(
                    f"outputs {self.output_names[renamed[tensor.index]]} and {name} are the same: remove one of them"
                )
            renamed[tensor.index] = place
            outputs.append(Tensor("output", place, tensor.shape, tensor.dtype))

        def moved(tensor: Tensor) -> Tensor:
            if tensor.area == "value" and tensor.index in renamed:
                return Tensor("output", renamed[tensor.index], tensor.shape, tensor.dtype)
            return tensor

        calls = [Call(c.function, c.external, tuple(moved(arg) for arg in c.args)) for c in self.calls]
        return Program(inputs, outputs, calls, self.values)

    def _tensor(self, expr):
        if isinstance(expr, tvm.ir.GenericConst):
            data = expr.value.numpy()
            return Tensor("weight", self.weights.intern(data), tuple(data.shape), str(data.dtype))
        return self.known[expr]

    def _bound(self, var, expr):
        if isinstance(expr, tvm.ir.Call):
            return self._called(var, expr)
        if isinstance(expr, relax.Tuple):
            return [self._tensor(item) for item in expr.fields]
        if isinstance(expr, relax.TupleGetItem):
            return self.known[expr.tuple_value][expr.index]
        if isinstance(expr, relax.ShapeExpr):
            return None
        return self._tensor(expr)

    def _called(self, var, call):
        callee = call.op
        if isinstance(callee, tvm.ir.GlobalVar):
            self.calls.append(Call(callee.name_hint, False, tuple(self._tensor(arg) for arg in call.args)))
            return None
        name = str(getattr(callee, "global_symbol", None) or callee.name)
        if name == "relax.builtin.alloc_tensor":
            return self.values.new(tuple(_int(v) for v in call.args[0].values), str(var.ty.dtype))
        if name == "relax.reshape":
            viewed = self._tensor(call.args[0])
            return Tensor(viewed.area, viewed.index, shape_of(var.ty), viewed.dtype)
        if name.startswith("clockwork."):
            self.calls.append(Call(name, True, tuple(self._tensor(arg) for arg in call.args)))
            return None
        raise Refusal(
            f"a plan is a list of kernels, and {name} is none: its result has a size that depends on the data, or it"
            " needs a library; take that part out of the model and do it before or after inference"
        )


def extract(module: tvm.IRModule, weights: Weights, outputs: list[Signature]) -> Program:
    return _Walk(module, weights, [output.name for output in outputs]).run()
