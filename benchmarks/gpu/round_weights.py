"""Rounds an ONNX file's weights to bfloat16, kept as float32, so that they compress to half: round_weights.py IN.onnx OUT.onnx

A model travels to a GPU machine that takes few bytes; what is checked there are kernels, and any weights do for that. Batch
normalisation is folded first, since it would put the low bits back."""

import os
import sys
import tempfile

import numpy
import onnx
import onnxruntime

SMALL = 1024


def folded(path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    with tempfile.TemporaryDirectory() as folder:
        options.optimized_model_filepath = os.path.join(folder, "folded.onnx")
        onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return onnx.load(options.optimized_model_filepath)


def rounded(values):
    bits = values.view(numpy.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).astype(numpy.uint32).view(numpy.float32)


def main(source, target):
    model = folded(source)
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == numpy.float32 and values.size > SMALL:
            tensor.CopyFrom(onnx.numpy_helper.from_array(rounded(values.copy()), tensor.name))
    onnx.save(model, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
