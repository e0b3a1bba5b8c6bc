"""What remains after the sums of a product were split, and layer normalisation, which can be done on the way."""

import triton
import triton.language as tl

from .arithmetic import activate


@triton.jit
def finish(
    partial, bias0, bias1, bias2, residual, y,
    elements, splits,
    COLUMNS: tl.constexpr, GROUPS: tl.constexpr,
    ACTIVATION: tl.constexpr, SLOPE: tl.constexpr, SHIFT: tl.constexpr,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """Adds the splits in their order (so that equal inputs give equal bits), then what the product's epilogue does."""
    place = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = place < elements
    sum = tl.zeros((BLOCK,), tl.float32)
    for split in range(splits):
        sum += tl.load(partial + split * elements + place, mask=inside, other=0.0)
    if bias0 is not None:
        column = place % COLUMNS
        if GROUPS == 3:
            group = place // COLUMNS % 3
            sum += tl.load(bias0 + column, mask=inside & (group == 0), other=0.0)
            sum += tl.load(bias1 + column, mask=inside & (group == 1), other=0.0)
            sum += tl.load(bias2 + column, mask=inside & (group == 2), other=0.0)
        else:
            sum += tl.load(bias0 + column, mask=inside, other=0.0)
    if residual is not None:
        sum += tl.load(residual + place, mask=inside, other=0.0)
    tl.store(y + place, activate(sum, ACTIVATION, SLOPE, SHIFT), mask=inside)


@triton.jit
def normalize(
    partial, bias, residual, scale, shift, y,
    elements, splits,
    COLUMNS: tl.constexpr, EPSILON: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Layer normalisation of (sum of the splits + bias + residual), one row per block."""
    column = tl.arange(0, BLOCK)
    inside = column < COLUMNS
    place = tl.program_id(0) * COLUMNS + column
    sum = tl.zeros((BLOCK,), tl.float32)
    for split in range(splits):
        sum += tl.load(partial + split * elements + place, mask=inside, other=0.0)
    if bias is not None:
        sum += tl.load(bias + column, mask=inside, other=0.0)
    if residual is not None:
        sum += tl.load(residual + place, mask=inside, other=0.0)
    mean = tl.sum(sum, 0) / COLUMNS
    centred = tl.where(inside, sum - mean, 0.0)
    variance = tl.sum(centred * centred, 0) / COLUMNS
    normal = centred * tl.rsqrt(variance + EPSILON)
    normal = normal * tl.load(scale + column, mask=inside, other=0.0) + tl.load(shift + column, mask=inside, other=0.0)
    tl.store(y + place, normal, mask=inside)
