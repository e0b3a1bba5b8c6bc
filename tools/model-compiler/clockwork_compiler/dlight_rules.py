"""Schedules for GPUs: TVM's own rules, each made to let the next one try where it fails, and one they lack."""

from __future__ import annotations

from tvm import s_tir
from tvm.s_tir import dlight
from tvm.s_tir.dlight.analysis import normalize_prim_func
from tvm.s_tir.dlight.base import ScheduleRule, try_inline

THREADS = 128


class Guarded(ScheduleRule):
    """A rule that raises has no schedule: dlight's Matmul asserts on some epilogues of convolutions."""

    def __init__(self, rule: ScheduleRule) -> None:
        self._rule = rule

    def apply(self, func, target, tunable):
        try:
            return self._rule.apply(func, target, tunable)
        except Exception:  # whatever it is, the next rule may do better
            return None


class SmallReduction(ScheduleRule):
    """One thread for each result of a short sum, with what follows fused to it: pooling, depthwise convolutions.

    dlight's Reduction would take 256 threads for each result of a depthwise convolution, its Fallback two kernels."""

    LONGEST = 128
    FEWEST_RESULTS = 1024

    def apply(self, func, target, tunable):
        schedule = s_tir.Schedule(func)
        blocks = normalize_prim_func(schedule)
        if blocks is None:
            return None
        blocks = try_inline(schedule, blocks)
        reductions = [block for block in blocks if block.is_reduction()]
        if len(reductions) != 1 or not self._fits(reductions[0]):
            return None
        reduction = reductions[0]
        after = blocks[blocks.index(reduction) + 1 :]
        if len(blocks) > 2 or len(after) != len(blocks) - 1:
            return None
        if after:
            thread = self._bind(schedule, schedule.get_loops(after[0].block_rv))
            schedule.compute_at(reduction.block_rv, thread)
            schedule.set_scope(reduction.block_rv, 0, "local")
        else:
            loops = schedule.get_loops(reduction.block_rv)
            spatial = [loop for loop, it in zip(loops, reduction.iters) if it.kind == "S"]
            summed = [loop for loop, it in zip(loops, reduction.iters) if it.kind != "S"]
            schedule.reorder(*spatial, *summed)
            self._bind(schedule, spatial)
        return schedule

    def _fits(self, reduction) -> bool:
        length = results = 1
        for it in reduction.iters:
            extent = int(getattr(it.dom, "value", it.dom))
            length, results = (length * extent, results) if it.kind == "R" else (length, results * extent)
        return length <= self.LONGEST and results >= self.FEWEST_RESULTS

    @staticmethod
    def _bind(schedule, loops):
        block, thread = schedule.split(schedule.fuse(*loops), [None, THREADS])
        schedule.bind(block, "blockIdx.x")
        schedule.bind(thread, "threadIdx.x")
        return thread


def schedules():
    """A pass that gives every kernel a schedule."""
    rules = [
        dlight.gpu.Matmul(),
        SmallReduction(),
        dlight.gpu.GEMV(),
        dlight.gpu.Reduction(),
        dlight.gpu.GeneralReduction(),
    ]
    return dlight.ApplyDefaultSchedule(*(Guarded(rule) for rule in rules), dlight.gpu.Fallback())
