"""Tensor-core kernels for GPUs: found in a module by `partition`, compiled ahead of time by `emit`."""

import importlib.util
import sys

from ..refusal import Refusal

if importlib.util.find_spec("triton") is None:
    raise Refusal(
        f"targets for GPUs need the package triton, which Python {sys.version_info[0]}.{sys.version_info[1]} here doesn't have;"
        " it is made for 3.11 and newer: name such a Python in CLOCKWORK_PYTHON, or compile for cpu alone"
    )

from .ops import emit  # noqa: E402
from .partition import partition  # noqa: E402

__all__ = ["emit", "partition"]
