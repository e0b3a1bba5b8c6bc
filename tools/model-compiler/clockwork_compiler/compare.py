"""Times of CPU plans beside ONNX Runtime on the file they were made of: one thread each, in turns, in one process."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import numpy as np

from .cpu import runs_here
from .refusal import Refusal
from .runner import Runner
from .source import Source

SECONDS = 4.0
FEWEST, MOST = 7, 400


def run(folder: Path, source: Source) -> None:
    """A line for each batch size and target. Processor time is counted, so that what else the machine does matters
    less; the median of all turns is shown, and their ratio."""
    plan = Runner.plan_of(folder)
    inputs = _golden_inputs(folder, plan)
    targets = [name for name in plan["targets"] if name.startswith("cpu:") and runs_here(name.removeprefix("cpu:"))]
    if not targets:
        raise Refusal(f"{folder} has no CPU target that this processor runs; compile with --target cpu")
    print(f"{'model':<20} {'target':<15} {'batch':>5} {'plan':>10} {'ONNX Runtime':>13}  ratio")
    for row in plan["batches"]:
        batch = row["batch"]
        arrays = [array[np.arange(batch) % len(array)] for array in inputs]
        feeds = {signature["name"]: array for signature, array in zip(plan["inputs"], arrays)}
        session = source.reference(batch)
        for target in targets:
            runner = Runner(folder, target, batch)
            runner.set_inputs(arrays)
            ours, theirs = _in_turns(runner.run, lambda: session.run(None, feeds))
            print(
                f"{plan['name']:<20} {target.removeprefix('cpu:'):<15} {batch:>5} {ours * 1e3:>7.2f} ms"
                f" {theirs * 1e3:>10.2f} ms {ours / theirs:>6.2f}",
                flush=True,
            )


def _golden_inputs(folder: Path, plan: dict) -> list[np.ndarray]:
    data = (folder / plan["golden"]["file"]).read_bytes()
    return [
        np.frombuffer(
            data, signature["dtype"], place["bytes"] // np.dtype(signature["dtype"]).itemsize, place["offset"]
        ).reshape(plan["golden"]["rows"], *signature["shape"])
        for signature, place in zip(plan["inputs"], plan["golden"]["inputs"])
    ]


def _in_turns(ours, theirs) -> tuple[float, float]:
    """The median processor time of both, which take turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(2):
        ours()
        theirs()
    end = time.process_time() + SECONDS
    while len(times[0]) < FEWEST or (len(times[0]) < MOST and time.process_time() < end):
        for call, kept in zip((ours, theirs), times):
            begin = time.process_time()
            call()
            kept.append(time.process_time() - begin)
    return median(times[0]), median(times[1])
