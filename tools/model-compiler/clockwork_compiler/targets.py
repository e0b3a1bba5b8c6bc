"""What a target is, and the names of all that there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import tvm

from .extraction import Program
from .refusal import Refusal
from .tensors import Op, Values

CPU_LEVELS = ("x86-64-v4", "x86-64-v3", "x86-64")
CUDA_ARCHITECTURES = ("sm_80", "sm_86", "sm_87", "sm_89", "sm_90", "sm_100", "sm_103", "sm_120")

# `cpu` alone: what servers of the last ten years run. x86-64 is for those who name it.
SHORT_NAMES = {"cpu": ["cpu:x86-64-v4", "cpu:x86-64-v3"]}

DEFAULT = "cuda:sm_90,cuda:sm_80,cpu"


@dataclass(frozen=True)
class Module:
    """Machine code in a file of the plan."""

    file: str
    code: bytes


@dataclass
class Compiled:
    """What a target makes of all batch sizes: its modules, and the ops and values of each batch size."""

    modules: list[Module]
    ops: dict[int, list[Op]]
    values: dict[int, Values]
    sources: list[Module] = field(default_factory=list)


class Target(Protocol):
    name: str

    def lower(self, module: tvm.IRModule, batch: int) -> tvm.IRModule:
        """A flat main and its kernels."""

    def compile(self, lowered: dict[int, tuple[tvm.IRModule, Program]]) -> Compiled:
        """Machine code for all batch sizes."""


def parse(text: str) -> list[str]:
    """The full names in a list like cuda:sm_90,cpu, each once, in order."""
    names: list[str] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        for name in SHORT_NAMES.get(word, [word]):
            kind, _, what = name.partition(":")
            known = {"cpu": CPU_LEVELS, "cuda": CUDA_ARCHITECTURES}.get(kind)
            if known is None or what not in known:
                raise Refusal(
                    f"--target {word} is unknown; there are cpu (both v4 and v3), "
                    + ", ".join(f"cpu:{level}" for level in CPU_LEVELS)
                    + ", "
                    + ", ".join(f"cuda:{arch}" for arch in CUDA_ARCHITECTURES)
                )
            if name not in names:
                names.append(name)
    if not names:
        raise Refusal("--target names nothing")
    return names
