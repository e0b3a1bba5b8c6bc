"""Weights in pages, and values in a workspace."""

import random
import unittest

import numpy as np

from clockwork_compiler import weights, workspace
from clockwork_compiler.tensors import Op, Tensor, Values

PAGE = 4096


def spans(sizes, places):
    return sorted(
        (place.page * PAGE + place.offset, place.page * PAGE + place.offset + size)
        for size, place in zip(sizes, places)
    )


class Packing(unittest.TestCase):
    def test_no_tensors_overlap_or_cross_a_page(self):
        for seed in range(500):
            dice = random.Random(seed)
            sizes = [dice.randint(1, dice.choice([300, PAGE, 4 * PAGE])) for _ in range(dice.randint(1, 40))]
            places = weights.pack(sizes, PAGE)
            ordered = spans(sizes, places)
            for (_, end), (start, _) in zip(ordered, ordered[1:]):
                self.assertLessEqual(end, start, f"seed {seed}")
            for size, place in zip(sizes, places):
                self.assertEqual(place.offset % 256, 0, f"seed {seed}")
                if size <= PAGE:
                    self.assertLessEqual(place.offset + size, PAGE, f"seed {seed}")
                else:
                    self.assertEqual(place.offset, 0, f"seed {seed}")

    def test_tensors_that_fit_together_share_a_page(self):
        self.assertEqual({place.page for place in weights.pack([2048, 1024, 512, 256, 256], PAGE)}, {0})

    def test_the_rest_of_a_large_tensors_last_page_is_used(self):
        large, small = weights.pack([PAGE + 256, 1024], PAGE)
        self.assertEqual((large.page, small.page, small.offset), (0, 1, 256))

    def test_equal_tensors_are_stored_once(self):
        pool = weights.Weights()
        ones = np.ones((4, 4), np.float32)
        self.assertEqual(pool.intern(ones), pool.intern(ones.copy()))
        self.assertNotEqual(pool.intern(ones), pool.intern(ones.reshape(16)))
        self.assertNotEqual(pool.intern(ones), pool.intern(ones.astype(np.float64)))

    def test_a_transposed_view_is_stored_as_it_reads(self):
        pool = weights.Weights()
        array = np.arange(6, dtype=np.float32).reshape(2, 3)
        pool.intern(array.T)
        image = weights.image(pool.arrays, weights.pack([24], PAGE), PAGE)
        self.assertEqual(image[:24], np.ascontiguousarray(array.T).tobytes())


class Workspace(unittest.TestCase):
    def test_values_that_live_together_never_overlap(self):
        for seed in range(500):
            dice = random.Random(seed)
            values = Values()
            tensors = [values.new((dice.randint(1, 2000),), "float32") for _ in range(dice.randint(2, 25))]
            ops = [
                Op("k", 0, (tensors[i], tensors[i + 1], dice.choice(tensors[: i + 1])), (1,))
                for i in range(len(tensors) - 1)
            ]
            offsets, size = workspace.place(ops, values.bytes)
            for place, op in enumerate(ops):
                alive = self.alive(ops, len(tensors), place)
                for one in alive:
                    self.assertLessEqual(offsets[one] + values.bytes[one], size, f"seed {seed}")
                    for other in alive:
                        apart = (
                            one == other
                            or offsets[one] + values.bytes[one] <= offsets[other]
                            or offsets[other] + values.bytes[other] <= offsets[one]
                        )
                        self.assertTrue(apart, f"seed {seed}: values {one} and {other} overlap at op {place}")

    @staticmethod
    def alive(ops, count, place):
        touched = [
            [i for i, op in enumerate(ops) if any(arg.index == value for arg in op.args)] for value in range(count)
        ]
        return [value for value in range(count) if touched[value] and touched[value][0] <= place <= touched[value][-1]]

    def test_a_chain_needs_room_for_two(self):
        values = Values()
        chain = [values.new((1024,), "float32") for _ in range(10)]
        ops = [Op("k", 0, (one, other), (1,)) for one, other in zip(chain, chain[1:])]
        self.assertEqual(workspace.place(ops, values.bytes)[1], 2 * 4096)

    def test_what_is_no_value_takes_no_room(self):
        ops = [Op("k", 0, (Tensor("input", 0, (9,), "float32"), Tensor("output", 0, (9,), "float32")), (1,))]
        self.assertEqual(workspace.place(ops, []), ([], 0))


if __name__ == "__main__":
    unittest.main()
