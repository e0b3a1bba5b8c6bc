"""What several kernels share: rounding of operands, the product of two tiles, activations."""

import triton
import triton.language as tl


@triton.jit
def rounded(x):
    """To the nearest tf32 number. Tensor cores would cut the low bits off: products too small by 0.07 % each, all in one
    direction, which makes 1 % at the end of a ResNet-50 where rounding makes 0.05 %."""
    return tl.inline_asm_elementwise("cvt.rna.tf32.f32 $0, $1;", "=r,r", [x], dtype=tl.float32, is_pure=True, pack=1)


@triton.jit
def multiply_add(a, b, sum, PRECISION: tl.constexpr):
    """Adds the product of two float32 tiles to a float32 tile, by tensor cores but for "fp32"."""
    if PRECISION == "fp16":
        sum = tl.dot(a.to(tl.float16), b.to(tl.float16), sum)
    elif PRECISION == "fp32":
        sum = tl.dot(a, b, sum, input_precision="ieee")
    elif PRECISION == "tf32":
        sum = tl.dot(rounded(a), rounded(b), sum, input_precision="tf32")
    else:
        sum = tl.dot(a, b, sum, input_precision=PRECISION)
    return sum


@triton.jit
def activate(value, ACTIVATION: tl.constexpr, SLOPE: tl.constexpr, SHIFT: tl.constexpr):
    """SLOPE and SHIFT are those of ONNX's HardSigmoid; the other activations have none."""
    if ACTIVATION == "relu":
        value = tl.maximum(value, 0.0)
    elif ACTIVATION == "gelu":
        value = 0.5 * value * (1.0 + tl.erf(value * 0.7071067811865476))
    elif ACTIVATION == "hard_swish":
        value = value * tl.minimum(tl.maximum(value / 6.0 + 0.5, 0.0), 1.0)
    elif ACTIVATION == "hard_sigmoid":
        value = tl.minimum(tl.maximum(value * SLOPE + SHIFT, 0.0), 1.0)
    return value
