"""What our kernels compute, against numpy, in Triton's interpreter: no GPU, and every element looked at."""

import unittest
from itertools import product as every

import numpy as np
import tvm
from interpreted import kernels, run
from test_partition import attention_body, built, constant, convolution, gelu_by_erf, hard_swish_by_bounds
from tvm import relax

from clockwork_compiler.kernels import flow, partition
from clockwork_compiler.kernels.calls import Attention, Depthwise, Epilogue, Normalize, Product, Window, parse
from clockwork_compiler.kernels.tiles import AttentionTile, DepthwiseTile, ProductTile

SMALL = ProductTile(rows=16, columns=16, depth=16, splits=1, warps=4, stages=2)
SPLIT = ProductTile(rows=32, columns=16, depth=16, splits=3, warps=4, stages=2)
ACTIVATIONS = {
    "none": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "gelu": lambda x: 0.5 * x * (1 + _erf(x / np.sqrt(2))),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_sigmoid": lambda x: np.clip(x * 0.2 + 0.5, 0, 1),
}


def _erf(x):
    from math import erf

    return np.vectorize(erf)(x)


class Numbers:
    """Seeded arrays."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)

    def __call__(self, *shape) -> np.ndarray:
        return self.random.standard_normal(shape).astype(np.float32)


def convolved(x, w, window: Window):
    """x [n, h, w, c] with a filter [r, s, c, k], patch by patch in float64."""
    n = x.shape[0]
    below = (window.out_height - 1) * window.stride_h + window.filter_h - window.height - window.pad_h
    right = (window.out_width - 1) * window.stride_w + window.filter_w - window.width - window.pad_w
    x = np.pad(x.astype(np.float64), ((0, 0), (window.pad_h, max(0, below)), (window.pad_w, max(0, right)), (0, 0)))
    y = np.zeros((n, window.out_height, window.out_width, w.shape[3]))
    for down, across in every(range(window.filter_h), range(window.filter_w)):
        rows = slice(down, down + (window.out_height - 1) * window.stride_h + 1, window.stride_h)
        columns = slice(across, across + (window.out_width - 1) * window.stride_w + 1, window.stride_w)
        y += x[:, rows, columns, :] @ w[down, across].astype(np.float64)
    return y


def normalized(x, scale, shift, epsilon):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * scale + shift


class KernelArithmetic(unittest.TestCase):
    def assertClose(self, actual, expected, tolerance=2e-5):
        self.assertLessEqual(np.abs(actual - expected).max(), tolerance * np.abs(expected).max())

    def product(self, call: Product, tile, inputs, shape):
        return run(kernels.emit_product(call, tile, "sm_90"), inputs, shape)

    def test_a_matrix_product_whose_sizes_fit_no_tile_is_right(self):
        sizes = ((1, 2, 7), (1, 40, 83), (17, 2, 64), (17, 40, 7), (50, 40, 83), (50, 16, 64))
        for (rows, columns, summed), tile, column_major in every(sizes, (SMALL, SPLIT), (False, True)):
            with self.subTest(rows=rows, columns=columns, summed=summed, splits=tile.splits, column_major=column_major):
                numbers = Numbers(rows)
                x, w = numbers(rows, summed), numbers(summed, columns)
                call = Product(rows, columns, Window(summed), column_major)
                weights = w.T.copy() if column_major else w
                self.assertClose(self.product(call, tile, [x, weights], (rows, columns)), x @ w)

    def test_every_epilogue_is_applied_in_its_order_whether_the_sum_was_split_or_not(self):
        numbers = Numbers(3)
        rows, columns, summed = 20, 24, 70
        x, w, bias, residual = numbers(rows, summed), numbers(summed, columns), numbers(columns), numbers(rows, columns)
        present = ((False, False), (False, True), (True, False), (True, True), (True, True))
        for tile, ((biased, added), activation) in every((SMALL, SPLIT), zip(present, ACTIVATIONS, strict=True)):
            with self.subTest(splits=tile.splits, bias=biased, residual=added, activation=activation):
                epilogue = Epilogue(biased, added, activation, 0.2 * (activation == "hard_sigmoid"), 0.5)
                call = Product(rows, columns, Window(summed), column_major=False, epilogue=epilogue)
                expected = ACTIVATIONS[activation](x @ w + bias * biased + residual * added)
                inputs = [x, w, *[bias] * biased, *[residual] * added]
                self.assertClose(self.product(call, tile, inputs, (rows, columns)), expected)

    def test_three_products_of_one_matrix_stand_side_by_side(self):
        numbers = Numbers(4)
        x, weights, biases = numbers(33, 48), [numbers(48, 40) for _ in range(3)], [numbers(40) for _ in range(3)]
        call = Product(33, 40, Window(48), column_major=False, groups=3, epilogue=Epilogue(bias=True))
        expected = np.concatenate([x @ w + bias for w, bias in zip(weights, biases, strict=True)], 1)
        for tile in (SMALL, SPLIT):
            with self.subTest(splits=tile.splits):
                self.assertClose(self.product(call, tile, [x, *weights, *biases], (33, 120)), expected)

    def test_a_product_is_normalised_on_the_way(self):
        numbers = Numbers(5)
        x, w, bias, residual = numbers(9, 50), numbers(50, 24), numbers(24), numbers(9, 24)
        scale, shift = numbers(24), numbers(24)
        call = Product(9, 24, Window(50), False, epilogue=Epilogue(bias=True, residual=True), epsilon=1e-6)
        expected = normalized(x @ w + bias + residual, scale, shift, 1e-6)
        for tile in (SMALL, SPLIT):
            with self.subTest(splits=tile.splits):
                actual = self.product(call, tile, [x, w, bias, residual, scale, shift], (9, 24))
                self.assertClose(actual, expected)

    def test_a_convolution_of_any_window_is_right(self):
        windows = (
            (Window(3, 11, 9, 6, 5, 7, 7, 2, 2, 3, 3), "three channels, large filter, stride"),
            (Window(16, 6, 7, 6, 7, 3, 3, 1, 1, 1, 1), "channels are whole steps"),
            (Window(32, 8, 5, 4, 5, 3, 3, 2, 1, 1, 1), "unequal strides"),
            (Window(20, 5, 5, 5, 5, 3, 3, 1, 1, 1, 1), "channels are no whole steps"),
            (Window(24, 7, 7, 4, 4, 1, 1, 2, 2, 0, 0), "one element, strided"),
            (Window(16, 9, 6, 4, 6, 5, 1, 2, 1, 1, 0), "tall filter, padded above only"),
            (Window(8, 6, 6, 3, 3, 3, 3, 2, 2, 0, 0), "padded below and to the right only"),
        )
        for (window, what), (tile, column_major) in every(windows, ((SMALL, False), (SPLIT, True), (SPLIT, False))):
            with self.subTest(what, splits=tile.splits, column_major=column_major):
                numbers = Numbers(6)
                x = numbers(2, window.height, window.width, window.channels)
                w = numbers(window.filter_h, window.filter_w, window.channels, 18)
                bias = numbers(18)
                shape = (2, window.out_height, window.out_width, 18)
                rows = 2 * window.out_height * window.out_width
                call = Product(rows, 18, window, column_major, epilogue=Epilogue(bias=True, activation="relu"))
                weights = w.transpose(3, 0, 1, 2).copy() if column_major else w
                expected = np.maximum(convolved(x, w, window) + bias, 0)
                self.assertClose(self.product(call, tile, [x, weights, bias], shape), expected)

    def test_a_depthwise_convolution_is_right(self):
        windows = (Window(20, 9, 7, 9, 7, 3, 3, 1, 1, 1, 1), Window(20, 9, 8, 5, 8, 5, 5, 2, 1, 2, 2))
        for window, channel_major, activation in every(windows, (False, True), ("none", "hard_swish")):
            with self.subTest(window=window, channel_major=channel_major, activation=activation):
                numbers = Numbers(7)
                x = numbers(2, window.height, window.width, window.channels)
                w = numbers(window.filter_h, window.filter_w, window.channels)
                bias = numbers(window.channels)
                shape = (2, window.out_height, window.out_width, window.channels)
                residual = numbers(*shape)
                spread = np.zeros((window.filter_h, window.filter_w, window.channels, window.channels), np.float32)
                spread[:, :, range(window.channels), range(window.channels)] = w
                expected = ACTIVATIONS[activation](convolved(x, spread, window) + bias + residual)
                rows = 2 * window.out_height * window.out_width
                call = Depthwise(rows, window, channel_major, Epilogue(bias=True, residual=True, activation=activation))
                weights = w.transpose(2, 0, 1).copy() if channel_major else w
                emission = kernels.emit_depthwise(call, DepthwiseTile(8, 16, 4), "sm_90")
                self.assertClose(run(emission, [x, weights, bias, residual], shape), expected)

    def test_attention_is_right_for_any_length_mask_and_packing(self):
        masks = {
            None: None,
            (0, 0, 0): (1, 1, 1),
            (1, 0, 0): (2, 1, 1),
            (3, 1, 0): (2, 3, 1),
            (0, 0, 1): (1, 1, "rows"),
        }
        for (rows, keys), (strides, shape), packed in every(
            ((16, 16), (21, 21), (5, 37)), masks.items(), (False, True)
        ):
            if packed and rows != keys:
                continue
            with self.subTest(rows=rows, keys=keys, mask=strides, packed=packed):
                numbers = Numbers(8)
                batch, heads, width = 2, 3, 10
                q = numbers(batch, rows, heads * width)
                k, v = numbers(batch, keys, heads * width), numbers(batch, keys, heads * width)
                mask = None
                if shape is not None:
                    extent = tuple(rows if size == "rows" else size for size in shape)
                    mask = np.where(numbers(*extent, keys) > 0.3, np.finfo(np.float32).min, 0).astype(np.float32)
                    mask[..., 2] = 0
                    strides = tuple(step * keys for step in strides)
                call = Attention(batch, rows, keys, heads, width, 0.37, packed, strides)
                inputs = [np.concatenate([q, k, v], 2)] if packed else [q, k, v]
                emission = kernels.emit_attention(call, AttentionTile(16, 16, 4), "sm_90")
                actual = run(emission, [*inputs, *([mask] if mask is not None else [])], (batch, rows, heads * width))
                self.assertClose(actual, _attended(q, k, v, mask, heads, 0.37))

    def test_a_row_whose_keys_are_all_masked_gives_their_mean(self):
        numbers = Numbers(9)
        q, k, v = (numbers(1, 20, 32) for _ in range(3))
        mask = np.full((1, 1, 1, 20), np.finfo(np.float32).min, np.float32)
        emission = kernels.emit_attention(
            Attention(1, 20, 20, 2, 16, 1.0, packed=False, mask=(0, 0, 0)), AttentionTile(16, 16, 4), "sm_90"
        )
        self.assertClose(
            run(emission, [q, k, v, mask], (1, 20, 32)), np.broadcast_to(v.mean(1, keepdims=True), v.shape)
        )

    def test_layer_normalisation_alone_is_right(self):
        numbers = Numbers(10)
        x, residual, scale, shift = numbers(7, 50), numbers(7, 50), numbers(50), numbers(50)
        for added in (False, True):
            emission = kernels.emit_normalize(Normalize(7, 50, 1e-5, residual=added), "sm_90")
            actual = run(emission, [x, *[residual] * added, scale, shift], (7, 50))
            self.assertClose(actual, normalized(x + residual * added, scale, shift, 1e-5))

    def test_half_precision_rounds_operands_and_nothing_else(self):
        numbers = Numbers(11)
        x, w = numbers(16, 64), numbers(64, 16)
        call = Product(16, 16, Window(64), column_major=False, precision="fp16")
        actual = run(kernels.emit_product(call, SMALL, "sm_90"), [x, w], (16, 16))
        rounded = x.astype(np.float16).astype(np.float32) @ w.astype(np.float16).astype(np.float32)
        self.assertClose(actual, rounded, 2e-3)
        self.assertClose(actual, x @ w, 5e-3)


class WholeModules(unittest.TestCase):
    def assertSame(self, inputs: dict, body):
        module = built(inputs, body)
        numbers = Numbers(12)
        arrays = [numbers(*shape) for shape in inputs.values()]
        expected = _by_tvm(module, arrays)
        actual = _by_our_kernels(partition(module, "fp32"), arrays)
        self.assertLessEqual(np.abs(actual - expected).max(), 1e-5 * np.abs(expected).max())

    def test_attention_with_what_is_around_it_gives_the_same_as_before(self):
        def body(emit, x, mask):
            y = emit(relax.op.matmul(attention_body(emit, x, mask), constant(12, 12)))
            y = emit(relax.op.add(emit(relax.op.add(constant(12), y)), x))
            y = emit(relax.op.nn.layer_norm(y, constant(12), constant(12), axes=[-1], epsilon=1e-6))
            y = gelu_by_erf(emit, emit(relax.op.add(emit(relax.op.matmul(y, constant(12, 40))), constant(40))))
            return emit(relax.op.add(emit(relax.op.matmul(y, constant(40, 20))), constant(20)))

        self.assertSame({"x": [2, 7, 12], "mask": [2, 1, 1, 7]}, body)

    def test_convolutions_one_after_the_other_give_the_same_as_before(self):
        def body(emit, x):
            y = hard_swish_by_bounds(
                emit, emit(relax.op.add(convolution(emit, x, 3, 16, stride=2), constant(1, 1, 1, 16)))
            )
            z = emit(
                relax.op.nn.relu(emit(relax.op.add(convolution(emit, y, 16, 16, groups=16), constant(1, 1, 1, 16))))
            )
            z = emit(relax.op.add(convolution(emit, z, 16, 16, pad=0, size=1), constant(1, 1, 1, 16)))
            return emit(relax.op.nn.relu(emit(relax.op.add(z, y))))

        self.assertSame({"x": [2, 9, 7, 3]}, body)


def _by_tvm(module, arrays):
    machine = relax.VirtualMachine(tvm.compile(module, tvm.target.Target({"kind": "llvm"})), tvm.cpu())
    return machine["main"](*(tvm.runtime.tensor(array) for array in arrays)).numpy()


def _by_our_kernels(module, arrays):
    """Runs main, in which nothing but our calls and reshapes may be left, by the steps that a plan would have."""
    main = module["main"]
    known = dict(zip(main.params, arrays, strict=True))

    def value(expression):
        fixed = flow.constant(expression)
        return known[expression] if fixed is None else fixed

    for binding in main.body.blocks[0].bindings:
        call, shape = binding.value, flow.shape_of(binding.var)
        if isinstance(call, relax.Var):
            known[binding.var] = known[call]
        elif flow.operation(call) == "relax.call_dps_packed":
            emission = kernels.emission(parse(str(call.args[0].global_symbol)), "sm_90")
            known[binding.var] = run(emission, [value(field) for field in call.args[1].fields], shape)
        elif flow.operation(call) == "relax.reshape":
            known[binding.var] = value(call.args[0]).reshape(shape)
        else:
            raise AssertionError(f"{flow.operation(call)} was left")
    return known[main.body.body]


def _attended(q, k, v, mask, heads, scale):
    def apart(x):
        return x.reshape(*x.shape[:2], heads, -1).transpose(0, 2, 1, 3).astype(np.float64)

    score = apart(q) @ apart(k).transpose(0, 1, 3, 2) * scale + (0 if mask is None else mask)
    share = np.exp(score - score.max(-1, keepdims=True))
    share /= share.sum(-1, keepdims=True)
    return (share @ apart(v)).transpose(0, 2, 1, 3).reshape(q.shape)


if __name__ == "__main__":
    unittest.main()
