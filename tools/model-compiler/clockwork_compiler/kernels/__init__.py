"""Tensor-core kernels for GPUs: found in a module by `partition`, compiled ahead of time by `emit`."""

from .ops import emit
from .partition import partition

__all__ = ["emit", "partition"]
