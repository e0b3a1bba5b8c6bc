"""Models small enough to be compiled in a test."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WORDS, WIDTH, LENGTH = 50, 16, 6


def model(nodes, inputs, outputs, weights=()) -> onnx.ModelProto:
    """Inputs and outputs are (name, element type, shape)."""
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(*value) for value in inputs],
        [helper.make_tensor_value_info(*value) for value in outputs],
        [numpy_helper.from_array(array, name) for name, array in weights],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    return made


def sentences() -> onnx.ModelProto:
    """Looks words up, multiplies, normalises: an index, a free length, two outputs."""
    random = np.random.RandomState(7)
    weights = [
        ("table", random.standard_normal((WORDS, WIDTH)).astype(np.float32)),
        ("weight", random.standard_normal((WIDTH, 8)).astype(np.float32)),
        ("bias", random.standard_normal(8).astype(np.float32)),
    ]
    nodes = [
        helper.make_node("Gather", ["table", "words"], ["rows"], name="look-up"),
        helper.make_node("MatMul", ["rows", "weight"], ["product"], name="product"),
        helper.make_node("Add", ["product", "bias"], ["scores"], name="bias"),
        helper.make_node("Softmax", ["scores"], ["shares"], axis=-1, name="softmax"),
    ]
    shape = ["batch", "length", 8]
    return model(
        nodes,
        [("words", TensorProto.INT64, ["batch", "length"])],
        [("scores", TensorProto.FLOAT, shape), ("shares", TensorProto.FLOAT, shape)],
        weights,
    )


def pictures(size: int = 12) -> onnx.ModelProto:
    """Convolutions of all kinds, as mobile nets have them: ordinary, depthwise, by one, with HardSwish."""
    random = np.random.RandomState(8)

    def weight(name: str, *shape: int):
        return name, (random.standard_normal(shape) * 0.3).astype(np.float32)

    weights = [weight("w0", 8, 3, 3, 3), weight("w1", 8, 1, 3, 3), weight("w2", 24, 8, 1, 1), weight("b2", 24)]
    nodes = [
        helper.make_node("Conv", ["x", "w0"], ["c0"], pads=[1, 1, 1, 1], strides=[2, 2], name="conv0"),
        helper.make_node("Relu", ["c0"], ["r0"], name="relu"),
        helper.make_node("Conv", ["r0", "w1"], ["c1"], pads=[1, 1, 1, 1], group=8, name="depthwise"),
        helper.make_node("HardSigmoid", ["c1"], ["g1"], alpha=1 / 6, beta=0.5, name="gate"),
        helper.make_node("Mul", ["c1", "g1"], ["h1"], name="swish"),
        helper.make_node("Conv", ["h1", "w2", "b2"], ["c2"], name="pointwise"),
        helper.make_node("GlobalAveragePool", ["c2"], ["mean"], name="mean"),
        helper.make_node("Flatten", ["mean"], ["y"], name="flat"),
    ]
    return model(
        nodes, [("x", TensorProto.FLOAT, ["batch", 3, size, size])], [("y", TensorProto.FLOAT, ["batch", 24])], weights
    )


def doing(
    op: str, outputs=(("y", TensorProto.FLOAT, None),), inputs=("x",), weights=(), **attributes
) -> onnx.ModelProto:
    """One op behind a Relu."""
    nodes = [
        helper.make_node("Relu", ["x"], ["positive"], name="first"),
        helper.make_node(op, ["positive", *inputs[1:]], [name for name, *_ in outputs], name="the op", **attributes),
    ]
    return model(nodes, [("x", TensorProto.FLOAT, ["batch", 4, 4])], outputs, weights)


class Folder:
    """A folder that goes when the test ends."""

    def __init__(self, test) -> None:
        temporary = tempfile.TemporaryDirectory()
        test.addCleanup(temporary.cleanup)
        self.path = Path(temporary.name)

    def save(self, made: onnx.ModelProto, name: str = "tiny.onnx") -> Path:
        onnx.save(made, self.path / name)
        return self.path / name
