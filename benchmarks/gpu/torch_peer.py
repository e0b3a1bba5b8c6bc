"""PyTorch beside our plans: the same networks through cuDNN and cuBLAS, one CUDA graph for each batch size.

  torch_peer.py strip MODEL.onnx OUT.onnx     anywhere with onnx and onnxruntime: the graph without its weights
  torch_peer.py time DIR [--out FILE.json]    on a machine with PyTorch and a GPU: every DIR/*.onnx, MiniLM and ResNet-50

Times don't depend on the values of weights, so they are made on the device from a seed and a graph of a few hundred
kilobytes travels instead of a model. Convolutional networks run in channels_last, which is what cuDNN is fastest with;
MiniLM is transformers' own BertModel with scaled_dot_product_attention, so nobody can say that PyTorch was held back by
a naive graph. Durations are those between two CUDA events around one replay, as our own device measures them.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

BATCHES = (1, 2, 4, 8, 16)
MINILM_LENGTH = 128
SEED = 7

# A graph is exported with this batch size; where it stands first in a Reshape, the real one is meant.
EXPORTED_BATCH = 2

# Constants that say something about the graph, such as a shape, are small; what is larger is weights.
LARGEST_CONSTANT = 64


def strip(source: Path, target: Path) -> None:
    import onnx
    import onnxruntime

    model = onnx.load(source)
    for graph_input in model.graph.input:
        fix_shape(graph_input, fixed_shape(graph_input))
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    with tempfile.TemporaryDirectory() as folder:
        folded = Path(folder) / "folded.onnx"
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.optimized_model_filepath = str(folded)
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        model = onnx.load(folded)
    for tensor in model.graph.initializer:
        count = 1
        for dimension in tensor.dims:
            count *= dimension
        if tensor.data_type == onnx.TensorProto.FLOAT and count > LARGEST_CONSTANT:
            for field in ("raw_data", "float_data"):
                tensor.ClearField(field)
    target.write_bytes(model.SerializeToString())


def fixed_shape(graph_input):
    """The model's own sizes behind the batch; text lines, whose size is free, are 48 x 192."""
    dims = [d.dim_value for d in graph_input.type.tensor_type.shape.dim]
    if 0 in dims[1:]:
        dims[2:] = [48, 192]
    return [EXPORTED_BATCH, *dims[1:]]


def fix_shape(graph_input, shape) -> None:
    del graph_input.type.tensor_type.shape.dim[:]
    for dimension in shape:
        graph_input.type.tensor_type.shape.dim.add().dim_value = dimension


class Network:
    """Runs a stripped graph with torch's functions; the operators are those of the four convolutional networks."""

    def __init__(self, path: Path, device):
        import onnx
        import torch
        from onnx import numpy_helper

        self.torch = torch
        self.graph = onnx.load(path).graph
        generator = torch.Generator().manual_seed(SEED)
        self.constants = {}
        for tensor in self.graph.initializer:
            dims = list(tensor.dims)
            if tensor.data_type == onnx.TensorProto.FLOAT and not (
                tensor.raw_data or tensor.float_data
            ):
                fan_in = max(1, torch.Size(dims[1:]).numel())
                value = torch.randn(dims, generator=generator) / fan_in**0.5
            else:
                value = torch.from_numpy(numpy_helper.to_array(tensor).copy())
            # Bounds of a Clip stay on the host: to read them there would break the capture.
            if value.is_floating_point() and value.dim() > 0:
                value = value.to(device)
                if value.dim() == 4:
                    value = value.to(memory_format=torch.channels_last)
            self.constants[tensor.name] = value
        names = [i.name for i in self.graph.input if i.name not in self.constants]
        self.input_name = names[0]
        shape = next(i for i in self.graph.input if i.name == self.input_name)
        self.row_shape = [d.dim_value for d in shape.type.tensor_type.shape.dim][1:]

    def input(self, batch: int, device):
        x = self.torch.rand(
            [batch, *self.row_shape], generator=self.torch.Generator().manual_seed(SEED)
        ).to(device)
        return x.to(memory_format=self.torch.channels_last) if x.dim() == 4 else x

    def __call__(self, x):
        values = dict(self.constants)
        values[self.input_name] = x
        for node in self.graph.node:
            arguments = [values[name] if name else None for name in node.input]
            attributes = {a.name: attribute(a) for a in node.attribute}
            values[node.output[0]] = self.apply(node.op_type, arguments, attributes, x.shape[0])
        return values[self.graph.output[0].name]

    def apply(self, op, args, attributes, batch):
        torch = self.torch
        functional = torch.nn.functional
        if op == "Conv":
            return self.convolution(args, attributes)
        if op == "Relu":
            return functional.relu(args[0])
        if op == "Add":
            return args[0] + args[1]
        if op == "Mul":
            return args[0] * args[1]
        if op == "Div":
            return args[0] / args[1]
        if op == "Clip":
            low = args[1] if len(args) > 1 else attributes.get("min")
            high = args[2] if len(args) > 2 else attributes.get("max")
            return torch.clamp(args[0], number(low), number(high))
        if op == "HardSigmoid":
            scaled = args[0] * attributes.get("alpha", 0.2) + attributes.get("beta", 0.5)
            return torch.clamp(scaled, 0.0, 1.0)
        if op == "GlobalAveragePool":
            return functional.adaptive_avg_pool2d(args[0], 1)
        if op in ("MaxPool", "AveragePool"):
            pool = functional.max_pool2d if op == "MaxPool" else functional.avg_pool2d
            x, padding = padded(functional, args[0], attributes, float("-inf"))
            return pool(x, attributes["kernel_shape"], attributes.get("strides"), padding)
        if op == "Reshape":
            shape = [int(d) for d in args[1]]
            return args[0].reshape([batch if shape[0] == EXPORTED_BATCH else shape[0], *shape[1:]])
        if op == "Transpose":
            return args[0].permute(attributes["perm"])
        if op == "Gemm":
            weight = args[1] if attributes.get("transB") else args[1].t()
            return functional.linear(args[0], weight, args[2])
        if op == "Softmax":
            return functional.softmax(args[0], dim=attributes.get("axis", -1))
        raise SystemExit(f"torch_peer: operator {op} is not known here; add it to Network.apply")

    def convolution(self, args, attributes):
        functional = self.torch.nn.functional
        x, padding = padded(functional, args[0], attributes, 0.0)
        return functional.conv2d(
            x,
            args[1],
            args[2] if len(args) > 2 else None,
            attributes.get("strides", [1, 1]),
            padding,
            attributes.get("dilations", [1, 1]),
            attributes.get("group", 1),
        )


def attribute(a):
    import onnx

    value = onnx.helper.get_attribute_value(a)
    return value.decode() if isinstance(value, bytes) else value


def number(value):
    return None if value is None else float(value)


def padded(functional, x, attributes, fill):
    """ONNX may pad each side differently, torch's operators don't: then the padding is an operator of its own."""
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    if (top, left) == (bottom, right):
        return x, [top, left]
    return functional.pad(x, (left, right, top, bottom), value=fill), [0, 0]


def minilm(device):
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=30522,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        attn_implementation="sdpa",
    )
    torch.manual_seed(SEED)
    model = BertModel(config, add_pooling_layer=False).eval().to(device)

    def inputs(batch):
        shape = (batch, MINILM_LENGTH)
        ids = torch.randint(0, config.vocab_size, shape, generator=torch.Generator().manual_seed(SEED))
        # A mask in the form that attention takes: as ids of 0 and 1 the model would look at its values on the host.
        mask = torch.ones(shape, dtype=torch.bool)[:, None, None, :].expand(batch, 1, shape[1], shape[1])
        return ids.to(device), mask.to(device)

    def run(ids, mask):
        return model(input_ids=ids, attention_mask=mask).last_hidden_state

    return run, inputs


def resnet50(device):
    import torch
    import torchvision
    from torch.fx.experimental.optimization import fuse

    torch.manual_seed(SEED)
    model = fuse(torchvision.models.resnet50().eval())
    model = model.to(device).to(memory_format=torch.channels_last)

    def inputs(batch):
        x = torch.rand([batch, 3, 224, 224], generator=torch.Generator().manual_seed(SEED))
        return (x.to(device).to(memory_format=torch.channels_last),)

    return model, inputs


def networks(folder: Path, device):
    for path in sorted(folder.glob("*.onnx")):
        network = Network(path, device)
        yield path.stem, network, lambda batch, n=network: (n.input(batch, device),)
    yield "minilm", *minilm(device)
    yield "resnet50", *resnet50(device)


def durations(run, inputs, seconds):
    """Milliseconds of each replay of the captured graph, for about that long."""
    import torch

    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            run(*inputs)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run(*inputs)
    for _ in range(200):  # until the clocks are up
        graph.replay()
    torch.cuda.synchronize()
    first = replays(graph, 20)
    rounds = max(200, min(20_000, int(seconds * 1e3 / max(first))))
    return sorted(replays(graph, rounds))


def replays(graph, rounds):
    import torch

    times = []
    for _ in range(rounds):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        graph.replay()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end))
    return times


def time_all(folder: Path, out: Path | None, seconds: float, precisions: list[str]) -> None:
    import torch

    device = torch.device("cuda")
    torch.backends.cudnn.benchmark = True
    rows = []
    with torch.inference_mode():
        for precision in precisions:
            torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
            torch.backends.cudnn.allow_tf32 = precision == "tf32"
            for name, run, inputs in networks(folder, device):
                for batch in BATCHES:
                    try:
                        times = durations(run, inputs(batch), seconds)
                    except Exception as e:  # one network that PyTorch can't capture must not hide the others
                        print(f"{name} b{batch} {precision}: failed: {e}", file=sys.stderr)
                        continue
                    row = {
                        "model": name,
                        "batch": batch,
                        "precision": precision,
                        "runs": len(times),
                        "p50_ms": round(times[len(times) // 2], 4),
                        "p99_ms": round(times[int(len(times) * 0.99)], 4),
                    }
                    rows.append(row)
                    print(json.dumps(row), flush=True)
    if out:
        report = {
            "torch": torch.__version__,
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version(),
            "gpu": torch.cuda.get_device_name(),
            "rows": rows,
        }
        out.write_text(json.dumps(report, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    stripping = verbs.add_parser("strip")
    stripping.add_argument("source", type=Path)
    stripping.add_argument("target", type=Path)
    timing = verbs.add_parser("time")
    timing.add_argument("folder", type=Path)
    timing.add_argument("--out", type=Path)
    timing.add_argument("--seconds", type=float, default=0.5, help="of replays for each batch size")
    timing.add_argument(
        "--precisions", default="tf32", help="tf32, fp32 or both with a comma: of products and convolutions"
    )
    arguments = parser.parse_args()
    if arguments.verb == "strip":
        strip(arguments.source, arguments.target)
    else:
        time_all(
            arguments.folder, arguments.out, arguments.seconds, arguments.precisions.split(",")
        )


if __name__ == "__main__":
    main()
