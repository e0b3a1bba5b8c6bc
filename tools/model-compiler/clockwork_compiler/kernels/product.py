"""Matrix products and convolutions: one kernel, since a matrix product is a convolution with a 1 × 1 filter.

A convolution over NHWC data is the product of a matrix with one row per output pixel and one column per (filter row,
filter column, input channel) with the matrix of the weights. The first is never written down: a block works out where
in the image each of its elements lies (implicit GEMM).
"""

import triton
import triton.language as tl

from .arithmetic import activate, multiply_add


@triton.jit
def product(
    x, w0, w1, w2, bias0, bias1, bias2, residual, y,
    rows, steps,  # rows of the result; steps of DEPTH that one split of the sum makes
    COLUMNS: tl.constexpr,  # output channels of one of the groups
    SUMMED: tl.constexpr,  # FILTER_H × FILTER_W × CHANNELS
    CHANNELS: tl.constexpr, HEIGHT: tl.constexpr, WIDTH: tl.constexpr,
    OUT_HEIGHT: tl.constexpr, OUT_WIDTH: tl.constexpr,
    FILTER_H: tl.constexpr, FILTER_W: tl.constexpr,
    STRIDE_H: tl.constexpr, STRIDE_W: tl.constexpr,
    PAD_H: tl.constexpr, PAD_W: tl.constexpr,
    COLUMN_MAJOR: tl.constexpr,  # weights as [COLUMNS, SUMMED], a convolution's OHWI, instead of [SUMMED, COLUMNS]
    GROUPS: tl.constexpr,  # 1, or 3: three weights multiply the same x, their results stand side by side in y
    ACTIVATION: tl.constexpr, SLOPE: tl.constexpr, SHIFT: tl.constexpr,
    PARTIAL: tl.constexpr,  # y takes sums of splits, one after the other, for `finish` to add
    BLOCK_ROWS: tl.constexpr, BLOCK_COLUMNS: tl.constexpr, DEPTH: tl.constexpr,
    PRECISION: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0) * BLOCK_ROWS + tl.arange(0, BLOCK_ROWS)
    blocks: tl.constexpr = (COLUMNS + BLOCK_COLUMNS - 1) // BLOCK_COLUMNS
    group = tl.program_id(1) // blocks
    column = (tl.program_id(1) % blocks) * BLOCK_COLUMNS + tl.arange(0, BLOCK_COLUMNS)
    split = tl.program_id(2)
    w = w0
    if GROUPS == 3:
        w = tl.where(group == 0, w0, tl.where(group == 1, w1, w2))
    in_rows = row < rows
    in_columns = column < COLUMNS
    k = tl.arange(0, DEPTH)

    image = row // (OUT_HEIGHT * OUT_WIDTH)
    top = (row // OUT_WIDTH) % OUT_HEIGHT * STRIDE_H - PAD_H
    left = row % OUT_WIDTH * STRIDE_W - PAD_W
    POINTWISE: tl.constexpr = FILTER_H == 1 and FILTER_W == 1 and PAD_H == 0 and PAD_W == 0
    if POINTWISE and STRIDE_H == 1 and STRIDE_W == 1:
        start = row * CHANNELS
    else:
        start = ((image * HEIGHT + top) * WIDTH + left) * CHANNELS

    total: tl.constexpr = (SUMMED + DEPTH - 1) // DEPTH
    sum = tl.zeros((BLOCK_ROWS, BLOCK_COLUMNS), tl.float32)
    for step in range(split * steps, tl.minimum((split + 1) * steps, total)):
        depth = step * DEPTH + k
        if POINTWISE:
            offset = start[:, None] + depth[None, :]
            inside = in_rows[:, None]
        elif CHANNELS % DEPTH == 0:  # one filter element per step: its place is one number
            tap = step // (CHANNELS // DEPTH)
            down = tap // FILTER_W
            right = tap % FILTER_W
            offset = (start + (down * WIDTH + right) * CHANNELS)[:, None]
            offset += ((step % (CHANNELS // DEPTH)) * DEPTH + k)[None, :]
            inside = in_rows & (top + down >= 0) & (top + down < HEIGHT)
            inside = (inside & (left + right >= 0) & (left + right < WIDTH))[:, None]
        else:
            tap = depth // CHANNELS
            down = tap // FILTER_W
            right = tap % FILTER_W
            offset = start[:, None] + ((down * WIDTH + right) * CHANNELS + depth % CHANNELS)[None, :]
            inside = (top[:, None] + down[None, :] >= 0) & (top[:, None] + down[None, :] < HEIGHT)
            inside = inside & (left[:, None] + right[None, :] >= 0) & (left[:, None] + right[None, :] < WIDTH)
            inside = inside & in_rows[:, None]
        kept = in_columns[None, :]
        if SUMMED % DEPTH != 0:
            inside = inside & (depth < SUMMED)[None, :]
            kept = kept & (depth < SUMMED)[:, None]
        if COLUMN_MAJOR:
            weight = column[None, :] * SUMMED + depth[:, None]
        else:
            weight = depth[:, None] * COLUMNS + column[None, :]
        a = tl.load(x + offset, mask=inside, other=0.0)
        b = tl.load(w + weight, mask=kept, other=0.0)
        sum = multiply_add(a, b, sum, PRECISION)

    place = row[:, None] * (COLUMNS * GROUPS) + (group * COLUMNS + column)[None, :]
    written = in_rows[:, None] & in_columns[None, :]
    if PARTIAL:
        place += split * (rows * COLUMNS * GROUPS)
    else:
        if bias0 is not None:
            bias = bias0
            if GROUPS == 3:
                bias = tl.where(group == 0, bias0, tl.where(group == 1, bias1, bias2))
            sum += tl.load(bias + column, mask=in_columns, other=0.0)[None, :]
        if residual is not None:
            sum += tl.load(residual + place, mask=written, other=0.0)
        sum = activate(sum, ACTIVATION, SLOPE, SHIFT)
    tl.store(y + place, sum, mask=written)
