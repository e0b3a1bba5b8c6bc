"""The command line of `tune`."""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ["TVM_COMPILE_FORCE_FALLBACK"] = "1"

from .. import importing, lowering  # noqa: E402
from ..kernels import partition  # noqa: E402
from ..refusal import Refusal  # noqa: E402
from ..source import Source  # noqa: E402
from . import candidates, merge  # noqa: E402
from .prepare import Preparation, calls_of, sizes  # noqa: E402

BREADTHS = {"quick": candidates.QUICK, "broad": candidates.BROAD, "thorough": candidates.THOROUGH}


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="tune", description="Finds the best tiles of our GPU kernels on a device.")
    commands = options.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser("prepare", help="without a GPU: build all candidates for some models")
    prepare.add_argument("folder", type=Path, help="takes the kernels and what runs them, measure.py")
    prepare.add_argument(
        "models", nargs="+", metavar="MODEL.onnx[:INPUT=3x48x192|:LENGTH]", help="in order of importance"
    )
    prepare.add_argument("--batch", default="1,2,4,8,16")
    prepare.add_argument("--precision", default="bf16x3,tf32", help="default: %(default)s")
    prepare.add_argument("--architecture", default="sm_90", help="default: %(default)s")
    prepare.add_argument(
        "--breadth", choices=BREADTHS, default="broad", help="how many tiles are tried (default: %(default)s)"
    )
    prepare.add_argument(
        "--seconds", type=float, default=600, help="stop building after that time (default: %(default)s)"
    )
    merging = commands.add_parser("merge", help="write what was measured into the table of tiles")
    merging.add_argument("result", type=Path, help="what measure.py wrote")
    return options


def calls_in(model: str, batches: list[int]) -> list:
    path, _, rest = model.partition(":")
    name, _, extents = rest.rpartition("=")
    shapes = {name: tuple(int(extent) for extent in extents.split("x"))} if name else {}
    source = Source(Path(path), shapes, int(rest) if rest and not name else None)
    found = []
    for batch in batches:
        rows = {signature.name: [batch, *signature.shape] for signature in source.inputs}
        module = lowering.common(importing.to_relax(source.optimised(batch), rows))
        found += calls_of(partition(module, "fp32"))
    return found


def prepare(given: argparse.Namespace) -> int:
    preparation = Preparation(given.folder, given.architecture, given.seconds)
    batches = [int(batch) for batch in given.batch.split(",")]
    done = set()
    for model in given.models:
        distinct = sizes(calls_in(model, batches))
        for precision in given.precision.split(","):
            left = {key: call for key, call in distinct.items() if (key, precision) not in done}
            done |= {(key, precision) for key in left}
            built = sum(preparation.add(call, precision, BREADTHS[given.breadth]) for call in left.values())
            print(
                f"{model} {precision}: {built} of {len(left)} sizes, {len(preparation.kernels)} kernels so far",
                flush=True,
            )
    preparation.close()
    print(f"now, on the machine with the GPU: python3 {given.folder / 'measure.py'} {given.folder} RESULT.json")
    return 0


def main() -> int:
    given = parser().parse_args()
    try:
        if given.command == "merge":
            return merge.merge(json.loads(given.result.read_text()))
        return prepare(given)
    except Refusal as refusal:
        print(f"tune: {refusal}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
