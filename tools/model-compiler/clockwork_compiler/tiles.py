"""How large a piece of a result is computed at once, so that it stays in the registers of a processor."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod


@dataclass(frozen=True)
class Machine:
    """What a level of x86-64 has: floats in a vector register, and how many of these. Two multiply-adds and two loads
    begin in each cycle, a multiply-add takes four."""

    lanes: int
    registers: int


MACHINES = {"x86-64-v4": Machine(16, 32), "x86-64-v3": Machine(8, 16), "x86-64": Machine(4, 16)}


def divisors(number: int) -> list[int]:
    return [candidate for candidate in range(1, number + 1) if number % candidate == 0]


def vector_length(extent: int, lanes: int) -> int:
    """The longest vector that divides an extent: powers of two alone, all else is taken apart element by element."""
    length = 1
    while length < lanes and extent % (2 * length) == 0:
        length *= 2
    return length


@dataclass(frozen=True)
class Tile:
    """`rows` are factors of the row axes; the vector axis has `columns` vectors of `length`."""

    rows: tuple[int, ...]
    columns: int
    length: int


def best_tile(machine: Machine, row_extents: list[int], width_extent: int) -> Tile:
    """The tile with the fewest cycles for a multiply-add; among equals the one that loads least, then the smallest."""
    length = vector_length(width_extent, machine.lanes)
    candidates = []
    for rows in _row_factors(row_extents, machine.registers):
        for columns in divisors(width_extent // length):
            count = prod(rows)
            if count * columns + columns + 1 > machine.registers:
                continue
            cycles = max(count * columns / 2, (count + columns) / 2, 4) / (count * columns)
            loads = (count + columns) / (count * columns)
            candidates.append((round(cycles, 6), round(loads, 6), count, columns, rows))
    _, _, _, columns, rows = min(candidates)
    return Tile(rows, columns, length)


def _row_factors(extents: list[int], most: int) -> list[tuple[int, ...]]:
    factors: list[tuple[int, ...]] = [()]
    for extent in extents:
        factors = [
            (*before, factor) for before in factors for factor in divisors(extent) if prod(before) * factor <= most
        ]
    return factors
