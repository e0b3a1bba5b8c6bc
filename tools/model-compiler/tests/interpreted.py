"""Carries out an emission on numpy arrays by Triton's interpreter: the same kernels, grids and arguments as on a GPU.

For a process with TRITON_INTERPRET=1.
"""

import importlib
from dataclasses import dataclass

import numpy as np

GUARD = 4096  # elements of NaN before and behind every tensor: a read there shows in the result, a write in the guard


@dataclass(frozen=True)
class _Interpreted:
    """Stands for a binary."""

    function: object
    constants: dict
    parameters: tuple[str, ...]


def _interpret(kernel, constants, integers, architecture, warps, stages):
    unknown = set(constants) - set(kernel.arg_names)
    if unknown:
        raise ValueError(f"kernel {kernel.__name__} has no parameters {sorted(unknown)}")
    return _Interpreted(kernel, constants, tuple(name for name in kernel.arg_names if name not in constants))


class _Buffer:
    """What the interpreter wants of a tensor."""

    def __init__(self, array: np.ndarray):
        self.guarded = np.full(array.size + 2 * GUARD, np.nan, np.float32)
        self.array = self.guarded[GUARD : GUARD + array.size].reshape(array.shape)
        self.array[...] = array
        self.dtype = "float32"

    def data_ptr(self) -> int:
        return self.array.ctypes.data

    def intact(self) -> bool:
        return bool(np.isnan(self.guarded[:GUARD]).all() and np.isnan(self.guarded[-GUARD:]).all())

    def untyped_storage(self):
        return self

    def cpu(self):
        return self

    def new_empty(self, *_, **__):
        return self

    def set_(self, *_):
        return self

    def copy_(self, _):
        return self

    def storage_offset(self) -> int:
        return 0

    def size(self):
        return self.array.shape

    def stride(self):
        return ()


kernels = importlib.import_module("clockwork_compiler.kernels.emission")
kernels.compile_kernel = _interpret


def run(emission, inputs: list[np.ndarray], result_shape) -> np.ndarray:
    """The result of the steps of an emission. Scratch and result hold NaN before."""
    operands = [_Buffer(array) for array in inputs] + [_Buffer(np.full(result_shape, np.nan))]
    scratch = [_Buffer(np.full(count // 4, np.nan)) for count in emission.scratch_bytes]

    def value(argument):
        match argument:
            case kernels.Operand(position):
                return operands[position]
            case kernels.Scratch(index):
                return scratch[index]
            case kernels.Integer(number):
                return number

    for step in emission.steps:
        names = step.binary.parameters
        values = {name: value(argument) for name, argument in zip(names, step.arguments, strict=False)}
        step.binary.function[step.grid](**values, **step.binary.constants)
    if not all(buffer.intact() for buffer in operands + scratch):
        raise AssertionError("a kernel wrote beside its tensors")
    return operands[-1].array
