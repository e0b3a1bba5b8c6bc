"""From ONNX to Relax, with a refusal that names the op and its place where that can't be."""

from __future__ import annotations

import contextlib
import io
import warnings

import numpy as np
import onnx
import tvm
from tvm import relax
from tvm.relax.frontend.onnx import onnx_frontend

from .extraction import shape_of
from .refusal import Refusal

WHAT_HELPS = {
    "NonZero": "its result has as many rows as the data says: use a mask of fixed size",
    "NonMaxSuppression": "leave it out of the model and do it on the outputs",
    "TopK": "leave it out of the model and do it on the outputs",
    "Unique": "leave it out of the model and do it on the outputs",
    "Loop": "export the model with the loop unrolled",
    "Scan": "export the model with the loop unrolled",
    "If": "export the model with the branch decided (constant condition)",
}


def describe(node: onnx.NodeProto, place: int, count: int) -> str:
    way = f"from {', '.join(node.input)} to {', '.join(node.output)}"
    return f"{node.op_type} ({node.name}, op {place + 1} of {count}, {way})"


class _Importer(onnx_frontend.ONNXGraphImporter):
    """TVM's importer, which remembers where it is."""

    def __init__(self, shapes: dict[str, list[int]], graph: onnx.GraphProto) -> None:
        super().__init__(shapes, "float32", keep_params_in_input=False)
        self._places = {node.name: (place, node) for place, node in enumerate(graph.node)}
        self._count = len(graph.node)
        self._batch = next(iter(shapes.values()))[0]

    def _check_for_unsupported_ops(self, graph) -> None:
        known = onnx_frontend._get_convert_map()
        for place, node in enumerate(graph.node):
            if node.op_type in WHAT_HELPS or (node.op_type not in known and node.op_type != "Constant"):
                advice = WHAT_HELPS.get(
                    node.op_type,
                    "export the model with other ops (an older or newer opset, without"
                    " vendor extensions), or leave this part out of it",
                )
                raise Refusal(
                    f"the model needs {describe(node, place, self._count)}, which can't be compiled: {advice}"
                )

    def _convert_operator(self, op_name, inputs, attrs, opset):
        if op_name == "Clip" and (plain := _plain_clip(inputs)) is not None:
            return self.bb.normalize(plain)
        try:
            return super()._convert_operator(op_name, inputs, attrs, opset)
        except Refusal:
            raise
        except Exception as reason:
            place, node = self._places[attrs["tvm_custom"]["name"]]
            first = str(reason).strip().splitlines()[-1] if str(reason).strip() else type(reason).__name__
            raise Refusal(
                f"TVM can't import {describe(node, place, self._count)} at batch size {self._batch}: {first}."
                " If it can at batch size 1, the model has the 1 built in: export it with a free batch dimension."
                " Else its sizes don't follow from the shapes of its inputs: export it with fixed shapes"
            ) from reason


def _plain_clip(inputs):
    """Bounds that are constants become attributes: TVM's converter would hide the op behind opaque code."""
    bounds = [*inputs[1:], None, None][:2]
    known = all(bound is None or isinstance(bound, tvm.ir.GenericConst) for bound in bounds)
    if len(inputs) < 2 or not known or str(inputs[0].ty.dtype) != "float32":
        return None
    low, high = (None if bound is None else float(bound.value.numpy()) for bound in bounds)
    largest = float(np.finfo(np.float32).max)
    return relax.op.clip(inputs[0], -largest if low is None else low, largest if high is None else high)


def to_relax(model: onnx.ModelProto, shapes: dict[str, list[int]]) -> tvm.IRModule:
    """The model as a Relax module whose main takes all inputs and has only known shapes."""
    importer = _Importer(shapes, model.graph)
    opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 1)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        module = importer.from_onnx(model.graph, opset)
    _refuse_free_shapes(module)
    return module


def _refuse_free_shapes(module: tvm.IRModule) -> None:
    for block in module["main"].body.blocks:
        for binding in block.bindings:
            for ty in _tensor_types(binding.var.ty):
                try:
                    shape_of(ty)
                except (TypeError, ValueError) as reason:
                    raise Refusal(
                        f"the size of {binding.var.name_hint} ({binding.value.op if hasattr(binding.value, 'op') else 'a value'},"
                        f" shape {ty}) depends on the data; a plan has fixed sizes: leave that part out of the model"
                    ) from reason


def _tensor_types(ty) -> list:
    if isinstance(ty, relax.TupleType):
        return [found for field in ty.fields for found in _tensor_types(field)]
    return [ty] if isinstance(ty, relax.TensorType) else []
