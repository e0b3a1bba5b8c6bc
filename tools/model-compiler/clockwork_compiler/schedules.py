"""Schedules for CPUs: results are computed in tiles that stay in registers, along the channels in vectors.

TVM's own schedules for CPUs are about a hundred times slower than ONNX Runtime, these about as fast."""

from __future__ import annotations

import tvm
import tvm_ffi
from tvm import s_tir, tirx
from tvm.s_tir.dlight.analysis import normalize_prim_func

from .tiles import Machine, best_tile, vector_length

# Of the second-level cache of one core, what the input of a tile may fill.
CACHE_BYTES = 768 << 10

# What TVM raises where a step of a schedule isn't allowed; all of its errors are these.
Unschedulable = (s_tir.ScheduleError, RuntimeError, ValueError, IndexError)


def apply(machine: Machine, unrolled: bool = True):
    """A pass that schedules what it can; the rest runs as written, which is right but slow. Loops that are not unrolled
    are left to a C compiler."""

    @tvm.transform.module_pass(opt_level=0, name="CpuSchedules")
    def schedule(module: tvm.IRModule, _context) -> tvm.IRModule:
        for variable, function in module.functions_items():
            if isinstance(function, tirx.PrimFunc):
                module.update_func(variable, scheduled(function, machine, unrolled))
        return module

    return schedule


def scheduled(function: tirx.PrimFunc, machine: Machine, unrolled: bool = True) -> tirx.PrimFunc:
    for rule in (_reduction, _elementwise):
        schedule = s_tir.Schedule(function)
        try:
            if rule(schedule, machine, unrolled):
                return schedule.mod["main"].with_attrs(function.attrs)
        except Unschedulable:
            continue
    return function


def _name(schedule, block) -> str:
    return schedule.get(block.block_rv).name_hint


def _extent(it) -> int:
    return int(getattr(it.dom, "value", it.dom))


def _uses(region, variable) -> bool:
    """Whether an index of what is read depends on a loop variable."""
    found: list = []

    def look(node) -> None:
        if node.same_as(variable):
            found.append(node)

    for extent in region.region:
        tvm_ffi.structural_walk(extent.min, ((type(variable), look),))
    return bool(found)


class _Reduction:
    """A function with one reduction: what pads its input, the block itself, and at most one block after it."""

    def __init__(self, schedule: s_tir.Schedule) -> None:
        self.schedule = schedule
        blocks = normalize_prim_func(schedule) or []
        reductions = [block for block in blocks if block.is_reduction()]
        self.is_one = len(reductions) == 1
        if not self.is_one:
            return
        self.name = _name(schedule, reductions[0])
        self._inline([_name(schedule, block) for block in blocks])
        names = [_name(schedule, block) for block in normalize_prim_func(schedule)]
        at = names.index(self.name)
        self.pads, self.after = names[:at], names[at + 1 :]
        self.is_one = len(self.after) <= 1
        self.kinds = [it.kind for it in reductions[0].iters]
        self.extents = [_extent(it) for it in reductions[0].iters]

    def _inline(self, names: list[str]) -> None:
        """Everything but the reduction, its padding and the last block becomes part of what comes after it."""
        for name in names:
            if name == self.name or self._pads(name):
                continue
            try:
                self.schedule.compute_inline(self.schedule.get_sblock(name))
            except Unschedulable:
                continue  # the last block, which writes the result

    def _pads(self, name: str) -> bool:
        """Whether a block before the reduction really pads: TVM writes one for every convolution."""
        found: list = []

        def look(node) -> None:
            if isinstance(node.op, tvm.ir.Op) and node.op.name == "prim.if_then_else":
                found.append(node)

        block = self.schedule.get(self.schedule.get_sblock(name))
        tvm_ffi.structural_walk(block.body, ((tvm.ir.Call, look),))
        return name.startswith("pad") and bool(found)

    @property
    def spatial(self) -> list[int]:
        return [place for place, kind in enumerate(self.kinds) if kind == "S"]

    @property
    def summed(self) -> list[int]:
        return [place for place, kind in enumerate(self.kinds) if kind != "S"]

    def row_axes(self, vector: int) -> list[int]:
        """The axes that some operand which has the vector axis doesn't have: along these it is used again."""
        block = self.schedule.get(self.schedule.get_sblock(self.name))
        variables = [it.var for it in block.iter_vars]
        operands = [read for read in block.reads if not read.source.same_as(block.writes[0].source)]
        holders = [read for read in operands if _uses(read, variables[vector])]
        return [
            axis
            for axis in self.spatial
            if axis != vector
            and self.extents[axis] > 1
            and (len(operands) < 2 or any(not _uses(read, variables[axis]) for read in holders))
        ]

    def rows_in_cache(self, rows: list[int]) -> list[int]:
        """The last of the row axes whose part of the input is small enough to be read from the cache again and again,
        once for each column of tiles."""
        floats = self.extents[self.summed[-1]]
        near: list[int] = []
        for axis in reversed(rows):
            floats *= self.extents[axis]
            if near and 4 * floats > CACHE_BYTES:
                break
            near.insert(0, axis)
        return near


def _reduction(schedule: s_tir.Schedule, machine: Machine, unrolled: bool) -> bool:
    """Matrix products, convolutions of all kinds, pooling, means over rows."""
    function = _Reduction(schedule)
    if not function.is_one:
        return False
    wide = [axis for axis in function.spatial if function.extents[axis] > 1]
    if not wide or wide[-1] < max(function.spatial):
        return False
    vector = wide[-1]
    rows = function.row_axes(vector)[-2:]
    tile = best_tile(machine, [function.extents[axis] for axis in rows], function.extents[vector])

    block = schedule.get_sblock(function.name)
    loops = schedule.get_loops(block)
    vector_outer, column, lane = schedule.split(loops[vector], [None, tile.columns, tile.length])
    splits = {axis: schedule.split(loops[axis], [None, factor]) for axis, factor in zip(rows, tile.rows)}
    others = [loops[axis] for axis in function.spatial if axis != vector and axis not in rows]
    near = function.rows_in_cache(rows)
    outer = [
        *others,
        *(splits[axis][0] for axis in rows if axis not in near),
        vector_outer,
        *(splits[axis][0] for axis in near),
    ]
    summed = [loops[axis] for axis in function.summed]
    inner = [splits[axis][1] for axis in rows]
    schedule.reorder(*outer, *summed, *inner, column, lane)

    if function.after:
        after = schedule.get_sblock(function.after[0])
        schedule.reverse_compute_at(after, outer[-1])
        schedule.set_scope(block, 0, "local")
    else:
        after = schedule.cache_write(block, 0, "local")
        schedule.reverse_compute_at(after, outer[-1])
    _, written = schedule.split(schedule.get_loops(after)[-1], [None, tile.length])
    schedule.vectorize(written)
    schedule.vectorize(lane)
    for loop in (*inner, column) if unrolled else ():
        schedule.unroll(loop)
    for pad in function.pads:
        if function.spatial[0] != vector and function.spatial[0] not in rows and function.extents[0] > 1:
            schedule.compute_at(schedule.get_sblock(pad), outer[0])
        _vectorise_last(schedule, pad, machine)
    schedule.decompose_reduction(block, summed[0])
    return True


def _vectorise_last(schedule: s_tir.Schedule, name: str, machine: Machine) -> None:
    loop = schedule.get_loops(schedule.get_sblock(name))[-1]
    extent = int(getattr(schedule.get(loop).extent, "value", schedule.get(loop).extent))
    length = vector_length(extent, machine.lanes)
    if length > 1:
        _, inner = schedule.split(loop, [None, length])
        schedule.vectorize(inner)


def _elementwise(schedule: s_tir.Schedule, machine: Machine, unrolled: bool) -> bool:
    """Copies and what is computed for each element alone."""
    blocks = normalize_prim_func(schedule) or []
    if any(block.is_reduction() for block in blocks):
        return False
    for block in blocks[:-1]:
        schedule.compute_inline(block.block_rv)
    _vectorise_last(schedule, _name(schedule, blocks[-1]), machine)
    return True
