"""Which tile a kernel gets."""

import json
import tempfile
import unittest
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

if find_spec("triton") is None:
    raise unittest.SkipTest("no package triton for this Python: targets for GPUs can't be compiled")

from clockwork_compiler.kernels import tiles
from clockwork_compiler.kernels.calls import Attention, Depthwise, Product, Window
from clockwork_compiler.kernels.emission import split
from clockwork_compiler.tuning import merge


def product(rows, columns=384, summed=384, **more):
    return Product(rows, columns, Window(summed), False, **more)


class Tiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.table = Path(folder.name) / "tiles.json"
        self.table.write_text("{}")
        patch = mock.patch.object(tiles, "TABLE", self.table)
        patch.start()
        self.addCleanup(patch.stop)
        tiles._table.cache_clear()
        self.addCleanup(tiles._table.cache_clear)

    def tuned(self, rows: dict, precision="tf32", shape=None):
        tiles.save({"sm_90": {precision: {shape or product(1).shape: rows}}})

    def test_a_tuned_shape_takes_its_tile_and_other_batch_sizes_that_of_the_nearest(self):
        self.tuned({"128": [32, 32, 64, 2, 4, 4], "2048": [128, 64, 32, 1, 4, 4]})
        for rows, expected in ((128, 32), (200, 32), (1024, 128), (9000, 128)):
            self.assertEqual(tiles.choose(product(rows, precision="tf32"), "sm_90").rows, expected)

    def test_a_precision_that_was_not_tuned_takes_the_tile_of_another_but_fp32_none(self):
        self.tuned({"128": [32, 32, 64, 7, 4, 4]})
        self.assertEqual(tiles.choose(product(128, precision="tf32x3"), "sm_90").splits, 7)
        self.assertNotEqual(tiles.choose(product(128, precision="fp32"), "sm_90").splits, 7)

    def test_an_architecture_that_was_never_tuned_takes_another_ones_tiles(self):
        self.tuned({"128": [32, 32, 64, 7, 4, 4]})
        self.assertEqual(tiles.choose(product(128, precision="tf32"), "sm_80").splits, 7)

    def test_a_shape_that_is_not_in_the_table_goes_by_a_rule_that_fills_the_gpu_where_it_can(self):
        for rows in (1, 16, 100, 128, 2048, 50000):
            for columns in (2, 8, 384, 2048):
                for summed in (3, 27, 384, 4608):
                    call = product(rows, columns, summed)
                    tile = tiles.choose(call, "sm_90")
                    steps, splits = split(call, tile)
                    self.assertGreaterEqual(steps * splits * tile.depth, summed)
                    self.assertLess(tile.rows, 32 + 2 * rows)
        small, large = tiles.choose(product(128), "sm_90"), tiles.choose(product(50000), "sm_90")
        self.assertGreater(small.splits, large.splits)
        self.assertGreater(tiles.choose(product(16, 1000, 2048), "sm_90").splits, 1)

    def test_no_split_of_a_sum_is_empty(self):
        for summed in range(16, 400, 16):
            for wanted in range(1, 9):
                steps, splits = split(product(1, summed=summed), tiles.ProductTile(16, 16, 16, wanted, 4, 2))
                self.assertLess(steps * (splits - 1) * 16, summed)
                self.assertGreaterEqual(steps * splits * 16, summed)

    def test_every_kind_has_a_tile_with_a_table_and_without(self):
        window = Window(20, 9, 7, 9, 7, 3, 3, 1, 1, 1, 1)
        self.assertIsInstance(tiles.choose(Depthwise(63, window, False), "sm_90"), tiles.DepthwiseTile)
        self.tuned({"63": [4, 32, 1]}, "fp32", Depthwise(63, window, False).shape)
        self.assertEqual(tiles.choose(Depthwise(70, window, False), "sm_90"), tiles.DepthwiseTile(4, 32, 1))
        self.assertIsInstance(tiles.choose(Attention(1, 5, 5, 2, 8, 1.0, True), "sm_90"), tiles.AttentionTile)

    def test_what_was_measured_is_merged_and_a_second_launch_must_be_worth_it(self):
        self.tuned({"128": [32, 32, 64, 2, 4, 4], "256": [64, 32, 64, 1, 4, 3]})
        entries = [(5.1, [16, 32, 64, 1, 2, 4]), (5.0, [32, 64, 32, 3, 4, 4]), (6.0, [32, 32, 32, 1, 4, 4])]
        right = [{"tile": tile, "microseconds": time, "apart": 0.0} for time, tile in entries]
        wrong = [{"tile": [64, 64, 32, 1, 4, 4], "microseconds": 1.0, "apart": 0.5}]
        group = {"shape": product(1).shape, "rows": 128, "precision": "tf32", "right": right, "wrong": wrong}
        unmeasured = {**group, "rows": 256, "right": [], "wrong": []}
        with mock.patch("builtins.print"):
            merge.merge({"architecture": "sm_90", "groups": [group, unmeasured]})
        table = json.loads(self.table.read_text())["sm_90"]["tf32"][product(1).shape]
        self.assertEqual(table, {"128": [16, 32, 64, 1, 2, 4], "256": [64, 32, 64, 1, 4, 3]})


if __name__ == "__main__":
    unittest.main()
