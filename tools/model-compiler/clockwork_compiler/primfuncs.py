"""What is to be known of a kernel in TVM's intermediate language."""

from __future__ import annotations

import tvm
import tvm_ffi
from tvm import tirx

from .extraction import Program
from .lowering import kernels_of


def written(function: tirx.PrimFunc) -> tuple[int, ...]:
    """The positions of the parameters that a kernel writes."""
    stored: list = []
    tvm_ffi.structural_walk(function.body, ((tirx.BufferStore, lambda node: stored.append(node.buffer)),))
    return tuple(
        place for place, parameter in enumerate(function.params) if any(buffer.same_as(parameter) for buffer in stored)
    )


def together(lowered: dict[int, tuple[tvm.IRModule, Program]]) -> tuple[tvm.IRModule, dict[int, dict[str, str]]]:
    """One module with the kernels of all batch sizes, and how each is called in it: batch → name in main → name."""
    functions: dict = {}
    names: dict[int, dict[str, str]] = {}
    for batch, (module, program) in lowered.items():
        kernels = kernels_of(module)
        names[batch] = {}
        for call in program.calls:
            if call.external or call.function in names[batch]:
                continue
            name = f"b{batch}_{len(names[batch])}_{call.function}"[:MOST_LETTERS]
            names[batch][call.function] = name
            functions[tvm.ir.GlobalVar(name)] = kernels[call.function].with_attr("global_symbol", name)
    return tvm.IRModule(functions), names


# Names of fused kernels tell all that they do. This much says enough.
MOST_LETTERS = 40
