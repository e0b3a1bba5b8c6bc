"""Runs `kernel_arithmetic.py` in a process of its own, since Triton decides at its import whether it interprets."""

import os
import subprocess
import sys
import unittest
from importlib.util import find_spec
from pathlib import Path

if find_spec("triton") is None:
    raise unittest.SkipTest("no package triton for this Python: targets for GPUs can't be compiled")

HERE = Path(__file__).parent


class KernelArithmetic(unittest.TestCase):
    def test_our_kernels_compute_what_numpy_does(self):
        environment = {
            **os.environ,
            "TRITON_INTERPRET": "1",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
        }
        command = [sys.executable, "-m", "unittest", "kernel_arithmetic"]
        finished = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertIn("OK", finished.stderr)


if __name__ == "__main__":
    unittest.main()
