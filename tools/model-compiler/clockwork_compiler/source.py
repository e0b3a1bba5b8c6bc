"""The ONNX file: what it takes and gives, and the file as it is at one batch size, optimised."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from .refusal import Refusal
from .tensors import ITEM_BYTES, Signature

# Fusions of ONNX Runtime whose results TVM's importer doesn't know, or would lower as one opaque block.
DISABLED_FUSIONS = [
    "MatMulAddFusion",
    "MatMulScaleFusion",
    "SkipLayerNormFusion",
    "BiasGeluFusion",
    "ConvActivationFusion",
    "ConvAddActivationFusion",
    "QuickGeluFusion",
    "FastGeluFusion",
    "SimplifiedLayerNormFusion",
    "GeluFusion",
    "GeluFusionL1",
    "GeluFusionL2",
]

DEFAULT_SEQUENCE_LENGTH = 64

LARGEST = (2 << 30) - 1

# Ops that hand the values of their first input on, so that what indexes behind them is what came in before them.
PASSING_ON = {"Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Slice"}


def session_options() -> onnxruntime.SessionOptions:
    """One thread: results don't depend on how many cores the machine has."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return options


def session(model: bytes | str, options: onnxruntime.SessionOptions | None = None, **more):
    return onnxruntime.InferenceSession(model, options or session_options(), providers=["CPUExecutionProvider"], **more)


def _dtype(value: onnx.ValueInfoProto) -> str:
    dtype = str(np.dtype(onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)))
    if dtype not in ITEM_BYTES:
        raise Refusal(f"{value.name} has elements of type {dtype}; plans know {', '.join(ITEM_BYTES)}")
    return dtype


class Source:
    """One ONNX file with every dimension but the batch settled."""

    def __init__(
        self,
        path: Path,
        shapes: dict[str, tuple[int, ...]] | None = None,
        sequence_length: int | None = None,
    ) -> None:
        self.path = path
        try:
            data = path.read_bytes()
        except OSError as reason:
            raise Refusal(f"{path} can't be read: {reason.strerror}") from reason
        if len(data) > LARGEST:
            raise Refusal(f"{path} has {len(data)} bytes; ONNX Runtime takes files up to 2 GB")
        self.sha256 = hashlib.sha256(data).hexdigest()
        try:
            self._model = onnx.load_model_from_string(data)
        except Exception as reason:
            raise Refusal(f"{path} is no ONNX file: {reason}") from reason
        if any(tensor.external_data for tensor in self._model.graph.initializer):
            raise Refusal(f"{path} keeps weights in other files; write it as one file with onnx.save_model")
        self._shapes = shapes or {}
        self._sequence_length = sequence_length
        constants = {tensor.name for tensor in self._model.graph.initializer}
        self._values = [value for value in self._model.graph.input if value.name not in constants]
        self._refuse_unknown_names()
        self.inputs = [Signature(v.name, _dtype(v), self._row_shape(v)) for v in self._values]
        self.output_names = [value.name for value in self._model.graph.output]

    def _refuse_unknown_names(self) -> None:
        names = [value.name for value in self._values]
        for name in self._shapes:
            if name not in names:
                raise Refusal(f"a shape was given for input {name}, but the model's inputs are {', '.join(names)}")

    def _row_shape(self, value: onnx.ValueInfoProto) -> tuple[int, ...]:
        """The shape without the batch. What is free is settled by the caller, or is a sequence."""
        declared = [d.dim_value or d.dim_param or "?" for d in value.type.tensor_type.shape.dim]
        if not declared:
            raise Refusal(f"input {value.name} has no batch dimension")
        row = declared[1:]
        if value.name in self._shapes:
            return self._given_shape(value.name, row)
        free = [place for place, extent in enumerate(row) if not (isinstance(extent, int) and extent > 0)]
        if free == [0] and len(row) <= 2:
            row[0] = self._sequence_length or DEFAULT_SEQUENCE_LENGTH
        elif free:
            shown = "x".join(str(extent) for extent in row)
            raise Refusal(
                f"input {value.name} is free in more than its batch ({shown}): say --shape {value.name}=…, for example"
                f" --shape {value.name}={'x'.join(str(e if isinstance(e, int) and e > 0 else 64) for e in row)}"
            )
        return tuple(row)

    def _given_shape(self, name: str, declared: list) -> tuple[int, ...]:
        given = self._shapes[name]
        fits = len(given) == len(declared) and all(
            not isinstance(d, int) or d <= 0 or d == g for d, g in zip(declared, given)
        )
        if not fits:
            raise Refusal(
                f"input {name} was given the shape {'x'.join(map(str, given))},"
                f" the model says {'x'.join(map(str, declared))} (without the batch)"
            )
        return tuple(given)

    def fixed(self, batch: int) -> onnx.ModelProto:
        """The file with its batch dimension set."""
        model = onnx.ModelProto()
        model.CopyFrom(self._model)
        rows = {signature.name: signature.shape for signature in self.inputs}
        for value in model.graph.input:
            if value.name in rows:
                del value.type.tensor_type.shape.dim[:]
                for extent in (batch, *rows[value.name]):
                    value.type.tensor_type.shape.dim.add().dim_value = extent
        for value in model.graph.output:
            value.type.tensor_type.ClearField("shape")
        del model.graph.value_info[:]
        return model

    def reference(self, batch: int):
        """What computes the right results: ONNX Runtime on the file itself."""
        return session(self.fixed(batch).SerializeToString())

    def optimised(self, batch: int) -> onnx.ModelProto:
        """The file with constants folded and batch normalisations fused. Without this, half of all real files keep
        shapes that are computed at run time."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "model.onnx"
            options = session_options()
            options.optimized_model_filepath = str(target)
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
            try:
                session(self.fixed(batch).SerializeToString(), options, disabled_optimizers=DISABLED_FUSIONS)
            except Exception as reason:
                raise Refusal(
                    f"ONNX Runtime refuses the model at batch size {batch}: {reason}. If it runs at batch size 1, its"
                    " graph has the 1 built in: export it with a free batch dimension"
                ) from reason
            model = onnx.load(target)
        for place, node in enumerate(model.graph.node):
            node.name = node.name or f"number {place}"
        return model

    def with_ranges(self, optimised: onnx.ModelProto) -> list[Signature]:
        """The inputs, with the range of those that index a table of the model."""
        ranges = index_ranges(optimised)
        return [replace(signature, range=ranges.get(signature.name)) for signature in self.inputs]


def index_ranges(model: onnx.ModelProto) -> dict[str, tuple[int, int]]:
    """For each input that a Gather takes as its indices: the first and last row that the table has."""
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    origin = {value.name: value.name for value in model.graph.input}
    ranges: dict[str, tuple[int, int]] = {}
    for node in model.graph.node:
        if node.op_type in PASSING_ON and node.input[0] in origin:
            origin[node.output[0]] = origin[node.input[0]]
        if node.op_type == "Gather" and node.input[1] in origin and node.input[0] in shapes:
            axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 0)
            last = shapes[node.input[0]][axis] - 1
            name = origin[node.input[1]]
            ranges[name] = (0, min(last, ranges.get(name, (0, last))[1]))
    return ranges
