"""What is asked of a kernel, whatever its tiles: the vocabulary between `partition`, the tile table and `emit`.

A call travels through TVM as the name of a packed function, `clockwork.KIND{json}`, so it needs no table beside the module.
"""

import json
from dataclasses import MISSING, dataclass, fields, is_dataclass

PREFIX = "clockwork."


@dataclass(frozen=True)
class Epilogue:
    """What happens to a sum before it is stored, in this order."""

    bias: bool = False
    residual: bool = False
    activation: str = "none"  # relu, gelu, hard_swish, hard_sigmoid
    slope: float = 0.0
    shift: float = 0.0


@dataclass(frozen=True)
class Window:
    """Where a filter looks: sizes of an NHWC image and of its result, stride and padding above and to the left."""

    channels: int
    height: int = 1
    width: int = 1
    out_height: int = 1
    out_width: int = 1
    filter_h: int = 1
    filter_w: int = 1
    stride_h: int = 1
    stride_w: int = 1
    pad_h: int = 0
    pad_w: int = 0

    @property
    def summed(self) -> int:
        return self.channels * self.filter_h * self.filter_w

    def __str__(self) -> str:
        if self == Window(self.channels):
            return f"{self.channels}"
        return (
            f"{self.height}x{self.width}x{self.channels} {self.filter_h}x{self.filter_w}"
            f" /{self.stride_h}x{self.stride_w} +{self.pad_h}x{self.pad_w}"
        )


@dataclass(frozen=True)
class Product:
    """Arguments: x, weights (one per group), biases (as many), residual, scale and shift of a normalisation; then y."""

    rows: int
    columns: int
    window: Window
    column_major: bool
    groups: int = 1
    epilogue: Epilogue = Epilogue()
    epsilon: float | None = None  # of the layer normalisation that follows, if one does
    precision: str = "fp32"

    @property
    def shape(self) -> str:
        """What the choice of a tile depends on, but for the number of rows."""
        grouped = f" groups {self.groups}" if self.groups > 1 else ""
        order = " column-major" if self.column_major else ""
        normal = " normalized" if self.epsilon is not None else ""
        return f"product {self.window} to {self.columns}{grouped}{order}{normal}"


@dataclass(frozen=True)
class Depthwise:
    """Arguments: x, weights, bias, residual; then y."""

    rows: int
    window: Window
    channel_major: bool
    epilogue: Epilogue = Epilogue()
    precision = "fp32"  # whatever that of the model: no tensor cores work on it

    @property
    def shape(self) -> str:
        return f"depthwise {self.window}"


@dataclass(frozen=True)
class Attention:
    """Arguments: q, k, v, or one tensor with all three side by side in each row (`packed`); mask; then y."""

    batch: int
    rows: int  # of q
    keys: int
    heads: int
    width: int
    scale: float
    packed: bool
    mask: tuple[int, int, int] | None = None  # strides from batch to batch, head to head, row to row; 0 repeats
    precision: str = "fp32"

    @property
    def shape(self) -> str:
        return f"attention {self.rows}x{self.keys} width {self.width}"


@dataclass(frozen=True)
class Normalize:
    """Layer normalisation on its own. Arguments: x, residual, scale, shift; then y."""

    rows: int
    columns: int
    epsilon: float
    residual: bool = False

    @property
    def shape(self) -> str:
        return f"normalize {self.columns}"


Call = Product | Depthwise | Attention | Normalize
KINDS = {kind.__name__.lower(): kind for kind in (Product, Depthwise, Attention, Normalize)}


def name(call: Call) -> str:
    """The packed function's name that stands for this call in the module."""
    return f"{PREFIX}{type(call).__name__.lower()}{json.dumps(_brief(call), separators=(',', ':'))}"


def _brief(value):
    """A record's fields but for those that have their default."""
    if not is_dataclass(value):
        return value
    values = ((field, getattr(value, field.name)) for field in fields(value))
    return {field.name: _brief(held) for field, held in values if field.default is MISSING or held != field.default}


def parse(packed: str) -> Call:
    """The call behind a packed function's name."""
    kind, brace, fields = packed.removeprefix(PREFIX).partition("{")
    if not packed.startswith(PREFIX) or not brace or kind not in KINDS:
        raise ValueError(
            f"'{packed}' names no kernel of ours; expected {PREFIX}KIND{{…}} with KIND one of {', '.join(KINDS)}"
        )
    values = json.loads(brace + fields)
    if "window" in values:
        values["window"] = Window(**values["window"])
    if "epilogue" in values:
        values["epilogue"] = Epilogue(**values["epilogue"])
    if values.get("mask") is not None:
        values["mask"] = tuple(values["mask"])
    return KINDS[kind](**values)
