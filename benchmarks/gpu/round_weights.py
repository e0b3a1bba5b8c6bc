"""Rounds an ONNX file's weights, kept as float32, so that they compress well: round_weights.py IN.onnx OUT.onnx [BITS]

BITS significant ones are kept, 8 (bfloat16, half the size) unless given; 3 make a quarter of the size. A model travels to a GPU machine that takes few bytes; what is checked there are kernels, and any weights do for that. Batch
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


def rounded(values, kept):
    """To the nearest number with so many significant bits, of which a float32 has 24 and writes down 23; ties go to even."""
    dropped = numpy.uint32(24 - kept)
    bits = values.view(numpy.uint32)
    half = numpy.uint32((1 << (24 - kept - 1)) - 1)
    return ((bits + half + ((bits >> dropped) & 1)) >> dropped << dropped).astype(numpy.uint32).view(numpy.float32)


def main(source, target, kept="8"):
    model = folded(source)
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == numpy.float32 and values.size > SMALL:
            tensor.CopyFrom(onnx.numpy_helper.from_array(rounded(values.copy(), int(kept)), tensor.name))
    onnx.save(model, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
