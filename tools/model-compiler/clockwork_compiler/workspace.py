"""Where the intermediate tensors of a run lie: two that live at the same time never overlap."""

from __future__ import annotations

from .tensors import Op, Tensor, aligned


def lifetimes(ops: list[Op], count: int) -> list[tuple[int, int] | None]:
    """The first and the last op that touch each value; None for one that no op touches."""
    spans: list[tuple[int, int] | None] = [None] * count
    for place, op in enumerate(ops):
        for arg in op.args:
            if isinstance(arg, Tensor) and arg.area == "value":
                span = spans[arg.index]
                spans[arg.index] = (span[0] if span else place, place)
    return spans


def place(ops: list[Op], value_bytes: list[int]) -> tuple[list[int], int]:
    """The offset of each value and the bytes of the whole: the largest first, each in the lowest gap it fits."""
    spans = lifetimes(ops, len(value_bytes))
    offsets = [0] * len(value_bytes)
    placed: list[int] = []
    order = sorted((i for i, span in enumerate(spans) if span), key=lambda i: (-value_bytes[i], i))
    for value in order:
        first, last = spans[value]
        offset = 0
        for other in sorted(placed, key=lambda i: (offsets[i], i)):
            begin, end = spans[other]
            if end < first or begin > last:
                continue
            if offset + value_bytes[value] <= offsets[other]:
                break
            offset = max(offset, aligned(offsets[other] + value_bytes[other]))
        offsets[value] = offset
        placed.append(value)
    return offsets, max((aligned(offsets[i] + value_bytes[i]) for i in placed), default=0)
