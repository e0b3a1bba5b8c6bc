"""From a call to launches of compiled kernels."""

from collections.abc import Callable
from dataclasses import dataclass

from . import tiles
from .aot import POINTERS_AFTER_THE_PARAMETERS, Binary, compile_kernel
from .attention import attention
from .calls import Attention, Call, Depthwise, Epilogue, Normalize, Product, Window
from .depthwise import depthwise
from .finish import finish, normalize
from .product import product


@dataclass(frozen=True)
class Operand:
    """A tensor that the call was given, by its position."""

    position: int


@dataclass(frozen=True)
class Scratch:
    """A tensor that only the launches of this call use."""

    index: int


@dataclass(frozen=True)
class Integer:
    """An int32."""

    value: int


@dataclass(frozen=True)
class Null:
    """A pointer that the kernel doesn't follow."""


Argument = Operand | Scratch | Integer | Null


@dataclass(frozen=True)
class Step:
    """One launch. The block is (binary.threads, 1, 1)."""

    binary: Binary
    grid: tuple[int, int, int]
    arguments: tuple[Argument, ...]
    writes: tuple[int, ...]


@dataclass(frozen=True)
class Emission:
    """The launches that carry out a call, in order, and the bytes of each scratch tensor they need."""

    steps: tuple[Step, ...]
    scratch_bytes: tuple[int, ...] = ()


def emission(call: Call, architecture: str) -> Emission:
    """Carries out a call; its operands are the packed function's arguments, inputs before the result."""
    if isinstance(call, Normalize):
        return emit_normalize(call, architecture)
    return EMITTERS[type(call)](call, tiles.choose(call, architecture), architecture)


def emit_product(call: Product, tile: tiles.ProductTile, architecture: str) -> Emission:
    _, splits = split(call, tile)
    operands = _product_operands(call)
    if splits == 1 and call.epsilon is None:
        binary = compile_product(call, tile, architecture, partial=False)
        return Emission((_product_step(binary, call, tile, operands),))
    partial = Scratch(0)
    first = emit_sums(call, tile, architecture, partial)
    elements = call.rows * call.columns * call.groups
    rest = {**operands, "partial": partial, "elements": Integer(elements), "splits": Integer(splits)}
    if call.epsilon is None:
        binary, blocks = compile_finish(call, architecture)
    else:
        binary, blocks = compile_normalize(call.columns, call.epsilon, call.epilogue, architecture), call.rows
        rest["bias"] = operands.get("bias0")
    return Emission((first, _step(binary, (blocks, 1, 1), rest)), (4 * splits * elements,))


def emit_sums(call: Product, tile: tiles.ProductTile, architecture: str, y: Argument) -> Step:
    """The product alone, in as many parts as the tile splits it."""
    binary = compile_product(call, tile, architecture, partial=True)
    return _product_step(binary, call, tile, {**_product_operands(call), "y": y})


def _product_step(binary: Binary, call: Product, tile: tiles.ProductTile, operands: dict[str, Argument]) -> Step:
    steps, splits = split(call, tile)
    grid = (-(-call.rows // tile.rows), -(-call.columns // tile.columns) * call.groups, splits)
    return _step(binary, grid, {**operands, "rows": Integer(call.rows), "steps": Integer(steps)})


def _product_operands(call: Product) -> dict[str, Argument]:
    names = [*_numbered("w", call.groups), *_numbered("bias", call.groups if call.epilogue.bias else 0)]
    names += ["residual"] * call.epilogue.residual + ["scale", "shift"] * (call.epsilon is not None)
    return {name: Operand(position) for position, name in enumerate(["x", *names, "y"])}


def split(call: Product, tile: tiles.ProductTile) -> tuple[int, int]:
    """(Steps of depth that a block makes, splits of the sum): no split is empty."""
    total = -(-call.window.summed // tile.depth)
    steps = -(-total // tile.splits)
    return steps, -(-total // steps)


def compile_product(call: Product, tile: tiles.ProductTile, architecture: str, partial: bool) -> Binary:
    epilogue = Epilogue() if partial else call.epilogue
    constants = {
        **_window(call.window),
        **_epilogue(epilogue),
        **_absent(call.groups if epilogue.bias else 0, epilogue.residual),
        **dict.fromkeys(_numbered("w", 3)[call.groups :]),
        "COLUMNS": call.columns, "SUMMED": call.window.summed,
        "COLUMN_MAJOR": call.column_major, "GROUPS": call.groups, "PARTIAL": partial,
        "BLOCK_ROWS": tile.rows, "BLOCK_COLUMNS": tile.columns, "DEPTH": tile.depth,
        "PRECISION": call.precision,
    }  # fmt: skip
    return compile_kernel(product, constants, ("rows", "steps"), architecture, tile.warps, tile.stages)


def compile_finish(call: Product, architecture: str) -> tuple[Binary, int]:
    """The kernel that adds splits, and how many blocks of it."""
    elements = call.rows * call.columns * call.groups
    block = 1024 if elements > 1 << 20 else 256
    constants = {
        **_epilogue(call.epilogue),
        **_absent(call.groups if call.epilogue.bias else 0, call.epilogue.residual),
        "COLUMNS": call.columns, "GROUPS": call.groups, "BLOCK": block,
    }  # fmt: skip
    binary = compile_kernel(finish, constants, ("elements", "splits"), architecture, block // 128, 2)
    return binary, -(-elements // block)


def compile_normalize(columns: int, epsilon: float, epilogue: Epilogue, architecture: str) -> Binary:
    block = 1 << (columns - 1).bit_length()
    constants = {"COLUMNS": columns, "EPSILON": epsilon, "BLOCK": block}
    constants |= {} if epilogue.bias else {"bias": None}
    constants |= {} if epilogue.residual else {"residual": None}
    warps = max(1, min(8, block // 128))
    return compile_kernel(normalize, constants, ("elements", "splits"), architecture, warps, 2)


def emit_normalize(call: Normalize, architecture: str) -> Emission:
    binary = compile_normalize(call.columns, call.epsilon, Epilogue(residual=call.residual), architecture)
    names = ["partial", *["residual"] * call.residual, "scale", "shift", "y"]
    operands = {name: Operand(position) for position, name in enumerate(names)}
    integers = {"elements": Integer(call.rows * call.columns), "splits": Integer(1)}
    return Emission((_step(binary, (call.rows, 1, 1), {**operands, **integers}),))


def emit_depthwise(call: Depthwise, tile: tiles.DepthwiseTile, architecture: str) -> Emission:
    constants = {
        **_window(call.window),
        **_epilogue(call.epilogue),
        "CHANNEL_MAJOR": call.channel_major, "BLOCK": tile.pixels, "BLOCK_CHANNELS": tile.channels,
    }  # fmt: skip
    constants |= {} if call.epilogue.bias else {"bias": None}
    constants |= {} if call.epilogue.residual else {"residual": None}
    binary = compile_kernel(depthwise, constants, ("pixels",), architecture, tile.warps, 2)
    names = ["x", "w", *["bias"] * call.epilogue.bias, *["residual"] * call.epilogue.residual, "y"]
    operands = {name: Operand(position) for position, name in enumerate(names)}
    grid = (-(-call.rows // tile.pixels), -(-call.window.channels // tile.channels), 1)
    return Emission((_step(binary, grid, {**operands, "pixels": Integer(call.rows)}),))


def emit_attention(call: Attention, tile: tiles.AttentionTile, architecture: str) -> Emission:
    row = call.heads * call.width
    batch, head, line = call.mask or (0, 0, 0)
    constants = {
        "LENGTH": call.rows, "KEYS": call.keys, "HEADS": call.heads, "WIDTH": call.width, "SCALE": call.scale,
        **{f"{name}_STRIDE": 3 * row if call.packed else row for name in "QKV"},
        **{f"{name}_OFFSET": place * row if call.packed else 0 for place, name in enumerate("QKV")},
        "MASK_BATCH": batch, "MASK_HEAD": head, "MASK_ROW": line,
        "BLOCK": tile.rows, "BLOCK_KEYS": tile.keys, "BLOCK_WIDTH": max(tiles.SMALLEST, 1 << (call.width - 1).bit_length()),
        "PRECISION": call.precision,
    }  # fmt: skip
    constants |= {} if call.mask else {"mask": None}
    binary = compile_kernel(attention, constants, (), architecture, tile.warps, 2)
    inputs = 1 if call.packed else 3
    operands = {name: Operand(min(place, inputs - 1)) for place, name in enumerate("qkv")}
    operands |= {"mask": Operand(inputs), "y": Operand(inputs + bool(call.mask))}
    return Emission((_step(binary, (-(-call.rows // tile.rows), call.batch * call.heads, 1), operands),))


EMITTERS: dict[type[Call], Callable] = {
    Product: emit_product,
    Depthwise: emit_depthwise,
    Attention: emit_attention,
}


def _step(binary: Binary, grid: tuple[int, int, int], arguments: dict[str, Argument]) -> Step:
    """A launch with the arguments that the kernel has; all of ours write `y` and nothing else."""
    values = [arguments[name] for name in binary.parameters] + [Null()] * POINTERS_AFTER_THE_PARAMETERS
    return Step(binary, grid, tuple(values), (binary.parameters.index("y"),))


def _numbered(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(count)]


def _absent(biases: int, residual: bool) -> dict:
    absent = dict.fromkeys(_numbered("bias", 3)[biases:])
    return absent if residual else {**absent, "residual": None}


def _epilogue(epilogue: Epilogue) -> dict:
    return {"ACTIVATION": epilogue.activation, "SLOPE": epilogue.slope, "SHIFT": epilogue.shift}


def _window(window: Window) -> dict:
    return {
        "CHANNELS": window.channels, "HEIGHT": window.height, "WIDTH": window.width,
        "OUT_HEIGHT": window.out_height, "OUT_WIDTH": window.out_width,
        "FILTER_H": window.filter_h, "FILTER_W": window.filter_w,
        "STRIDE_H": window.stride_h, "STRIDE_W": window.stride_w,
        "PAD_H": window.pad_h, "PAD_W": window.pad_w,
    }  # fmt: skip
