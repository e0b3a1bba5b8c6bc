"""Two kernels that only tuning needs: data to compute with, and how far two results are apart."""

import triton
import triton.language as tl


@triton.jit
def fill(y, elements, seed, BLOCK: tl.constexpr):
    """Numbers in [-0.5, 0.5) that follow from the seed and the place."""
    place = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + place, tl.rand(seed, place) - 0.5, mask=place < elements)


@triton.jit
def compare(x, reference, y, elements, BLOCK: tl.constexpr):
    """For each block max |x − reference| and max |reference|; what is no number counts as infinitely far."""
    place = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = place < elements
    actual = tl.load(x + place, mask=inside, other=0.0)
    expected = tl.load(reference + place, mask=inside, other=0.0)
    apart = tl.abs(actual - expected)
    apart = tl.where(apart == apart, apart, float("inf"))
    tl.store(y + 2 * tl.program_id(0), tl.max(apart, 0))
    tl.store(y + 2 * tl.program_id(0) + 1, tl.max(tl.abs(expected), 0))
