"""Preparing and measuring candidates, with a GPU that only notes what it is asked for."""

import json
import subprocess
import sys
import tempfile
import unittest
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

if find_spec("triton") is None:
    raise unittest.SkipTest("no package triton for this Python: targets for GPUs can't be compiled")

from clockwork_compiler.kernels.calls import Epilogue, Product, Window
from clockwork_compiler.tuning import measure
from clockwork_compiler.tuning.candidates import BROAD, Size
from clockwork_compiler.tuning.prepare import Preparation, sizes

CALL = Product(40, 48, Window(64), False, groups=3, epilogue=Epilogue(bias=True, activation="gelu"))
APART = {16: 1e-6, 32: 0.4}  # by the rows of a tile: some are wrong


class NotingCuda:
    """In the place of `measure.Cuda`. Blocks of 16 rows are fast."""

    name = "noting"
    stream = None

    def __init__(self):
        self.areas, self.launches, self.latest = {}, [], None

    def call(self, *_):
        pass

    def synchronize(self):
        pass

    def allocate(self, size):
        address = 1 << 20 if not self.areas else max(a + s for a, s in self.areas.items()) + (1 << 20)
        self.areas[address] = size
        return address

    def function(self, code, kernel):
        if not code.startswith(b"\x7fELF"):
            raise AssertionError("no cubin")
        return kernel["name"]

    def launch(self, function, kernel, grid, values):
        self.launches.append((function, grid, [value.value for value in values]))
        if function == "product":
            self.latest = {3: 16, 2: 32}[grid[0]]

    def graph(self, work):
        work()
        return self.latest

    def microseconds(self, executable):
        return executable * measure.LAUNCHES

    def floats(self, address, count):
        return [APART.get(self.latest, 1e-6), 1.0] * (count // 2)


class Tuning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name) / "tune"
        preparation = Preparation(cls.folder, "sm_90", 600)
        for call in sizes([CALL, CALL]).values():
            preparation.add(call, "tf32", ((16, 32, 64, 2, 3), (32, 32, 32, 4, 3)))
        preparation.close()
        cls.manifest = json.loads((cls.folder / "manifest.json").read_text())

    def bench(self):
        with mock.patch.object(measure, "Cuda", NotingCuda):
            return measure.Bench(self.folder, self.manifest)

    def test_calls_that_do_the_same_are_tuned_once_whatever_their_epilogue(self):
        self.assertEqual(len(self.manifest["groups"]), 1)
        group = self.manifest["groups"][0]
        self.assertEqual((group["shape"], group["rows"], group["precision"]), ("product 64 to 48 groups 3", 40, "tf32"))
        self.assertEqual(group["operands"], [4 * 40 * 64, *[4 * 64 * 48] * 3, 4 * 40 * 144])
        self.assertEqual(group["weights"], [1, 2, 3])

    def test_every_launch_stays_within_what_was_allocated(self):
        bench = self.bench()
        group = self.manifest["groups"][0]
        bench.prepare(group)
        for candidate in group["candidates"]:
            bench.measure(group, candidate)
        for name, _, values in bench.cuda.launches:
            if name != "product":
                continue
            areas = bench.cuda.areas.items()
            for value, size in zip(values[:5], group["operands"], strict=True):
                self.assertTrue(any(start <= value and value + size <= start + length for start, length in areas))

    def test_weights_move_from_launch_to_launch(self):
        bench = self.bench()
        group = self.manifest["groups"][0]
        bench.measure(group, group["candidates"][0])
        weights = [values[1] for name, _, values in bench.cuda.launches if name == "product"]
        self.assertGreaterEqual(len(set(weights)), measure.LAUNCHES)

    def test_the_fastest_that_is_right_comes_first_and_what_is_wrong_is_set_apart(self):
        log = self.folder / "log"
        with mock.patch.object(measure, "Cuda", NotingCuda):
            measure.child(self.folder, log, float("inf"))
        summary = measure.summarize(self.manifest, log)
        group = summary["groups"][0]
        self.assertEqual({entry["tile"][0] for entry in group["right"]}, {16})
        self.assertEqual({entry["tile"][0] for entry in group["wrong"]}, {32})
        self.assertEqual(summary["measured"], summary["candidates"])

    def test_a_candidate_that_brought_a_child_down_is_not_tried_again(self):
        log = self.folder / "broken"
        log.write_text(json.dumps({"begin": 1, "group": 0, "candidate": 0}) + "\n")
        with mock.patch.object(measure, "Cuda", NotingCuda):
            measure.child(self.folder, log, float("inf"))
        summary = measure.summarize(self.manifest, log)
        self.assertEqual(summary["measured"], summary["candidates"] - 1)

    def test_a_machine_without_a_driver_is_told_so(self):
        script, result = self.folder / "measure.py", self.folder / "result.json"
        arguments = [str(script), "--child", str(self.folder), str(result), "9e9"]
        code = f"import ctypes, runpy, sys; sys.argv = {arguments!r}\n"
        code += "ctypes.CDLL = lambda name: (_ for _ in ()).throw(OSError(name + ': not found'))\n"
        code += f"runpy.run_path({str(script)!r}, run_name='__main__')"
        finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertNotEqual(finished.returncode, 0)
        self.assertIn("libcuda.so.1", finished.stderr)

    def test_a_small_product_is_tried_with_split_sums_and_a_large_one_is_not(self):
        small = Size(Product(16, 512, Window(2048), False), "sm_90", BROAD).candidates()
        large = Size(Product(50000, 512, Window(2048), False), "sm_90", BROAD).candidates()
        self.assertGreater(max(tile.splits for tile in small), 1)
        self.assertEqual({tile.splits for tile in large}, {1})
        self.assertTrue(large)


if __name__ == "__main__":
    unittest.main()
