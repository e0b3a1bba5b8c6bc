"""The command line of `./clockwork compile`."""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
from pathlib import Path

from .refusal import Refusal

DEFAULT_BATCHES = "1,2,4,8,16"
PRECISIONS = ("fp32", "tf32x3", "bf16x3", "tf32", "fp16")


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="clockwork compile",
        description="Compiles an ONNX file into a plan that workers run without TVM, Python or ONNX Runtime.",
    )
    options.add_argument("model", type=Path, help="the ONNX file")
    options.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the compiled model's folder")
    options.add_argument("--name", help="the model's name (default: the file's)")
    options.add_argument("--batch", default=DEFAULT_BATCHES, metavar="N,N,…", help="batch sizes (default: %(default)s)")
    options.add_argument(
        "--target",
        metavar="TARGET,…",
        help="cuda:sm_XY, cpu (x86-64-v4 and -v3), cpu:x86-64 (default: cuda:sm_90,cuda:sm_80,cpu)",
    )
    options.add_argument(
        "--inputs",
        type=Path,
        metavar="FILE.npz",
        help="real inputs to check with, an array of rows for each input (default: seeded random ones)",
    )
    options.add_argument("--rows", type=int, metavar="N", help="rows of goldens (default: 5)")
    options.add_argument(
        "--precision", choices=PRECISIONS, default="bf16x3", help="of matrix products on GPUs (default: %(default)s)"
    )
    options.add_argument(
        "--shape",
        action="append",
        default=[],
        metavar="INPUT=3x48x192",
        help="an input's shape without the batch, where the file leaves it free",
    )
    options.add_argument(
        "--sequence-length", type=int, metavar="N", help="where the second dimension is free (default: 64)"
    )
    options.add_argument(
        "--emit",
        choices=("library", "c"),
        default="library",
        help="c: C source instead of the library (target cpu:x86-64 only)",
    )
    options.add_argument(
        "--compare", action="store_true", help="then time the CPU plans beside ONNX Runtime, one thread each"
    )
    return options


def _numbers(text: str, what: str) -> tuple[int, ...]:
    try:
        numbers = tuple(sorted({int(word) for word in text.split(",")}))
    except ValueError as reason:
        raise Refusal(f"{what} takes numbers separated by commas, not '{text}'") from reason
    if numbers[0] < 1:
        raise Refusal(f"{what} takes numbers from 1, not {numbers[0]}")
    return numbers


def _shapes(words: list[str]) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for word in words:
        name, equals, extents = word.rpartition("=")
        try:
            shapes[name] = tuple(int(extent) for extent in extents.split("x"))
        except ValueError:
            equals = ""
        if not equals or min(shapes[name]) < 1:
            raise Refusal(f"--shape takes INPUT=3x48x192 (without the batch), not '{word}'")
    return shapes


def _targets(names: list[str], emit: str, precision: str):
    from .cpu import CpuTarget
    from .cuda import CudaTarget

    if emit == "c" and names != ["cpu:x86-64"]:
        raise Refusal("--emit c goes with --target cpu:x86-64 alone")
    made = []
    for name in names:
        kind, _, what = name.partition(":")
        made.append(CpuTarget(what, emit == "c") if kind == "cpu" else CudaTarget(what, precision))
    return made


def run(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    # After the options are parsed: TVM takes seconds to load.
    from . import compare, golden, targets
    from . import compile as compiler
    from .source import Source

    names = targets.parse(given.target or targets.DEFAULT)
    source = Source(given.model, _shapes(given.shape), given.sequence_length)
    rows = golden.DEFAULT_ROWS if given.rows is None else given.rows
    if rows < 1:
        raise Refusal(f"--rows takes a number from 1, not {rows}")
    inputs_sha256 = hashlib.sha256(given.inputs.read_bytes()).hexdigest() if given.inputs else None
    options = compiler.Options(
        name=given.name or given.model.stem,
        batches=_numbers(given.batch, "--batch"),
        targets=tuple(names),
        precision=given.precision,
        shapes=tuple((signature.name, signature.shape) for signature in source.inputs),
        sequence_length=given.sequence_length,
        rows=rows,
        inputs_sha256=inputs_sha256,
        emit=given.emit,
    )
    if compiler.is_current(given.output, compiler.producer(source, options)):
        print(f"{given.output} is compiled from this file with these options: unchanged, nothing to do")
    else:
        print(f"compiling {given.model} to {given.output} for {', '.join(names)}", file=sys.stderr)
        made = _targets(names, given.emit, given.precision)
        for verdict in compiler.compile_model(source, options, made, given.inputs, given.output):
            print(verdict)
    if given.compare:
        compare.run(given.output, source)
    return 0


def main() -> int:
    # Ended by a signal, the half-made folder goes too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        return run(sys.argv[1:])
    except Refusal as refusal:
        print(f"clockwork compile: {refusal}", file=sys.stderr)
        return 2
    except OSError as reason:
        print(f"clockwork compile: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
