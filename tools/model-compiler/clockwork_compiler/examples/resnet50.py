"""ResNet-50 (v1.5) with random weights from a seed: its figures are right for times, its answers mean nothing."""

from __future__ import annotations

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SEED = 50
STAGES = [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]


class _Graph:
    """Nodes and weights in the order in which they are added."""

    def __init__(self) -> None:
        self._random = np.random.RandomState(SEED)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, *shape: int, scale: float) -> str:
        name = f"w{len(self.weights)}"
        values = self._random.standard_normal(shape).astype(np.float32) * np.float32(scale)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def add(self, op: str, *inputs: str, **attributes) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def conv(self, x: str, inputs: int, outputs: int, size: int, stride: int, gain: float = 1.0) -> str:
        weight = self.weight(outputs, inputs, size, size, scale=gain * (2 / (inputs * size * size)) ** 0.5)
        bias = self.weight(outputs, scale=0.01)
        pads = [size // 2] * 4
        return self.add("Conv", x, weight, bias, kernel_shape=[size, size], strides=[stride, stride], pads=pads)

    def block(self, x: str, inputs: int, width: int, stride: int) -> str:
        y = self.add("Relu", self.conv(x, inputs, width, 1, 1))
        y = self.add("Relu", self.conv(y, width, width, 3, stride))
        # A branch adds little, so that values keep their size through all blocks.
        y = self.conv(y, width, 4 * width, 1, 1, gain=0.3)
        shortcut = x if inputs == 4 * width else self.conv(x, inputs, 4 * width, 1, stride, gain=0.7)
        return self.add("Relu", self.add("Add", y, shortcut))


def model() -> onnx.ModelProto:
    graph = _Graph()
    x = graph.add("Relu", graph.conv("image", 3, 64, 7, 2))
    x = graph.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    channels = 64
    for width, blocks, stride in STAGES:
        for block in range(blocks):
            x = graph.block(x, channels, width, stride if block == 0 else 1)
            channels = 4 * width
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    weight = graph.weight(channels, 1000, scale=channels**-0.5)
    graph.nodes.append(helper.make_node("Gemm", [x, weight, graph.weight(1000, scale=0.01)], ["scores"], name="scores"))
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 224, 224])]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 1000])]
    made = helper.make_model(
        helper.make_graph(graph.nodes, "resnet50", inputs, outputs, graph.weights),
        opset_imports=[helper.make_opsetid("", 13)],
        producer_name="clockwork",
    )
    made.ir_version = 8
    return made


if __name__ == "__main__":
    onnx.save(model(), sys.argv[1])
    print(sys.argv[1])
