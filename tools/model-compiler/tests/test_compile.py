"""From ONNX files to compiled models, and what is refused."""

import io
import json
import os
import subprocess
import sys
import unittest
import unittest.mock
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("TVM_COMPILE_FORCE_FALLBACK", "1")

import numpy as np
import plan_rules
import tiny
from onnx import TensorProto

from clockwork_compiler import cli, lowering, schedules, verify
from clockwork_compiler.cpu import runs_here
from clockwork_compiler.refusal import Refusal
from clockwork_compiler.runner import Runner

LEVEL = next(level for level in ("x86-64-v4", "x86-64-v3", "x86-64") if runs_here(level))


def compiled(model: Path, folder: Path, *more: str) -> str:
    """What the command answers."""
    answer = io.StringIO()
    with redirect_stdout(answer), redirect_stderr(io.StringIO()):
        code = cli.run([str(model), "-o", str(folder), "--target", f"cpu:{LEVEL}", "--batch", "1,3", *more])
    assert code == 0
    return answer.getvalue()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class AUsersMistake(unittest.TestCase):
    def test_ends_the_command_with_exit_code_2_and_a_sentence(self):
        told = io.StringIO()
        with unittest.mock.patch("sys.argv", ["compile", "nowhere.onnx", "-o", "out"]), redirect_stderr(told):
            code = cli.main()
        self.assertEqual(code, 2)
        self.assertEqual(told.getvalue(), "clockwork compile: nowhere.onnx can't be read: No such file or directory\n")


class ACompiledModel(unittest.TestCase):
    """One compilation, and what must be true of it."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tiny.tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.root = Path(cls.temporary.name)
        tiny.onnx.save(tiny.sentences(), cls.root / "sentences.onnx")
        cls.folder = cls.root / "sentences"
        cls.answer = compiled(cls.root / "sentences.onnx", cls.folder, "--sequence-length", str(tiny.LENGTH))
        cls.plan = json.loads((cls.folder / "model.json").read_text())

    def test_keeps_all_rules_of_the_format(self):
        self.assertEqual(plan_rules.broken(self.folder), [])

    def test_is_verified_and_says_so(self):
        self.assertIn(f"cpu:{LEVEL}: verified, largest deviation", self.answer)

    def test_is_named_after_its_file(self):
        self.assertEqual(self.plan["name"], "sentences")

    def test_gives_shapes_of_one_row(self):
        self.assertEqual([row["shape"] for row in self.plan["outputs"]], [[tiny.LENGTH, 8]] * 2)

    def test_bounds_what_indexes_by_its_table(self):
        self.assertEqual(self.plan["inputs"][0]["range"], [0, tiny.WORDS - 1])

    def test_never_reads_beside_its_table_whatever_the_index(self):
        runner = Runner(self.folder, f"cpu:{LEVEL}", 1)
        runner.set_inputs([np.full((1, tiny.LENGTH), 10**12)])
        runner.run()
        largest = runner.outputs()[0]
        runner.set_inputs([np.full((1, tiny.LENGTH), tiny.WORDS - 1)])
        runner.run()
        np.testing.assert_array_equal(runner.outputs()[0], largest)

    def test_stores_each_weight_once_for_all_batch_sizes(self):
        shapes = [tuple(tensor["shape"]) for tensor in self.plan["weights"]["tensors"]]
        self.assertEqual(shapes.count((tiny.WORDS, tiny.WIDTH)), 1)
        self.assertEqual(shapes.count((tiny.WIDTH, 8)), 1)

    def test_says_that_its_inputs_are_random(self):
        self.assertRegex(self.plan["golden"]["source"], r"^random, seed \d+$")

    def test_is_not_compiled_again(self):
        before = files(self.folder)
        again = compiled(self.root / "sentences.onnx", self.folder, "--sequence-length", str(tiny.LENGTH))
        self.assertIn("unchanged, nothing to do", again)
        self.assertEqual(files(self.folder), before)

    def test_is_sealed(self):
        self.assertTrue((self.folder / "model.json.sha256").exists())

    def test_leaves_nothing_beside_it(self):
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["sentences", "sentences.onnx"])


class Compiling(unittest.TestCase):
    def setUp(self):
        self.folder = tiny.Folder(self)
        self.out = self.folder.path / "out"

    def test_gives_the_same_bytes_whatever_the_hash_seed_the_folder_and_the_time(self):
        model = self.folder.save(tiny.pictures())
        results = []
        for seed, out in (("1", "one"), ("2", "another")):
            command = [sys.executable, "-m", "clockwork_compiler", str(model), "-o", out, "--batch", "1,2"]
            command += ["--target", f"cpu:{LEVEL},cuda:sm_80"]
            place = self.folder.path / f"place{seed}"
            place.mkdir()
            environment = {
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
            }
            done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            results.append(files(place / out))
            self.assertEqual(plan_rules.broken(place / out), [])
        self.assertEqual(results[0].keys(), results[1].keys())
        for name in results[0]:
            self.assertTrue(results[0][name] == results[1][name], f"{name} differs")

    def test_is_done_anew_when_the_options_change_and_leaves_what_is_not_its_own(self):
        model = self.folder.save(tiny.sentences())
        compiled(model, self.out, "--sequence-length", "6")
        (self.out / "settings.json").write_text("{}")
        answer = compiled(model, self.out, "--sequence-length", "5")
        self.assertIn("verified", answer)
        self.assertEqual(json.loads((self.out / "model.json").read_text())["inputs"][0]["shape"], [5])
        self.assertTrue((self.out / "settings.json").exists())
        self.assertEqual(plan_rules.broken(self.out), [])

    def test_is_done_anew_when_a_file_is_gone_or_cut_or_the_plan_was_changed(self):
        model = self.folder.save(tiny.pictures())
        compiled(model, self.out)
        whole = files(self.out)

        def cut(path):
            path.write_bytes(path.read_bytes()[:-1])

        for name, damage in (("weights.bin", Path.unlink), (f"kernels/{LEVEL}.so", cut), ("model.json", cut)):
            damage(self.out / name)
            self.assertIn("verified", compiled(model, self.out), name)
            self.assertEqual(files(self.out), whole)

    def test_takes_real_inputs(self):
        model = self.folder.save(tiny.sentences())
        words = np.arange(18).reshape(3, 6)
        np.savez(self.folder.path / "real.npz", words=words)
        compiled(model, self.out, "--sequence-length", "6", "--inputs", str(self.folder.path / "real.npz"))
        golden = json.loads((self.out / "model.json").read_text())["golden"]
        self.assertEqual((golden["source"], golden["rows"]), ("file real.npz", 3))
        self.assertEqual((self.out / "golden.bin").read_bytes()[: words.nbytes], words.tobytes())

    def test_writes_nothing_when_a_plan_computes_something_else(self):
        model = self.folder.save(tiny.pictures())
        with patch.object(verify, "CPU_TOLERANCE", 0.0), self.assertRaisesRegex(
            Refusal, "deviates by .* nothing was written"
        ):
            compiled(model, self.out)
        self.assertEqual([path.name for path in self.folder.path.iterdir()], ["tiny.onnx"])

    def test_every_kernel_of_a_mobile_net_gets_a_schedule(self):
        missed = []

        def noting(function, machine, unrolled=True, original=schedules.scheduled):
            result = original(function, machine, unrolled)
            if result is function:
                missed.append(str(function.attrs.get("global_symbol", "?")))
            return result

        with patch.object(schedules, "scheduled", noting):
            compiled(self.folder.save(tiny.pictures()), self.out)
        self.assertEqual(missed, [])

    def test_to_c_leaves_the_source_instead_of_the_library(self):
        model = self.folder.save(tiny.pictures())
        compiled(model, self.out, "--target", "cpu:x86-64", "--emit", "c")
        self.assertEqual([path.name for path in (self.out / "kernels").iterdir()], ["x86-64.c"])


class Refusing(unittest.TestCase):
    def setUp(self):
        self.folder = tiny.Folder(self)

    def refused(self, model, expected: str, *more: str) -> None:
        path = model if isinstance(model, Path) else self.folder.save(model)
        with self.assertRaisesRegex(Refusal, expected):
            compiled(path, self.folder.path / "out", *more)
        self.assertFalse((self.folder.path / "out").exists())

    def test_an_op_that_depends_on_the_data_names_its_place_and_what_helps(self):
        model = tiny.doing("NonZero", outputs=[("y", TensorProto.INT64, None)])
        self.refused(model, r"NonZero \(the op, op 2 of 2, from positive to y\).*use a mask of fixed size")

    def test_an_op_that_sorts(self):
        outputs = [("y", TensorProto.FLOAT, None), ("places", TensorProto.INT64, None)]
        model = tiny.doing("TopK", outputs, ("x", "k"), [("k", np.array([2]))])
        self.refused(model, r"TopK \(the op.*do it on the outputs")

    def test_a_batch_that_is_built_in(self):
        model = tiny.doing("Reshape", inputs=("x", "shape"), weights=[("shape", np.array([1, 16]))])
        self.refused(model, "batch size 3.*free batch dimension")

    def test_an_output_that_mixes_rows(self):
        model = tiny.doing("ReduceMean", axes=[0], keepdims=0)
        self.refused(model, r"output y has shape \[4, 4\] at batch size 1: its first dimension must be the batch")

    def test_an_output_that_is_an_input(self):
        model = tiny.model([], [("x", TensorProto.FLOAT, ["batch", 4])], [("x", TensorProto.FLOAT, ["batch", 4])])
        self.refused(model, "output x is input 0 unchanged")

    def test_a_shape_that_nobody_knows(self):
        model = tiny.doing("Relu")
        del model.graph.input[0].type.tensor_type.shape.dim[:]
        for extent in ("batch", "height", "width"):
            model.graph.input[0].type.tensor_type.shape.dim.add().dim_param = extent
        self.refused(model, r"input x is free in more than its batch \(heightxwidth\): say --shape x=")

    def test_a_shape_that_the_file_contradicts(self):
        self.refused(tiny.doing("Relu"), "x was given the shape 4x5, the model says 4x4", "--shape", "x=4x5")

    def test_a_shape_for_an_input_that_is_not_there(self):
        self.refused(tiny.doing("Relu"), "the model's inputs are x", "--shape", "z=4x5")

    def test_a_target_that_is_not_there_lists_those_that_are(self):
        self.refused(tiny.doing("Relu"), "cuda:sm_30 is unknown; there are .*cuda:sm_90", "--target", "cuda:sm_30")

    def test_inputs_that_do_not_fit(self):
        np.savez(self.folder.path / "wrong.npz", x=np.zeros((2, 4, 5), np.float32))
        expected = r"x is float32 \[2, 4, 5\], the model takes float32 \[rows, 4, 4\]"
        self.refused(tiny.doing("Relu"), expected, "--inputs", str(self.folder.path / "wrong.npz"))

    def test_inputs_outside_their_range(self):
        np.savez(self.folder.path / "wrong.npz", words=np.full((2, 6), tiny.WORDS))
        more = ("--sequence-length", "6", "--inputs", str(self.folder.path / "wrong.npz"))
        self.refused(tiny.sentences(), r"words has values outside \[0, 49\]", *more)

    def test_what_is_no_model(self):
        path = self.folder.path / "text.onnx"
        path.write_text("this is no model")
        self.refused(path, "text.onnx is no ONNX file")

    def test_what_is_not_there(self):
        self.refused(self.folder.path / "nothing.onnx", "nothing.onnx can't be read: No such file")

    def test_what_tvm_fails_at_names_the_step(self):
        with patch.object(lowering, "common", side_effect=RuntimeError("first\nCheck failed: rank")):
            self.refused(
                tiny.doing("Relu"), "TVM fails at batch size 1: Check failed: rank. .* report it with the model"
            )

    def test_batch_sizes_that_are_no_numbers(self):
        self.refused(tiny.doing("Relu"), "--batch takes numbers", "--batch", "1,two")


if __name__ == "__main__":
    unittest.main()
