"""What schedules for CPUs do to kernels: what can be slow and right must be seen here."""

import os
import unittest

os.environ.setdefault("TVM_COMPILE_FORCE_FALLBACK", "1")

import tiny
import tvm

from clockwork_compiler import importing, lowering, schedules
from clockwork_compiler.source import Source
from clockwork_compiler.tiles import MACHINES

BATCH = 2


def kernels() -> dict[str, tuple[str, str]]:
    """The kernels of a small mobile net, as written and as scheduled."""
    folder = tiny.Folder(Schedules)
    source = Source(folder.save(tiny.pictures(size=16)))
    module = importing.to_relax(source.optimised(BATCH), {"x": [BATCH, *source.inputs[0].shape]})
    flat = lowering.for_cpu(lowering.common(module), tvm.target.Target("llvm"), [])
    return {
        name: (function.script(), schedules.scheduled(function, MACHINES["x86-64-v4"]).script())
        for name, function in lowering.kernels_of(flat).items()
    }


class Schedules(unittest.TestCase):
    @classmethod
    def addCleanup(cls, function):
        cls.addClassCleanup(function)

    @classmethod
    def setUpClass(cls):
        cls.kernels = kernels()
        cls.convolutions = {name: texts for name, texts in cls.kernels.items() if "conv2d" in name}

    def test_activations_are_part_of_their_convolution(self):
        self.assertEqual(len(self.convolutions), 3)
        self.assertEqual([name for name in self.kernels if "clip" in name and "conv2d" not in name], [])

    def test_a_tile_is_summed_in_vectors_that_begin_at_zero_once(self):
        for name, (_, scheduled) in self.convolutions.items():
            self.assertGreaterEqual(scheduled.count("T.vectorized"), 3, f"{name}: begin, sum, write")
            self.assertIn("T.unroll", scheduled, name)
            self.assertIn('scope="local"', scheduled, name)
            self.assertNotIn("T.init()", scheduled, name)

    def test_what_needs_no_padding_is_not_copied(self):
        copied = {name: "pad_temp" in scheduled for name, (_, scheduled) in self.convolutions.items()}
        self.assertEqual(sorted(copied.values()), [False, True, True], copied)
        self.assertTrue(all("pad_temp" in written for written, _ in self.convolutions.values()))

    def test_no_transposes_are_left_but_that_of_the_input(self):
        self.assertEqual([name for name in self.kernels if "transpose" in name], ["transpose"])


if __name__ == "__main__":
    unittest.main()
