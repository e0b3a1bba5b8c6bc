"""Tensor-core kernels for GPUs: found in a module by `partition`, compiled ahead of time by `emit`."""

from .calls import PREFIX
from .emit import Emission, Integer, Null, Operand, Scratch, Step, emit
from .partition import partition

__all__ = ["PREFIX", "Emission", "Integer", "Null", "Operand", "Scratch", "Step", "emit", "partition"]
