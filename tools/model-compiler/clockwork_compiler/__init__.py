"""Compiles ONNX models into plans for Clockwork workers."""
