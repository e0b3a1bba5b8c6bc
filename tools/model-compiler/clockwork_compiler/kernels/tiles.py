"""Which tile a kernel uses: from the committed table where its shape was tuned, by a rule where it was not.

`tiles.json` is { architecture: { precision: { shape: { rows: tile } } } }, with a tile as [rows, columns, depth, splits,
warps, stages] for a product, [rows, keys, warps] for attention and [pixels, channels, warps] for a depthwise convolution.
A shape tuned at other numbers of rows (that is, at other batch sizes) takes the tile of the nearest one.
"""

import functools
import json
import math
from dataclasses import dataclass
from pathlib import Path

from .calls import Attention, Depthwise, Product

TABLE = Path(__file__).with_name("tiles.json")
MULTIPROCESSORS = {"sm_80": 108, "sm_90": 132}  # of A100 and H100; others take what suits the first
SHARED_BYTES = {"sm_80": 163 << 10, "sm_90": 227 << 10}
# Which precision's tiles to take, the best first: what was not tuned for one was perhaps for another.
NEAREST = {
    "tf32": ("tf32", "tf32x3", "bf16x3", "fp16"),
    "tf32x3": ("tf32x3", "tf32", "bf16x3", "fp16"),
    "bf16x3": ("bf16x3", "tf32x3", "tf32", "fp16"),
    "fp16": ("fp16", "tf32", "tf32x3", "bf16x3"),
    "fp32": ("fp32",),
}
SMALLEST = 16  # what a tensor core takes at once


@dataclass(frozen=True)
class ProductTile:
    rows: int
    columns: int
    depth: int
    splits: int  # of the sum, each in a block of its own: the way to fill a GPU with a small product
    warps: int
    stages: int


@dataclass(frozen=True)
class AttentionTile:
    rows: int
    keys: int
    warps: int


@dataclass(frozen=True)
class DepthwiseTile:
    pixels: int
    channels: int
    warps: int


Tile = ProductTile | AttentionTile | DepthwiseTile
KINDS = {Product: ProductTile, Attention: AttentionTile, Depthwise: DepthwiseTile}


def rows_of(call: Product | Attention | Depthwise) -> int:
    """The number that grows with the batch."""
    return call.batch * call.heads if isinstance(call, Attention) else call.rows


def choose(call: Product | Attention | Depthwise, architecture: str) -> Tile:
    table = _table()
    # An architecture that was never tuned takes another's: what fills 132 multiprocessors suits 108 better than a rule does.
    shapes = table.get(architecture) or next(iter(table.values()), {})
    tuned = next(
        (shapes[near][call.shape] for near in NEAREST[call.precision] if call.shape in shapes.get(near, {})), None
    )
    if tuned:
        nearest = min(tuned, key=lambda rows: (abs(math.log(int(rows) / rows_of(call))), int(rows)))
        return KINDS[type(call)](*tuned[nearest])
    return by_rule(call, architecture)


@functools.cache
def _table() -> dict:
    return json.loads(TABLE.read_text())


def load() -> dict:
    """The committed table, to be changed and saved."""
    return json.loads(TABLE.read_text())


def save(table: dict) -> None:
    """Writes a table of tiles, one shape per line, in an order that depends on nothing but its content."""
    table = {
        architecture: {
            precision: {
                shape: {rows: tile for rows, tile in sorted(tiles.items(), key=lambda item: int(item[0]))}
                for shape, tiles in sorted(shapes.items())
            }
            for precision, shapes in sorted(precisions.items())
        }
        for architecture, precisions in sorted(table.items())
    }
    TABLE.write_text(_lines(table))
    _table.cache_clear()


def _lines(table: dict, level: int = 0) -> str:
    """JSON with one shape per line."""
    if level == 3:
        return json.dumps(table)
    inner = (f"{'  ' * (level + 1)}{json.dumps(key)}: {_lines(value, level + 1)}" for key, value in table.items())
    return "{\n" + ",\n".join(inner) + f"\n{'  ' * level}}}" + ("\n" if level == 0 else "")


def by_rule(call: Product | Attention | Depthwise, architecture: str) -> Tile:
    """The tile that was best or nearly so for most shapes, its sum split until each multiprocessor has four blocks.

    Larger tiles read less, but one that suits a warp of `mma.sync` keeps more of an H100 busy at the sizes that serving has.
    """
    if isinstance(call, Attention):
        return AttentionTile(min(32, _power(call.rows)), min(64, _power(call.keys)), 4)
    if isinstance(call, Depthwise):
        return DepthwiseTile(
            8 if call.rows * call.window.channels < 1 << 18 else 32, min(32, _power(call.window.channels)), 4
        )
    multiprocessors = MULTIPROCESSORS.get(architecture, 108)
    least_steps = 6  # that a split must have
    if call.rows <= SMALLEST:  # a matrix with a few vectors: all that counts is to read it from everywhere at once
        rows, columns, depth, warps, stages, least_steps = 16, 32, 64, 2, 4, 2
    elif call.columns <= 32:
        rows, columns, depth, warps, stages = 64, 32, 64, 4, 3
    elif call.precision == "fp16":
        rows, columns, depth, warps, stages = 64, 64, 64, 4, 3
        if _blocks(call, 128, 128) >= multiprocessors:
            rows, columns, depth, warps, stages, least_steps = 128, 128, 32, 8, 3, call.window.summed
    else:
        rows, columns, depth, warps, stages = 32, 64, 32, 4, 4
    depth = _fitting(depth, call)
    steps = -(-call.window.summed // depth)
    splits = max(1, min(4 * multiprocessors // _blocks(call, rows, columns), steps // least_steps, 8))
    return ProductTile(rows, columns, depth, splits, warps, stages)


def _blocks(call: Product, rows: int, columns: int) -> int:
    return -(-call.rows // rows) * -(-call.columns // columns) * call.groups


def _fitting(depth: int, call: Product) -> int:
    """Steps that stay within one element of the filter spare the kernel most of its arithmetic."""
    window = call.window
    while depth > SMALLEST and window.filter_h * window.filter_w > 1 and window.channels % depth:
        depth //= 2
    return min(depth, _power(window.summed))


def _power(size: int) -> int:
    """The next power of two, at least what a tensor core takes."""
    return max(SMALLEST, 1 << (size - 1).bit_length())
