"""Which tiles are worth trying for a shape."""

from dataclasses import dataclass

from ..kernels import tiles
from ..kernels.calls import Attention, Depthwise, Product

Tile = tiles.Tile

# rows, columns, depth, warps, stages. On sm_90 tiles of 64 rows and more with 4 warps use wgmma, others mma.sync.
BROAD = (
    (16, 32, 64, 2, 4),
    (32, 32, 64, 4, 4),
    (32, 64, 32, 4, 4),
    (64, 32, 64, 4, 3),
    (64, 64, 32, 4, 4),
    (64, 64, 64, 4, 3),
    (128, 64, 32, 4, 4),
    (128, 128, 32, 8, 3),
)
THOROUGH = (
    *BROAD,
    (16, 64, 64, 4, 3),
    (32, 32, 32, 2, 5),
    (32, 64, 64, 4, 3),
    (64, 32, 32, 4, 4),
    (64, 64, 32, 2, 4),
)
QUICK = ((16, 32, 64, 2, 4), (32, 32, 32, 4, 4), (64, 64, 32, 4, 4))
SPLITS = (1, 2, 3, 4, 6, 8)
MOST_SPLIT_BLOCKS = 4  # per multiprocessor: a product with more fills the GPU without splits
FEWEST_BLOCKS = 0.3  # per multiprocessor: fewer leave most of it idle
MOST_BLOCKS = 24  # per multiprocessor: more only read the same data again and again
LEAST_STEPS = 2  # of depth that a split must have


@dataclass(frozen=True)
class Size:
    """A shape at one number of rows."""

    call: Product | Attention | Depthwise
    architecture: str
    sizes: tuple = BROAD  # of product tiles

    def candidates(self) -> list[Tile]:
        if isinstance(self.call, Attention):
            return self._attention()
        if isinstance(self.call, Depthwise):
            return self._depthwise()
        return self._product()

    def _product(self) -> list[tiles.ProductTile]:
        call, multiprocessors = self.call, tiles.MULTIPROCESSORS[self.architecture]
        chosen = []
        for rows, columns, depth, warps, stages in self.sizes:
            if columns >= 2 * call.columns and columns > 32 or rows >= 2 * call.rows and rows > 16:
                continue
            channels = call.window.channels
            if call.window.summed > channels and channels % 16 == 0 and channels % depth != 0:
                continue  # steps would cross elements of the filter, which costs more than any tile gains
            depth = min(depth, max(16, 1 << (call.window.summed - 1).bit_length()))
            blocks = -(-call.rows // rows) * -(-call.columns // columns) * call.groups
            if blocks > MOST_BLOCKS * multiprocessors and rows * columns < 64 * 64:
                continue
            total = -(-call.window.summed // depth)
            for splits in SPLITS:
                if splits > 1 and (
                    blocks * splits > MOST_SPLIT_BLOCKS * multiprocessors or total // splits < LEAST_STEPS
                ):
                    continue
                if blocks * splits < FEWEST_BLOCKS * multiprocessors and self._could_be_more(blocks, total, splits):
                    continue
                chosen.append(tiles.ProductTile(rows, columns, depth, splits, warps, stages))
        return chosen or [tiles.by_rule(call, self.architecture)]

    def _could_be_more(self, blocks: int, total: int, splits: int) -> bool:
        """Whether some other tile or split gives this product more blocks."""
        most = -(-self.call.rows // 16) * -(-self.call.columns // 32) * self.call.groups
        return blocks * splits < most * max(1, min(SPLITS[-1], total // LEAST_STEPS)) / 4

    def _attention(self) -> list[tiles.AttentionTile]:
        return [
            tiles.AttentionTile(rows, keys, warps)
            for rows in (16, 32, 64, 128)
            for keys in (32, 64, 128)
            for warps in (2, 4)
            if rows <= max(16, self.call.rows) and keys <= max(32, self.call.keys) and (rows > 16 or warps == 2)
        ]

    def _depthwise(self) -> list[tiles.DepthwiseTile]:
        return [
            tiles.DepthwiseTile(pixels, channels, warps)
            for pixels, channels, warps in (
                (4, 32, 1),
                (8, 32, 2),
                (8, 64, 4),
                (16, 32, 4),
                (32, 32, 4),
                (32, 16, 4),
                (64, 16, 4),
            )
            if channels < 2 * max(16, self.call.window.channels)
        ]
