"""What `partition` takes and what it leaves, on small modules spelled as exporters spell them."""

import os
import unittest
from importlib.util import find_spec

if find_spec("triton") is None:
    raise unittest.SkipTest("no package triton for this Python: targets for GPUs can't be compiled")
os.environ.setdefault("TVM_COMPILE_FORCE_FALLBACK", "1")

import numpy as np
import tvm
from tvm import relax

from clockwork_compiler.kernels import partition
from clockwork_compiler.kernels.calls import Attention, Depthwise, Epilogue, Normalize, Product, Window, name, parse
from clockwork_compiler.tuning.prepare import calls_of

RANDOM = np.random.default_rng(1)


def constant(*shape, scale=1.0):
    return relax.const((RANDOM.standard_normal(shape) * scale).astype(np.float32))


def number(value):
    return relax.const(np.float32(value))


def built(inputs: dict, body) -> tvm.IRModule:
    """A module whose main takes float32 tensors of these shapes; `body(emit, *inputs)` gives the result."""
    builder = relax.BlockBuilder()
    parameters = [relax.Var(name, relax.TensorType(shape, "float32")) for name, shape in inputs.items()]
    with builder.function("main", parameters):
        with builder.dataflow():
            result = builder.emit_output(body(builder.emit, *parameters))
        builder.emit_func_output(result)
    return builder.get()


def left(module) -> list[str]:
    """Operators that are not ours."""
    values = [binding.value for binding in module["main"].body.blocks[0].bindings]
    names = [value.op.name for value in values if type(value).__name__ == "Call"]
    return [name for name in names if name not in ("relax.call_dps_packed", "relax.reshape")]


def parted(inputs: dict, body):
    module = partition(built(inputs, body), "tf32x3")
    return calls_of(module), left(module)


def hard_swish_by_clip(emit, x):
    gate = emit(relax.op.clip(emit(relax.op.add(emit(relax.op.multiply(x, number(1 / 6))), number(0.5))), 0, 1))
    return emit(relax.op.multiply(x, gate))


def hard_swish_by_bounds(emit, x):
    gate = emit(relax.op.minimum(emit(relax.op.maximum(emit(relax.op.add(x, number(3))), number(0))), number(6)))
    return emit(relax.op.divide(emit(relax.op.multiply(x, gate)), number(6)))


def hard_swish_across_layouts(emit, x):
    moved = emit(
        relax.op.permute_dims(emit(relax.op.add(emit(relax.op.multiply(x, number(1 / 6))), number(0.5))), [0, 3, 1, 2])
    )
    gate = emit(relax.op.permute_dims(emit(relax.op.clip(moved, 0, 1)), [0, 2, 3, 1]))
    return emit(relax.op.multiply(x, gate))


def gelu_by_erf(emit, x):
    error = emit(relax.op.erf(emit(relax.op.divide(x, number(np.sqrt(2))))))
    return emit(relax.op.multiply(emit(relax.op.multiply(x, emit(relax.op.add(error, number(1))))), number(0.5)))


def convolution(emit, x, channels, filters, groups=1, stride=1, pad=1, size=3, layout="HWIO"):
    shape = {"H": size, "W": size, "I": channels // groups, "O": filters}
    w = constant(*(shape[axis] for axis in layout))
    return emit(
        relax.op.nn.conv2d(x, w, (stride, stride), (pad,) * 4, (1, 1), groups, data_layout="NHWC", kernel_layout=layout)
    )


class Partition(unittest.TestCase):
    def test_a_product_takes_bias_residual_and_activation_with_it(self):
        def body(emit, x, residual):
            y = emit(relax.op.add(constant(24), emit(relax.op.matmul(x, constant(16, 24)))))
            return emit(relax.op.nn.relu(emit(relax.op.add(y, residual))))

        calls, others = parted({"x": [2, 3, 16], "residual": [2, 3, 24]}, body)
        self.assertEqual(others, [])
        epilogue = Epilogue(bias=True, residual=True, activation="relu")
        self.assertEqual(calls, [Product(6, 24, Window(16), False, epilogue=epilogue, precision="tf32x3")])

    def test_a_value_that_someone_else_reads_is_still_written_down(self):
        def body(emit, x):
            product = emit(relax.op.matmul(x, constant(16, 16)))
            return emit(relax.op.multiply(emit(relax.op.nn.relu(product)), emit(relax.op.negative(product))))

        calls, others = parted({"x": [4, 16]}, body)
        self.assertEqual([call.epilogue for call in calls], [Epilogue()])
        self.assertEqual(others, ["relax.nn.relu", "relax.negative", "relax.multiply"])

        def biased(emit, x):
            product = emit(relax.op.matmul(x, constant(16, 16)))
            return emit(relax.op.multiply(emit(relax.op.add(product, constant(16))), emit(relax.op.negative(product))))

        calls, others = parted({"x": [4, 16]}, biased)
        self.assertEqual([call.epilogue for call in calls], [Epilogue()])
        self.assertEqual(others, ["relax.add", "relax.negative", "relax.multiply"])

    def test_a_convolution_is_a_product_with_a_window_whatever_its_weights_layout(self):
        for layout in ("HWIO", "OHWI"):
            with self.subTest(layout):
                body = lambda emit, x: convolution(emit, x, 3, 8, stride=2, layout=layout)  # noqa: B023, E731
                calls, others = parted({"x": [2, 11, 9, 3]}, body)
                window = Window(3, 11, 9, 6, 5, 3, 3, 2, 2, 1, 1)
                self.assertEqual(others, [])
                self.assertEqual(calls, [Product(60, 8, window, layout == "OHWI", precision="tf32x3")])

    def test_a_filter_of_one_element_is_a_matrix_product_unless_it_strides(self):
        calls, _ = parted({"x": [1, 8, 8, 16]}, lambda emit, x: convolution(emit, x, 16, 8, pad=0, size=1))
        self.assertEqual(calls[0].window, Window(16))
        calls, _ = parted({"x": [1, 8, 8, 16]}, lambda emit, x: convolution(emit, x, 16, 8, stride=2, pad=0, size=1))
        self.assertEqual(calls[0].window, Window(16, 8, 8, 4, 4, 1, 1, 2, 2))

    def test_a_filter_for_each_channel_is_depthwise_and_other_groups_are_left(self):
        calls, others = parted({"x": [1, 8, 8, 16]}, lambda emit, x: convolution(emit, x, 16, 16, groups=16))
        self.assertEqual((calls, others), ([Depthwise(64, Window(16, 8, 8, 8, 8, 3, 3, 1, 1, 1, 1), False)], []))
        calls, others = parted({"x": [1, 8, 8, 16]}, lambda emit, x: convolution(emit, x, 16, 16, groups=4))
        self.assertEqual((calls, others), ([], ["relax.nn.conv2d"]))

    def test_an_activation_is_known_by_what_it_computes(self):
        spellings = {
            "hard_swish": (hard_swish_by_clip, hard_swish_by_bounds, hard_swish_across_layouts),
            "gelu": (gelu_by_erf, lambda emit, x: emit(relax.op.nn.gelu(x))),
            "relu": (lambda emit, x: emit(relax.op.maximum(x, number(0))), lambda emit, x: emit(relax.op.nn.relu(x))),
        }
        for activation, functions in spellings.items():
            for function in functions:
                with self.subTest(activation, spelling=getattr(function, "__name__", "")):
                    body = lambda emit, x: function(emit, convolution(emit, x, 8, 8))  # noqa: B023, E731
                    calls, others = parted({"x": [1, 6, 5, 8]}, body)
                    self.assertEqual(others, [])
                    self.assertEqual(calls[0].epilogue.activation, activation)

    def test_a_hard_sigmoid_keeps_its_slope_and_shift(self):
        def body(emit, x):
            line = emit(relax.op.add(emit(relax.op.multiply(convolution(emit, x, 8, 8), number(0.2))), number(0.4)))
            return emit(relax.op.clip(line, 0, 1))

        calls, others = parted({"x": [1, 6, 5, 8]}, body)
        self.assertEqual(others, [])
        self.assertEqual(calls[0].epilogue, Epilogue(activation="hard_sigmoid", slope=0.2, shift=0.4))

    def test_what_only_resembles_an_activation_is_left(self):
        def body(emit, x):
            product = convolution(emit, x, 8, 8)
            return emit(relax.op.multiply(product, emit(relax.op.clip(emit(relax.op.add(product, number(0.5))), 0, 1))))

        calls, others = parted({"x": [1, 6, 5, 8]}, body)
        self.assertEqual(calls[0].epilogue, Epilogue())
        self.assertEqual(others, ["relax.add", "relax.clip", "relax.multiply"])

        def squared(emit, x):
            gate = emit(relax.op.clip(emit(relax.op.multiply(convolution(emit, x, 8, 8), number(0.2))), 0, 1))
            return emit(relax.op.multiply(gate, gate))

        calls, others = parted({"x": [1, 6, 5, 8]}, squared)
        self.assertEqual((calls[0].epilogue.activation, others), ("hard_sigmoid", ["relax.multiply"]))

    def test_attention_takes_three_products_of_one_tensor_as_one(self):
        calls, others = parted({"x": [2, 7, 12], "mask": [2, 1, 1, 7]}, attention_body)
        self.assertEqual(others, [])
        packed, attended = calls
        self.assertEqual(
            (packed.rows, packed.columns, packed.groups, packed.epilogue), (14, 12, 3, Epilogue(bias=True))
        )
        self.assertEqual(attended, Attention(2, 7, 7, 3, 4, 0.5, packed=True, mask=(7, 0, 0), precision="tf32x3"))

    def test_attention_whose_heads_are_put_together_in_another_order_is_left(self):
        wrong = lambda emit, x, mask: attention_body(emit, x, mask, together=[0, 2, 3, 1])  # noqa: E731
        calls, others = parted({"x": [2, 7, 12], "mask": [2, 1, 1, 7]}, wrong)
        self.assertNotIn(Attention, [type(call) for call in calls])
        self.assertIn("relax.nn.softmax", others)

    def test_layer_normalisation_goes_with_the_product_before_it_or_alone(self):
        def normal(emit, x):
            return emit(relax.op.nn.layer_norm(x, constant(24), constant(24), axes=[-1], epsilon=1e-6))

        calls, others = parted({"x": [5, 16]}, lambda emit, x: normal(emit, emit(relax.op.matmul(x, constant(16, 24)))))
        self.assertEqual((len(calls), calls[0].epsilon, others), (1, 1e-6, []))
        calls, others = parted({"x": [5, 24]}, lambda emit, x: normal(emit, emit(relax.op.negative(x))))
        self.assertEqual((calls, others), ([Normalize(5, 24, 1e-6)], ["relax.negative"]))

    def test_transposes_that_move_nothing_cost_nothing(self):
        def body(emit, x):
            there = emit(relax.op.permute_dims(x, [0, 3, 1, 2]))
            back = emit(relax.op.permute_dims(there, [0, 2, 3, 1]))
            flat = emit(relax.op.permute_dims(emit(relax.op.mean(back, [1, 2], keepdims=True)), [0, 3, 1, 2]))
            return emit(relax.op.negative(flat))

        _, others = parted({"x": [2, 4, 5, 6]}, body)
        self.assertEqual(others, ["relax.mean", "relax.negative"])

    def test_a_call_survives_its_journey_as_a_name(self):
        epilogue = Epilogue(True, False, "hard_sigmoid", 0.2, 0.5)
        window = Window(3, 11, 9, 6, 5, 3, 3, 2, 2, 1, 1)
        for call in (
            Product(60, 8, window, True, 3, epilogue, 1e-5, "tf32"),
            Depthwise(60, window, False, epilogue),
            Attention(2, 7, 7, 3, 4, 0.5, True, (7, 0, 0), "fp16"),
            Normalize(5, 24, 1e-6, True),
        ):
            self.assertEqual(parse(name(call)), call)
        with self.assertRaisesRegex(ValueError, "names no kernel of ours"):
            parse("clockwork.sort{}")


def attention_body(emit, x, mask, together=(0, 2, 1, 3)):
    batch, length, heads, width = 2, 7, 3, 4

    def heads_apart(axes):
        line = emit(relax.op.add(emit(relax.op.matmul(x, constant(12, 12))), constant(12)))
        return emit(relax.op.permute_dims(emit(relax.op.reshape(line, [batch, length, heads, width])), axes))

    q, k, v = heads_apart([0, 2, 1, 3]), heads_apart([0, 2, 3, 1]), heads_apart([0, 2, 1, 3])
    score = emit(relax.op.divide(emit(relax.op.matmul(q, k)), number(2)))
    flat = emit(relax.op.reshape(emit(relax.op.add(score, mask)), [batch * heads * length, length]))
    share = emit(relax.op.reshape(emit(relax.op.nn.softmax(flat, 1)), [batch, heads, length, length]))
    weighted = emit(relax.op.permute_dims(emit(relax.op.matmul(share, v)), list(together)))
    return emit(relax.op.reshape(weighted, [batch, length, heads * width]))


if __name__ == "__main__":
    unittest.main()
