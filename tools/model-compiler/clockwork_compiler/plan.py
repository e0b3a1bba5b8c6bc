"""The plan: model.json and the files it names, as docs/plan-format.md says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from . import weights as packing
from . import workspace
from .golden import TOLERANCE, Golden
from .targets import Compiled
from .tensors import ALIGN, PAGE_BYTES, Op, Scalar, Signature, Tensor, aligned
from .weights import Weights

FORMAT = "clockwork-model/1"

# Beside the plan, its checksum as sha256sum writes it.
SEAL = "model.json.sha256"


def seal(plan: bytes) -> str:
    return f"{sha256(plan)}  model.json\n"


def files(plan: dict) -> list[tuple[str, int]]:
    """The files that a plan names, and the bytes that each must have at least."""
    named = [(plan[part]["file"], plan[part]["bytes"]) for part in ("weights", "golden")]
    for target in plan["targets"].values():
        named += [
            (module["file"], module["offset"] + module["bytes"]) for module in target["modules"] if module["bytes"]
        ]
    return named


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Model:
    """All that goes into a plan. `targets` are in the order in which they were asked for."""

    name: str
    precision: str
    producer: dict
    inputs: list[Signature]
    outputs: list[Signature]
    weights: Weights
    batches: list[int]
    targets: dict[str, Compiled]
    golden: Golden


def _signature(signature: Signature) -> dict:
    fields = {"name": signature.name, "dtype": signature.dtype, "shape": list(signature.shape)}
    return fields | ({"range": list(signature.range)} if signature.range else {})


def _io_places(batch: int, inputs: list[Signature], outputs: list[Signature]) -> tuple[list[dict], list[dict], int]:
    """Where inputs and outputs lie in the io area, and its size."""
    offset = 0
    places: list[list[dict]] = []
    for signatures in (inputs, outputs):
        places.append([])
        for signature in signatures:
            places[-1].append({"offset": offset, "bytes": batch * signature.bytes})
            offset += aligned(batch * signature.bytes)
    return *places, offset


class _Ops:
    """Ops of one batch size and target, as JSON."""

    def __init__(self, inputs: list[dict], outputs: list[dict], offsets: list[int], with_shapes: bool) -> None:
        self._areas = {
            "input": ("io", [place["offset"] for place in inputs]),
            "output": ("io", [place["offset"] for place in outputs]),
            "value": ("ws", offsets),
        }
        self._with_shapes = with_shapes

    def json(self, op: Op) -> dict:
        row: dict = {"kernel": op.kernel, "module": op.module}
        if op.launch:
            row |= {
                "grid": list(op.launch.grid),
                "block": list(op.launch.block),
                "shared_bytes": op.launch.shared_bytes,
            }
        return row | {"args": [self._arg(arg) for arg in op.args], "writes": list(op.writes)}

    def _arg(self, arg: Tensor | Scalar) -> list:
        if isinstance(arg, Scalar):
            return [arg.kind] if arg.value is None else [arg.kind, arg.value]
        if arg.area == "weight":
            place = ["w", arg.index]
        else:
            area, offsets = self._areas[arg.area]
            place = [area, offsets[arg.index], arg.bytes]
        return place + ([arg.dtype, list(arg.shape)] if self._with_shapes else [])


def _batch(model: Model, batch: int) -> dict:
    inputs, outputs, io_bytes = _io_places(batch, model.inputs, model.outputs)
    targets = {}
    for name, compiled in model.targets.items():
        ops = compiled.ops[batch]
        offsets, workspace_bytes = workspace.place(ops, compiled.values[batch].bytes)
        writer = _Ops(inputs, outputs, offsets, with_shapes=name.startswith("cpu:"))
        targets[name] = {"workspace_bytes": workspace_bytes, "ops": [writer.json(op) for op in ops]}
    return {"batch": batch, "io_bytes": io_bytes, "inputs": inputs, "outputs": outputs, "targets": targets}


def _weights(model: Model, folder: Path) -> dict:
    arrays = model.weights.arrays
    places = packing.pack([array.nbytes for array in arrays])
    data = packing.image(arrays, places)
    (folder / "weights.bin").write_bytes(data)
    tensors = [
        {
            "id": number,
            "name": f"weight {number}",
            "dtype": str(array.dtype),
            "shape": list(array.shape),
            "page": place.page,
            "offset": place.offset,
            "bytes": array.nbytes,
        }
        for number, (array, place) in enumerate(zip(arrays, places))
    ]
    pages = -(-len(data) // PAGE_BYTES)
    return {"file": "weights.bin", "bytes": len(data), "sha256": sha256(data), "pages": pages, "tensors": tensors}


def _modules(compiled: Compiled, folder: Path) -> dict:
    """Modules that share a file follow one another in it."""
    rows = []
    for module in compiled.modules:
        path = folder / module.file
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else b""
        before += bytes(aligned(len(before)) - len(before))
        path.write_bytes(before + module.code)
        rows.append(
            {"file": module.file, "offset": len(before), "bytes": len(module.code), "sha256": sha256(module.code)}
        )
    for source in compiled.sources:
        (folder / source.file).write_bytes(source.code)
    return {"modules": rows}


def _golden(model: Model, folder: Path) -> dict:
    data, inputs, outputs = model.golden.image()
    (folder / "golden.bin").write_bytes(data)
    return {
        "file": "golden.bin",
        "bytes": len(data),
        "sha256": sha256(data),
        "rows": model.golden.rows,
        "source": model.golden.source,
        "tolerance": TOLERANCE[model.precision],
        "inputs": inputs,
        "outputs": outputs,
    }


def write(model: Model, folder: Path) -> None:
    """Into an empty folder."""
    plan = {
        "format": FORMAT,
        "name": model.name,
        "page_bytes": PAGE_BYTES,
        "align": ALIGN,
        "precision": model.precision,
        "producer": model.producer,
        "inputs": [_signature(signature) for signature in model.inputs],
        "outputs": [_signature(signature) for signature in model.outputs],
        "weights": _weights(model, folder),
        "targets": {name: _modules(compiled, folder) for name, compiled in model.targets.items()},
        "batches": [_batch(model, batch) for batch in model.batches],
        "golden": _golden(model, folder),
    }
    (folder / "model.json").write_text(lines(plan) + "\n")


def lines(value, depth: int = 0) -> str:
    """JSON with a line for each thing that has a name of its own: people read plans, and so does diff."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) <= 160 or not isinstance(value, (dict, list)) or not value:
        return flat
    indent = "  " * (depth + 1)
    if isinstance(value, dict):
        inside = [f"{json.dumps(key, ensure_ascii=False)}: {lines(item, depth + 1)}" for key, item in value.items()]
    else:
        inside = [lines(item, depth + 1) for item in value]
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return f"{opening}\n{indent}" + f",\n{indent}".join(inside) + f"\n{'  ' * depth}{closing}"
