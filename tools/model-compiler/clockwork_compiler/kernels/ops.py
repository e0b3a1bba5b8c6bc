"""From a packed function's call in a lowered model to ops of a plan."""

from __future__ import annotations

from ..tensors import Call, Launch, Op, Scalar, Tensor, Values
from .calls import parse
from .emission import Argument, Integer, Null, Operand, Scratch, Step, emission


def emit(call: Call, architecture: str, values: Values) -> tuple[list[Op], list[bytes]]:
    """The ops that carry out a call that `partition` put there, and cubins: an op's module is a place in that list."""
    emitted = emission(parse(call.function), architecture)
    scratch = [values.new((size,), "uint8") for size in emitted.scratch_bytes]
    cubins = list(dict.fromkeys(step.binary.code for step in emitted.steps))
    return [_op(step, cubins.index(step.binary.code), call.args, scratch) for step in emitted.steps], cubins


def _op(step: Step, module: int, operands: tuple[Tensor, ...], scratch: list[Tensor]) -> Op:
    arguments = tuple(_argument(argument, operands, scratch) for argument in step.arguments)
    launch = Launch(step.grid, (step.binary.threads, 1, 1), step.binary.shared_bytes)
    return Op(step.binary.kernel, module, arguments, step.writes, launch)


def _argument(argument: Argument, operands: tuple[Tensor, ...], scratch: list[Tensor]) -> Tensor | Scalar:
    match argument:
        case Operand(position):
            return operands[position]
        case Scratch(index):
            return scratch[index]
        case Integer(value):
            return Scalar("i32", value)
        case Null():
            return Scalar("null")
