"""Inputs with the outputs that ONNX Runtime gives for them: what a device must reproduce before it serves a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .refusal import Refusal
from .source import Source
from .tensors import Signature, aligned

SEED = 20_201_104  # the day Clockwork was presented
DEFAULT_ROWS = 5

# Largest difference from the reference, as a part of the largest reference value.
TOLERANCE = {"fp32": 1e-3, "tf32x3": 1e-3, "bf16x3": 1e-3, "tf32": 1e-2, "fp16": 1e-2}


@dataclass
class Golden:
    """`inputs` and `outputs` have `rows` rows each."""

    rows: int
    source: str
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]

    def batch(self, arrays: list[np.ndarray], batch: int) -> list[np.ndarray]:
        """Row i of a batch is golden row i mod rows."""
        return [array[np.arange(batch) % self.rows] for array in arrays]

    def image(self) -> tuple[bytes, list[dict], list[dict]]:
        """The file, and where inputs and outputs are in it."""
        data = bytearray()
        places: list[list[dict]] = []
        for arrays in (self.inputs, self.outputs):
            places.append([])
            for array in arrays:
                places[-1].append({"offset": len(data), "bytes": array.nbytes})
                data += array.tobytes()
                data += bytes(aligned(len(data)) - len(data))
        return bytes(data), *places


def _random(signature: Signature, rows: int, random: np.random.RandomState) -> np.ndarray:
    """Floats from -1 to 1. What indexes takes any row of its table; other integers are taken for masks, of which
    every second row ends early."""
    shape = (rows, *signature.shape)
    if signature.range is not None:
        low, high = signature.range
        return random.randint(low, high + 1, shape, dtype=np.int64).astype(signature.dtype)
    if signature.dtype.startswith("float"):
        return random.uniform(-1, 1, shape).astype(signature.dtype)
    mask = np.ones(shape, signature.dtype)
    if signature.shape:
        mask[1::2, ..., -(signature.shape[-1] // 4) or mask.shape[-1] :] = 0
    return mask


def _from_file(path: Path, signatures: list[Signature], rows: int) -> list[np.ndarray]:
    try:
        given = np.load(path, allow_pickle=False)
        given = {name: given[name] for name in given.files}
    except Exception as reason:
        raise Refusal(f"--inputs {path} is no file of NumPy arrays (numpy.savez): {reason}") from reason
    arrays = []
    for signature in signatures:
        if signature.name not in given:
            raise Refusal(f"--inputs {path} has {', '.join(given) or 'nothing'}, but no {signature.name}")
        array = given[signature.name]
        if array.shape[1:] != signature.shape or str(array.dtype) != signature.dtype or not len(array):
            raise Refusal(
                f"--inputs {path}: {signature.name} is {array.dtype} {list(array.shape)}, the model takes"
                f" {signature.dtype} [rows, {', '.join(map(str, signature.shape))}]"
            )
        if signature.range and not (array.min() >= signature.range[0] and array.max() <= signature.range[1]):
            raise Refusal(f"--inputs {path}: {signature.name} has values outside {list(signature.range)}")
        arrays.append(array)
    counts = {len(array) for array in arrays}
    if len(counts) > 1:
        raise Refusal(f"--inputs {path}: the inputs have different numbers of rows, {sorted(counts)}")
    return [np.ascontiguousarray(array[:rows]) for array in arrays]


def make(source: Source, signatures: list[Signature], inputs: Path | None, rows: int = DEFAULT_ROWS) -> Golden:
    if inputs:
        arrays = _from_file(inputs, signatures, rows)
        origin = f"file {inputs.name}"
    else:
        random = np.random.RandomState(SEED)
        arrays = [_random(signature, rows, random) for signature in signatures]
        origin = f"random, seed {SEED}"
    count = len(arrays[0])
    feeds = {signature.name: array for signature, array in zip(signatures, arrays)}
    outputs = source.reference(count).run(None, feeds)
    for name, output in zip(source.output_names, outputs):
        if output.dtype.kind == "f" and not np.isfinite(output).all():
            raise Refusal(
                f"ONNX Runtime's output {name} has values that are no numbers for inputs from {origin}:"
                " give real inputs with --inputs FILE.npz"
            )
    return Golden(count, origin, arrays, [np.ascontiguousarray(output) for output in outputs])


def deviation(result: np.ndarray, reference: np.ndarray) -> float:
    """The largest difference as a part of the largest reference value; infinite for integers that differ."""
    if result.dtype.kind != "f":
        return 0.0 if np.array_equal(result, reference) else float("inf")
    if not np.isfinite(result).all():
        return float("inf")
    largest = float(np.abs(reference).max()) or 1.0
    return float(np.abs(result.astype(np.float64) - reference.astype(np.float64)).max()) / largest
