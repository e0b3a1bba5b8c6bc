"""Runs a plan's CPU kernels from its folder, as `plan-cpu` does: only what the files say is used."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path

import numpy as np

from .tensors import ALIGN

# Untouched memory has this in it, so that a read of what was never written shows.
POISON = 0xA5
GUARD_BYTES = 4096

TYPE_CODES = {"int": 0, "uint": 1, "float": 2, "bool": 6}


class _DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class _Any(ctypes.Structure):
    _fields_ = [("type_index", ctypes.c_int32), ("zero", ctypes.c_uint32), ("value", ctypes.c_void_p)]


TENSOR_POINTER = 7
CPU = 1


class Area:
    """Aligned memory between two guards."""

    def __init__(self, size: int) -> None:
        self._memory = np.full(size + 2 * GUARD_BYTES + ALIGN, POISON, np.uint8)
        self._start = GUARD_BYTES + -(self._memory.ctypes.data + GUARD_BYTES) % ALIGN
        self.bytes = self._memory[self._start : self._start + size]
        self._size = size

    @property
    def address(self) -> int:
        return self.bytes.ctypes.data

    def poison(self) -> None:
        self.bytes.fill(POISON)

    def is_guarded(self) -> bool:
        """Whether nothing was written beside it."""
        end = self._start + self._size
        return bool((self._memory[: self._start] == POISON).all() and (self._memory[end:] == POISON).all())


class Runner:
    """One batch size of a plan on one CPU target."""

    @staticmethod
    def plan_of(folder: Path) -> dict:
        return json.loads((folder / "model.json").read_text())

    def __init__(self, folder: Path, target: str, batch: int) -> None:
        self.plan = self.plan_of(folder)
        self._batch = next(row for row in self.plan["batches"] if row["batch"] == batch)
        self._rows = self._batch["targets"][target]
        image = np.fromfile(folder / self.plan["weights"]["file"], np.uint8)
        self._weights = Area(image.nbytes)
        self._weights.bytes[:] = image
        self._io = Area(self._batch["io_bytes"])
        self._workspace = Area(self._rows["workspace_bytes"])
        modules = self.plan["targets"][target]["modules"]
        self._libraries = [ctypes.CDLL(str(folder.resolve() / module["file"])) for module in modules]
        self._result = _Any()
        self._kept: list = []
        self._calls = [self._call(op) for op in self._rows["ops"]]

    def _call(self, op: dict):
        function = getattr(self._libraries[op["module"]], op["kernel"])
        function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p]
        function.restype = ctypes.c_int32
        args = (_Any * len(op["args"]))()
        for place, arg in enumerate(op["args"]):
            args[place] = _Any(TENSOR_POINTER, 0, ctypes.addressof(self._tensor(arg)))
        return function, args, len(args), op["kernel"]

    def _tensor(self, arg: list) -> _DLTensor:
        area, where, *_, dtype, extents = arg
        shape = (ctypes.c_int64 * max(1, len(extents)))(*extents)
        kind = dtype.rstrip("0123456789")
        bits = np.dtype(dtype).itemsize * 8
        tensor = _DLTensor(self._address(area, where), CPU, 0, len(extents), TYPE_CODES[kind], bits, 1, shape, None, 0)
        self._kept += [shape, tensor]
        return tensor

    def _address(self, area: str, where: int) -> int:
        if area == "io":
            return self._io.address + where
        if area == "ws":
            return self._workspace.address + where
        tensor = self.plan["weights"]["tensors"][where]
        return self._weights.address + tensor["page"] * self.plan["page_bytes"] + tensor["offset"]

    def set_inputs(self, arrays: list[np.ndarray]) -> None:
        for place, array in zip(self._batch["inputs"], arrays):
            flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            self._io.bytes[place["offset"] : place["offset"] + place["bytes"]] = flat

    def poison(self) -> None:
        """Before a check: the workspace and the outputs of an earlier run must not help this one."""
        self._workspace.poison()
        for place in self._batch["outputs"]:
            self._io.bytes[place["offset"] : place["offset"] + place["bytes"]] = POISON

    def run(self) -> None:
        for function, args, count, name in self._calls:
            code = function(None, args, count, ctypes.byref(self._result))
            if code:
                raise RuntimeError(f"kernel {name} answered {code}")

    def outputs(self) -> list[np.ndarray]:
        results = []
        for place, output in zip(self._batch["outputs"], self.plan["outputs"]):
            data = self._io.bytes[place["offset"] : place["offset"] + place["bytes"]]
            results.append(data.copy().view(output["dtype"]).reshape(self._batch["batch"], *output["shape"]))
        return results

    def is_guarded(self) -> bool:
        return self._io.is_guarded() and self._workspace.is_guarded() and self._weights.is_guarded()

    def calls(self):
        """Each call alone, with its name: for profiles."""
        return [
            (name, lambda f=f, a=a, n=n: f(None, a, n, ctypes.byref(self._result))) for f, a, n, name in self._calls
        ]
