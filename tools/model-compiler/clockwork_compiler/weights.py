"""The weights of a model: each stored once, packed into pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from .tensors import ALIGN, PAGE_BYTES, aligned


@dataclass(frozen=True)
class Place:
    page: int
    offset: int


class Weights:
    """All constants of all batch sizes and targets. Equal ones (bytes, type and shape) get the same id."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self._ids: dict[tuple, int] = {}

    def intern(self, array: np.ndarray) -> int:
        array = np.ascontiguousarray(array).reshape(array.shape)
        key = (array.shape, str(array.dtype), hashlib.sha256(array.tobytes()).digest())
        if key not in self._ids:
            self._ids[key] = len(self.arrays)
            self.arrays.append(array)
        return self._ids[key]


def pack(sizes: list[int], page_bytes: int = PAGE_BYTES) -> list[Place]:
    """Best fit, the largest first. What is larger than a page gets consecutive pages of its own, and leaves the rest
    of its last one to others."""
    places: list[Place] = [Place(0, 0)] * len(sizes)
    filled: list[int] = []
    for tensor in sorted(range(len(sizes)), key=lambda i: (-sizes[i], i)):
        size = aligned(sizes[tensor])
        if size > page_bytes:
            places[tensor] = Place(len(filled), 0)
            whole, rest = divmod(size, page_bytes)
            filled += [page_bytes] * whole + ([rest] if rest else [])
            continue
        fitting = [page for page, used in enumerate(filled) if used + size <= page_bytes]
        page = max(fitting, key=lambda p: (filled[p], -p)) if fitting else len(filled)
        if page == len(filled):
            filled.append(0)
        places[tensor] = Place(page, filled[page])
        filled[page] += size
    return places


def image(arrays: list[np.ndarray], places: list[Place], page_bytes: int = PAGE_BYTES) -> bytes:
    """The file: page i at i × page_bytes, the last page cut after its last tensor."""
    starts = [place.page * page_bytes + place.offset for place in places]
    size = max((aligned(start + array.nbytes) for start, array in zip(starts, arrays)), default=ALIGN)
    data = bytearray(size)
    for start, array in zip(starts, arrays):
        data[start : start + array.nbytes] = array.tobytes()
    return bytes(data)
