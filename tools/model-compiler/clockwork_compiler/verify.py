"""Whether a plan computes what the ONNX file says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .cpu import runs_here
from .golden import Golden, deviation
from .refusal import Refusal
from .runner import Runner
from .source import Source

# On CPUs products are always computed in fp32.
CPU_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Verdict:
    """The largest deviation over all batch sizes, or why there is none."""

    target: str
    deviation: float | None
    reason: str = ""

    def __str__(self) -> str:
        if self.deviation is None:
            return f"{self.target}: not verified, {self.reason}"
        return f"{self.target}: verified, largest deviation {self.deviation:.1e} of the largest output"


def verify(folder: Path, source: Source, targets: list[str], batches: list[int], golden: Golden) -> list[Verdict]:
    """Every batch size of every CPU target that this processor runs, against ONNX Runtime on the file itself."""
    runnable = []
    verdicts = {}
    for target in targets:
        kind, _, what = target.partition(":")
        if kind != "cpu":
            verdicts[target] = Verdict(
                target, None, "this needs the GPU: a worker checks the goldens when it registers the model"
            )
        elif not runs_here(what):
            verdicts[target] = Verdict(target, None, f"this processor lacks what {what} needs")
        else:
            runnable.append(target)
    worst = dict.fromkeys(runnable, 0.0)
    for batch in batches:
        inputs = golden.batch(golden.inputs, batch)
        feeds = {signature.name: array for signature, array in zip(source.inputs, inputs)}
        references = source.reference(batch).run(None, feeds)
        for target in runnable:
            found = _deviation(Runner(folder, target, batch), inputs, references, source.output_names, target, batch)
            worst[target] = max(worst[target], found)
    verdicts |= {target: Verdict(target, worst[target]) for target in runnable}
    return [verdicts[target] for target in targets]


def _deviation(runner: Runner, inputs: list[np.ndarray], references: list[np.ndarray], names, target, batch) -> float:
    runner.set_inputs(inputs)
    runner.poison()
    runner.run()
    if not runner.is_guarded():
        raise Refusal(
            f"{target} at batch size {batch} writes beside its memory: this is a fault of the compiler, report it"
        )
    worst = 0.0
    for name, result, reference in zip(names, runner.outputs(), references):
        if result.shape != reference.shape:
            raise Refusal(
                f"{target} at batch size {batch}: output {name} has shape {result.shape},"
                f" ONNX Runtime gives {reference.shape}"
            )
        found = deviation(result, reference)
        if not found <= CPU_TOLERANCE:
            raise Refusal(
                f"{target} at batch size {batch}: output {name} deviates by {found:.2e} of its largest value from ONNX"
                f" Runtime, allowed is {CPU_TOLERANCE:.0e}; nothing was written."
                " This is a fault of the compiler, report it with the model"
            )
        worst = max(worst, found)
    return worst
