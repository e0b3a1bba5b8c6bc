"""What docs/plan-format.md asks of a plan, written down a second time: the compiler's own code isn't used."""

from __future__ import annotations

import hashlib
import json
from math import prod
from pathlib import Path

ITEM_BYTES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "float16": 2,
    "float32": 4,
    "float64": 8,
}


def broken(folder: Path) -> list[str]:
    """Every rule that the compiled model in a folder breaks."""
    return _Check(folder).problems


class _Check:
    def __init__(self, folder: Path) -> None:
        self.problems: list[str] = []
        self.folder = folder
        self.plan = json.loads((folder / "model.json").read_text())
        self.tensors = {tensor["id"]: tensor for tensor in self.plan["weights"]["tensors"]}
        self.files()
        self.weights()
        for batch in self.plan["batches"]:
            self.io(batch)
            self.say(set(batch["targets"]) == set(self.plan["targets"]), f"batch {batch['batch']} has other targets")
            for name, target in batch["targets"].items():
                self.target(batch, name, target)

    def say(self, holds: bool, problem: str) -> None:
        if not holds:
            self.problems.append(problem)

    def files(self) -> None:
        seal = self.folder / "model.json.sha256"
        digest = hashlib.sha256((self.folder / "model.json").read_bytes()).hexdigest()
        self.say(not seal.exists() or seal.read_text() == f"{digest}  model.json\n", "model.json has another checksum")
        for part in ("weights", "golden"):
            data = (self.folder / self.plan[part]["file"]).read_bytes()
            self.say(len(data) == self.plan[part]["bytes"], f"{part} has {len(data)} bytes")
            self.say(hashlib.sha256(data).hexdigest() == self.plan[part]["sha256"], f"{part} has another checksum")
        for name, target in self.plan["targets"].items():
            for place, module in enumerate(target["modules"]):
                data = (self.folder / module["file"]).read_bytes()
                data = data[module["offset"] : module["offset"] + module["bytes"]]
                self.say(
                    hashlib.sha256(data).hexdigest() == module["sha256"], f"{name} module {place} has another checksum"
                )
                self.say(module["offset"] % 256 == 0, f"{name} module {place} isn't aligned")

    def weights(self) -> None:
        page = self.plan["page_bytes"]
        spans = []
        for tensor in self.tensors.values():
            size = prod(tensor["shape"]) * ITEM_BYTES[tensor["dtype"]]
            start = tensor["page"] * page + tensor["offset"]
            spans.append((start, start + tensor["bytes"], tensor["id"]))
            self.say(size == tensor["bytes"], f"tensor {tensor['id']} has the wrong size")
            self.say(tensor["offset"] % 256 == 0, f"tensor {tensor['id']} isn't aligned")
            within = tensor["offset"] + tensor["bytes"] <= page if tensor["bytes"] <= page else tensor["offset"] == 0
            self.say(within, f"tensor {tensor['id']} crosses a page")
            self.say(start + tensor["bytes"] <= self.plan["weights"]["bytes"], f"tensor {tensor['id']} leaves the file")
        spans.sort()
        for (_, end, one), (start, _, other) in zip(spans, spans[1:]):
            self.say(end <= start, f"tensors {one} and {other} overlap")
        self.say(
            self.plan["weights"]["pages"] == -(-self.plan["weights"]["bytes"] // page), "the number of pages is wrong"
        )

    def io(self, batch: dict) -> None:
        for kind in ("inputs", "outputs"):
            for place, signature in zip(batch[kind], self.plan[kind], strict=True):
                size = batch["batch"] * prod(signature["shape"]) * ITEM_BYTES[signature["dtype"]]
                self.say(place["bytes"] == size, f"{signature['name']} has {place['bytes']} bytes, not {size}")
                self.say(
                    place["offset"] % 256 == 0 and place["offset"] + size <= batch["io_bytes"],
                    f"{signature['name']} leaves io",
                )

    def target(self, batch: dict, name: str, target: dict) -> None:
        where = f"batch {batch['batch']} {name}"
        written: dict[tuple, bool] = {("io", p["offset"], p["bytes"]): True for p in batch["inputs"]}
        sizes = {"io": batch["io_bytes"], "ws": target["workspace_bytes"]}
        inputs = set(written)
        for place, op in enumerate(target["ops"]):
            here = f"{where} op {place} {op['kernel']}"
            self.say(op["module"] < len(self.plan["targets"][name]["modules"]), f"{here}: no such module")
            if name.startswith("cuda:"):
                self.launch(here, op)
            areas = [tuple(arg[:3]) for arg in op["args"]]
            for at, arg in enumerate(op["args"]):
                if arg[0] in sizes:
                    self.say(
                        arg[1] % 256 == 0 and 0 <= arg[1] and arg[1] + arg[2] <= sizes[arg[0]],
                        f"{here} arg {at} leaves {arg[0]}",
                    )
                    self.say(
                        at in op["writes"] or written.get(areas[at], False),
                        f"{here} arg {at} reads what was not written",
                    )
                elif arg[0] == "w":
                    self.say(
                        arg[1] in self.tensors and at not in op["writes"], f"{here} arg {at} is no weight, or written"
                    )
                if name.startswith("cpu:"):
                    size = prod(arg[-1]) * ITEM_BYTES[arg[-2]]
                    declared = self.tensors[arg[1]]["bytes"] if arg[0] == "w" else arg[2]
                    self.say(size == declared, f"{here} arg {at} has a shape of {size} bytes, but {declared}")
            self.say(bool(op["writes"]), f"{here} writes nothing")
            for at in op["writes"]:
                self.write(here, areas, at, op, written, inputs)
        for signature, output in zip(self.plan["outputs"], batch["outputs"]):
            self.say(
                written.get(("io", output["offset"], output["bytes"]), False),
                f"{where}: {signature['name']} is never written",
            )

    def write(self, here: str, areas: list[tuple], at: int, op: dict, written: dict, inputs: set) -> None:
        area = areas[at]
        for other, read in enumerate(areas):
            if other != at and read[0] == area[0] and read != area:
                self.say(not _overlap(read, area), f"{here} arg {at} is written over arg {other}")
        self.say(not any(_overlap(area, one) for one in inputs), f"{here} writes an input")
        for known in list(written):
            if known != area and _overlap(known, area):
                written[known] = False
        written[area] = True

    def launch(self, here: str, op: dict) -> None:
        grid, block = op["grid"], op["block"]
        self.say(1 <= grid[0] < 2**31 and all(1 <= extent <= 65535 for extent in grid[1:]), f"{here} grid {grid}")
        self.say(prod(block) <= 1024 and block[2] <= 64, f"{here} block {block}")
        self.say(op["shared_bytes"] <= 227 << 10, f"{here} shared memory {op['shared_bytes']}")


def _overlap(one: tuple, other: tuple) -> bool:
    return one[0] == other[0] and one[0] != "w" and one[1] < other[1] + other[2] and other[1] < one[1] + one[2]


if __name__ == "__main__":
    import sys

    for argument in sys.argv[1:]:
        found = broken(Path(argument))
        print(argument, "keeps all rules" if not found else "\n  ".join([f"breaks {len(found)} rules", *found[:20]]))
    sys.exit(any(broken(Path(argument)) for argument in sys.argv[1:]))
