"""The pieces in which CPUs compute."""

import unittest
from math import prod

from clockwork_compiler.tiles import MACHINES, best_tile, vector_length


class Tiles(unittest.TestCase):
    EXTENTS = [([128], 384), ([56, 56], 64), ([7, 7], 512), ([1], 200), ([24, 96], 8), ([], 10), ([13], 3), ([31], 17)]

    def test_a_tile_divides_what_it_is_a_piece_of(self):
        for machine in MACHINES.values():
            for rows, width in self.EXTENTS:
                tile = best_tile(machine, rows, width)
                self.assertEqual(width % (tile.columns * tile.length), 0)
                for extent, factor in zip(rows, tile.rows, strict=True):
                    self.assertEqual(extent % factor, 0)

    def test_a_tile_and_what_it_reads_stay_in_registers(self):
        for machine in MACHINES.values():
            for rows, width in self.EXTENTS:
                tile = best_tile(machine, rows, width)
                self.assertLessEqual(prod(tile.rows) * tile.columns + tile.columns + 1, machine.registers)

    def test_a_tile_is_large_enough_to_hide_what_a_multiply_add_takes(self):
        for name, machine in MACHINES.items():
            tile = best_tile(machine, [128], 384)
            self.assertGreaterEqual(prod(tile.rows) * tile.columns, 8, name)

    def test_vectors_are_powers_of_two(self):
        self.assertEqual(
            [vector_length(extent, 16) for extent in (1, 3, 8, 24, 40, 48, 64, 200)], [1, 1, 8, 8, 8, 16, 16, 8]
        )


if __name__ == "__main__":
    unittest.main()
