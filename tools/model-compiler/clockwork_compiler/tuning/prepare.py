"""Builds, without a GPU, everything that `measure` needs: kernels for all candidates and a list of what to run."""

import json
import shutil
import time
import zlib
from dataclasses import astuple, replace
from pathlib import Path

from ..kernels import tiles
from ..kernels.aot import Binary, compile_kernel
from ..kernels.calls import PREFIX, Attention, Call, Depthwise, Epilogue, Product, parse
from ..kernels.emission import EMITTERS, Emission, Operand, emit_sums
from . import candidates
from .device import compare, fill

BLOCK = 4096
REFERENCE = {
    Product: tiles.ProductTile(32, 32, 16, 1, 4, 3),
    Attention: tiles.AttentionTile(16, 32, 4),
    Depthwise: tiles.DepthwiseTile(16, 16, 4),
}


def calls_of(module) -> list[Call]:
    """The calls of our kernels in a partitioned module."""
    found = []
    for binding in module["main"].body.blocks[0].bindings:
        value = binding.value
        if type(value).__name__ == "Call" and getattr(value.op, "name", "") == "relax.call_dps_packed":
            if (symbol := str(value.args[0].global_symbol)).startswith(PREFIX):
                found.append(parse(symbol))
    return found


def sizes(calls: list[Call]) -> dict[tuple[str, int], Call]:
    """One call for each shape and number of rows, with a plain epilogue, which hardly matters for the choice."""
    distinct = {}
    for call in calls:
        if type(call) not in REFERENCE:
            continue
        if isinstance(call, Product):
            call = replace(call, epilogue=Epilogue(residual=call.epsilon is not None))
        elif isinstance(call, Depthwise):
            call = replace(call, epilogue=Epilogue(bias=True, activation="hard_swish"))
        distinct.setdefault((call.shape, tiles.rows_of(call)), call)
    return distinct


class Preparation:
    """Collects binaries, and groups of candidates that do the same."""

    def __init__(self, folder: Path, architecture: str, seconds: float):
        self.folder = folder
        self.architecture = architecture
        self.ends = time.monotonic() + seconds
        self.kernels = []
        self.places = {}
        self.groups = []
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.file = (folder / "kernels.bin").open("wb")
        self.helpers = [
            self._kernel(compile_kernel(fill, {"BLOCK": BLOCK}, ("elements", "seed"), architecture, 4, 2)),
            self._kernel(compile_kernel(compare, {"BLOCK": BLOCK}, ("elements",), architecture, 4, 2)),
        ]

    def add(self, call: Call, precision: str, sizes=candidates.BROAD) -> bool:
        """Adds all candidates for one call; False when the time for building is over."""
        exact = call
        if not isinstance(call, Depthwise):
            call, exact = replace(call, precision=precision), replace(call, precision="fp32")
        group = {
            "shape": call.shape,
            "rows": tiles.rows_of(call),
            "precision": call.precision,
            **_operands(call),
            "reference": self._emission(exact, REFERENCE[type(call)]),
            "candidates": [],
        }
        for tile in candidates.Size(call, self.architecture, sizes).candidates():
            if time.monotonic() > self.ends:
                return False
            group["candidates"].append({"tile": list(astuple(tile)), **self._emission(call, tile)})
        self.groups.append(group)
        return True

    def close(self) -> None:
        self.file.close()
        manifest = {
            "architecture": self.architecture,
            "block": BLOCK,
            "helpers": self.helpers,
            "kernels": self.kernels,
            "groups": self.groups,
        }
        (self.folder / "manifest.json").write_text(json.dumps(manifest, separators=(",", ":")))
        shutil.copy(Path(__file__).with_name("measure.py"), self.folder)

    def _emission(self, call: Call, tile) -> dict:
        if isinstance(call, Product) and call.epsilon is None and tile.splits == 1:
            # no epilogue: then the kernel that makes parts of a sum makes all of it, and one serves all splits
            sums = emit_sums(call, tile, self.architecture, Operand(1 + call.groups))
            emission = Emission((sums,))
        else:
            emission = EMITTERS[type(call)](call, tile, self.architecture)
        steps = [
            {
                "kernel": self._kernel(step.binary),
                "grid": step.grid,
                "args": [_argument(value) for value in step.arguments],
            }
            for step in emission.steps
        ]
        return {"steps": steps, "scratch": emission.scratch_bytes}

    def _kernel(self, binary: Binary) -> int:
        key = (binary.sha256, binary.threads, binary.shared_bytes)
        if key not in self.places:
            code = zlib.compress(binary.code, 9)
            self.places[key] = len(self.kernels)
            self.kernels.append(
                {
                    "name": binary.kernel, "threads": binary.threads, "shared_bytes": binary.shared_bytes,
                    "offset": self.file.tell(), "bytes": len(code),
                }
            )  # fmt: skip
            self.file.write(code)
        return self.places[key]


def _argument(argument):
    fields = list(astuple(argument)) if astuple(argument) else []
    return [type(argument).__name__.lower(), *fields]


def _operands(call: Call) -> dict:
    """Bytes of each tensor of a call, inputs before the result, and which of them are weights."""
    if isinstance(call, Attention):
        row = call.heads * call.width
        keys = [call.batch * call.keys * row] * 2
        inputs = [3 * call.batch * call.rows * row] if call.packed else [call.batch * call.rows * row, *keys]
        inputs += [call.batch * call.heads * call.rows * call.keys] if call.mask else []
        return {"operands": [4 * size for size in [*inputs, call.batch * call.rows * row]], "weights": []}
    window = call.window
    images = call.rows // (window.out_height * window.out_width)
    x = images * window.height * window.width * window.channels
    if isinstance(call, Depthwise):
        y = call.rows * window.channels
        weights = [window.summed]
        vectors = [window.channels] * call.epilogue.bias
    else:
        y = call.rows * call.columns * call.groups
        weights = [window.summed * call.columns] * call.groups
        vectors = [call.columns] * (call.groups * call.epilogue.bias)
    after = [y] * call.epilogue.residual
    if isinstance(call, Product) and call.epsilon is not None:
        after += [call.columns] * 2
    operands = [x, *weights, *vectors, *after, y]
    return {"operands": [4 * size for size in operands], "weights": list(range(1, 1 + len(weights)))}
