"""Which kernels a function launches, how, and with what: read from the host's half of what TVM builds."""

from __future__ import annotations

from dataclasses import dataclass

import tvm
import tvm_ffi
from tvm import tirx

from .primfuncs import written
from .refusal import Refusal
from .tensors import Launch


@tvm.instrument.pass_instrument
class Halves:
    """Keeps the module as it is when each function has just been split into host and kernels."""

    def __init__(self) -> None:
        self.module: tvm.IRModule | None = None

    def run_after_pass(self, module: tvm.IRModule, info) -> None:
        if info.name == "tirx.SplitHostDevice":
            self.module = module


@dataclass(frozen=True)
class Temporary:
    """Memory that one kernel of a function hands to the next."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class Row:
    """One launch. An argument is the position of a parameter of the function, or a temporary."""

    kernel: str
    args: tuple[int | Temporary, ...]
    writes: tuple[int, ...]
    launch: Launch


def _int(value) -> int:
    return int(getattr(value, "value", value))


def _launch(tags: list[str], extents: list[int]) -> Launch:
    grid, block, shared = [1, 1, 1], [1, 1, 1], 0
    for tag, extent in zip(tags, extents, strict=True):
        if tag.startswith("blockIdx."):
            grid["xyz".index(tag[-1])] = extent
        elif tag.startswith("threadIdx."):
            block["xyz".index(tag[-1])] = extent
        else:
            shared = extent
    return Launch(tuple(grid), tuple(block), shared)


class _Host:
    """The host's half of one function."""

    def __init__(self, function: tirx.PrimFunc, kernels: dict[str, tirx.PrimFunc]) -> None:
        self._function = function
        self._kernels = kernels
        self._views: list[tuple] = []
        self._temporaries: list[tuple] = []
        self.rows: list[Row] = []
        tvm_ffi.structural_walk(
            function.body,
            (
                (tirx.stmt.DeclBuffer, lambda node: self._views.append((node.buffer, node.data))),
                (tirx.stmt.AllocBuffer, self._allocated),
            ),
        )
        tvm_ffi.structural_walk(function.body, ((tvm.ir.Call, self._called),))

    def _allocated(self, node) -> None:
        buffer = node.buffer
        shape = tuple(_int(extent) for extent in buffer.ty.shape)
        self._temporaries.append((buffer, Temporary(str(buffer.name), shape, str(buffer.ty.dtype))))

    def _source(self, expr) -> int | Temporary:
        """A parameter or temporary, through any number of views."""
        at = expr.args[0] if isinstance(expr, tvm.ir.Call) else expr
        while True:
            for place, parameter in enumerate(self._function.params):
                if at.same_as(parameter):
                    return place
            for buffer, temporary in self._temporaries:
                if at.same_as(buffer):
                    return temporary
            data = next(data for buffer, data in self._views if buffer.same_as(at))
            at = data.args[0] if isinstance(data, tvm.ir.Call) else data

    def _called(self, call) -> None:
        if not isinstance(call.op, tvm.ir.Op) or call.op.name != "tirx.call_ffi_kernel":
            return
        name = str(call.args[0].value)
        kernel = self._kernels[name]
        count = len(kernel.params)
        tags = [str(tag) for tag in call.attrs.launch_params]
        cooperative = [tag for tag in tags if tag.startswith("tirx.use_") and "dyn" not in tag]
        if cooperative:
            raise Refusal(f"kernel {name} needs {', '.join(cooperative)}, which plans don't know")
        self.rows.append(
            Row(
                kernel=name,
                args=tuple(self._source(arg) for arg in call.args[1 : 1 + count]),
                writes=_written_pointers(kernel),
                launch=_launch(tags, [_int(extent) for extent in call.args[1 + count :]]),
            )
        )


def _written_pointers(kernel: tirx.PrimFunc) -> tuple[int, ...]:
    """The positions of the pointers through which a kernel writes."""
    views: list[tuple] = []
    stored: list = []
    tvm_ffi.structural_walk(
        kernel.body,
        (
            (tirx.stmt.DeclBuffer, lambda node: views.append((node.buffer, node.data))),
            (tirx.BufferStore, lambda node: stored.append(node.buffer)),
        ),
    )
    targets = [data for buffer, data in views if any(buffer.same_as(store) for store in stored)]
    pointers = [data.args[0] if isinstance(data, tvm.ir.Call) else data for data in targets]
    direct = set(written(kernel))
    return tuple(
        place
        for place, parameter in enumerate(kernel.params)
        if place in direct or any(pointer.same_as(parameter) for pointer in pointers)
    )


def read(halves: tvm.IRModule) -> dict[str, list[Row]]:
    """For each function, the launches it makes in order."""
    hosts: dict[str, tirx.PrimFunc] = {}
    kernels: dict[str, tirx.PrimFunc] = {}
    for variable, function in halves.functions_items():
        is_kernel = function.attrs.get("tirx.kernel_launch_params") is not None
        (kernels if is_kernel else hosts)[variable.name_hint] = function
    return {name: _Host(function, kernels).rows for name, function in hosts.items()}
