"""Convolution in which every channel has a filter of its own: a sum of a few products per output, so no tensor cores."""

import triton
import triton.language as tl

from .arithmetic import activate


@triton.jit
def depthwise(
    x, w, bias, residual, y,
    pixels,  # of all images of the batch
    CHANNELS: tl.constexpr, HEIGHT: tl.constexpr, WIDTH: tl.constexpr,
    OUT_HEIGHT: tl.constexpr, OUT_WIDTH: tl.constexpr,
    FILTER_H: tl.constexpr, FILTER_W: tl.constexpr,
    STRIDE_H: tl.constexpr, STRIDE_W: tl.constexpr,
    PAD_H: tl.constexpr, PAD_W: tl.constexpr,
    CHANNEL_MAJOR: tl.constexpr,  # weights as [CHANNELS, FILTER_H, FILTER_W] instead of [FILTER_H, FILTER_W, CHANNELS]
    ACTIVATION: tl.constexpr, SLOPE: tl.constexpr, SHIFT: tl.constexpr,
    BLOCK: tl.constexpr, BLOCK_CHANNELS: tl.constexpr,
):  # fmt: skip
    pixel = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    channel = tl.program_id(1) * BLOCK_CHANNELS + tl.arange(0, BLOCK_CHANNELS)
    in_pixels = pixel < pixels
    in_channels = (channel < CHANNELS)[None, :]
    image = pixel // (OUT_HEIGHT * OUT_WIDTH)
    top = (pixel // OUT_WIDTH) % OUT_HEIGHT * STRIDE_H - PAD_H
    left = pixel % OUT_WIDTH * STRIDE_W - PAD_W
    start = ((image * HEIGHT + top) * WIDTH + left) * CHANNELS
    sum = tl.zeros((BLOCK, BLOCK_CHANNELS), tl.float32)
    for down in tl.static_range(FILTER_H):
        for right in tl.static_range(FILTER_W):
            inside = in_pixels & (top + down >= 0) & (top + down < HEIGHT)
            inside = inside & (left + right >= 0) & (left + right < WIDTH)
            offset = (start + (down * WIDTH + right) * CHANNELS)[:, None] + channel[None, :]
            a = tl.load(x + offset, mask=inside[:, None] & in_channels, other=0.0)
            if CHANNEL_MAJOR:
                weight = channel * (FILTER_H * FILTER_W) + down * FILTER_W + right
            else:
                weight = (down * FILTER_W + right) * CHANNELS + channel
            sum += a * tl.load(w + weight, mask=channel < CHANNELS, other=0.0)[None, :]
    place = pixel[:, None] * CHANNELS + channel[None, :]
    written = in_pixels[:, None] & in_channels
    if bias is not None:
        sum += tl.load(bias + channel, mask=channel < CHANNELS, other=0.0)[None, :]
    if residual is not None:
        sum += tl.load(residual + place, mask=written, other=0.0)
    tl.store(y + place, activate(sum, ACTIVATION, SLOPE, SHIFT), mask=written)
