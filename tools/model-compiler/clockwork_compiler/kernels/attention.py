"""softmax(Q·Kᵀ × SCALE + mask) · V for all heads, without writing the scores down."""

import triton
import triton.language as tl

from .arithmetic import multiply_add


@triton.jit
def attention(
    q, k, v, mask, y,
    LENGTH: tl.constexpr, KEYS: tl.constexpr,  # rows of q and y; rows of k and v
    HEADS: tl.constexpr, WIDTH: tl.constexpr,
    Q_STRIDE: tl.constexpr, K_STRIDE: tl.constexpr, V_STRIDE: tl.constexpr,  # from row to row
    Q_OFFSET: tl.constexpr, K_OFFSET: tl.constexpr, V_OFFSET: tl.constexpr,  # of the first head in a row
    SCALE: tl.constexpr,
    MASK_BATCH: tl.constexpr, MASK_HEAD: tl.constexpr, MASK_ROW: tl.constexpr,  # strides of the mask, 0 where it repeats
    BLOCK: tl.constexpr, BLOCK_KEYS: tl.constexpr, BLOCK_WIDTH: tl.constexpr,
    PRECISION: tl.constexpr,
):  # fmt: skip
    """Heads lie side by side in a row of q, k, v and y. The sum over keys is rescaled as its maximum grows."""
    batch = tl.program_id(1) // HEADS
    head = tl.program_id(1) % HEADS
    row = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    lane = tl.arange(0, BLOCK_WIDTH)
    in_rows = (row < LENGTH)[:, None]
    in_lanes = (lane < WIDTH)[None, :]
    query = q + batch * LENGTH * Q_STRIDE + Q_OFFSET + head * WIDTH
    query = tl.load(query + row[:, None] * Q_STRIDE + lane[None, :], mask=in_rows & in_lanes, other=0.0)
    keys = k + batch * KEYS * K_STRIDE + K_OFFSET + head * WIDTH
    values = v + batch * KEYS * V_STRIDE + V_OFFSET + head * WIDTH
    highest = tl.full((BLOCK,), float("-inf"), tl.float32)
    weight = tl.zeros((BLOCK,), tl.float32)
    sum = tl.zeros((BLOCK, BLOCK_WIDTH), tl.float32)
    for begin in range(0, KEYS, BLOCK_KEYS):
        key = begin + tl.arange(0, BLOCK_KEYS)
        in_keys = key < KEYS
        kt = tl.load(
            keys + key[None, :] * K_STRIDE + lane[:, None], mask=in_keys[None, :] & (lane < WIDTH)[:, None], other=0.0
        )
        score = multiply_add(query, kt, tl.zeros((BLOCK, BLOCK_KEYS), tl.float32), PRECISION) * SCALE
        if mask is not None:
            masked = mask + batch * MASK_BATCH + head * MASK_HEAD
            score += tl.load(
                masked + row[:, None] * MASK_ROW + key[None, :], mask=in_rows & in_keys[None, :], other=0.0
            )
        score = tl.where(in_keys[None, :], score, float("-inf"))
        higher = tl.maximum(highest, tl.max(score, 1))
        # e^x as 2^(x × log₂ e), after the maximum is taken off: a mask of the lowest float stays finite until then
        share = tl.exp2((score - higher[:, None]) * 1.4426950408889634)
        fade = tl.exp2((highest - higher) * 1.4426950408889634)
        weight = weight * fade + tl.sum(share, 1)
        vs = tl.load(values + key[:, None] * V_STRIDE + lane[None, :], mask=in_keys[:, None] & in_lanes, other=0.0)
        sum = multiply_add(share, vs, sum * fade[:, None], PRECISION)
        highest = higher
    place = (batch * LENGTH + row)[:, None] * (HEADS * WIDTH) + (head * WIDTH + lane)[None, :]
    tl.store(y + place, sum / weight[:, None], mask=in_rows & in_lanes)
