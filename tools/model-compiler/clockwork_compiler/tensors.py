"""Shapes, element types and where a tensor of a plan lives: the vocabulary of all other modules."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

ALIGN = 256
PAGE_BYTES = 16 << 20

ITEM_BYTES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "float16": 2,
    "float32": 4,
    "float64": 8,
}


def aligned(count: int) -> int:
    return -(-count // ALIGN) * ALIGN


@dataclass(frozen=True)
class Signature:
    """A named tensor of one row: no batch dimension. `range` bounds the values of what indexes something."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    range: tuple[int, int] | None = None

    @property
    def bytes(self) -> int:
        return prod(self.shape) * ITEM_BYTES[self.dtype]


@dataclass(frozen=True)
class Tensor:
    """An argument of a kernel: `area` is input, output, weight or value, `index` says which one of these."""

    area: str
    index: int
    shape: tuple[int, ...]
    dtype: str

    @property
    def bytes(self) -> int:
        return prod(self.shape) * ITEM_BYTES[self.dtype]


@dataclass(frozen=True)
class Scalar:
    """An argument that is no tensor: kind i32, i64, f32 or null. Only kernels for GPUs take such."""

    kind: str
    value: int | float | None = None


@dataclass(frozen=True)
class Launch:
    """How a GPU runs a kernel."""

    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    shared_bytes: int


@dataclass(frozen=True)
class Op:
    """One kernel call of a plan. `module` is the place of its code in the target's list of modules."""

    kernel: str
    module: int
    args: tuple[Tensor | Scalar, ...]
    writes: tuple[int, ...]
    launch: Launch | None = None


@dataclass(frozen=True)
class Call:
    """One row of a lowered model: a function of the module, or an external one, and its tensors."""

    function: str
    external: bool
    args: tuple[Tensor, ...]


class Values:
    """Tensors that live only while a model runs, in its workspace."""

    def __init__(self) -> None:
        self.bytes: list[int] = []

    def new(self, shape: tuple[int, ...], dtype: str) -> Tensor:
        tensor = Tensor("value", len(self.bytes), tuple(shape), dtype)
        self.bytes.append(tensor.bytes)
        return tensor
