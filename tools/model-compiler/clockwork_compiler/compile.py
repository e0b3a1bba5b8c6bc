"""The way from an ONNX file to a compiled model."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from . import golden, importing, lowering, plan, verify
from .extraction import Program, extract, shape_of
from .refusal import Refusal
from .source import Source
from .targets import Target
from .tensors import Signature
from .weights import Weights

PACKAGES = ["apache-tvm", "apache-tvm-ffi", "onnx", "onnxruntime", "nvidia-cuda-nvrtc-cu12", "triton", "ziglang"]


@dataclass(frozen=True)
class Options:
    """What was asked for. All of it is written into the plan: a call with the same options has nothing to do."""

    name: str
    batches: tuple[int, ...]
    targets: tuple[str, ...]
    precision: str
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    sequence_length: int | None = None
    rows: int = golden.DEFAULT_ROWS
    inputs_sha256: str | None = None
    emit: str = "library"


def version() -> str:
    """A digest of the compiler's own files: models that another one compiled are compiled anew."""
    here = Path(__file__).parent
    files = sorted(path for path in here.rglob("*") if path.suffix in (".py", ".c", ".h", ".json"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(here)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def producer(source: Source, options: Options) -> dict:
    """Who made the plan, from what and how. Equal producers give equal plans."""
    versions = {"clockwork-compiler": version()}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "tool": "clockwork compile",
        "versions": versions,
        "onnx_sha256": source.sha256,
        "options": json.loads(json.dumps(asdict(options))),
    }


def is_current(folder: Path, wanted: dict) -> bool:
    """Whether a folder holds, whole, what the producer would make."""
    try:
        data = (folder / "model.json").read_bytes()
        existing = json.loads(data)
        if existing["format"] != plan.FORMAT or existing["producer"] != wanted:
            return False
        is_sealed = wanted["options"]["emit"] == "c" or (folder / plan.SEAL).read_text() == plan.seal(data)
        return is_sealed and all((folder / file).stat().st_size >= size for file, size in plan.files(existing))
    except (OSError, ValueError, KeyError):
        return False


class Progress:
    """One line a step on stderr, with the seconds that it took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"  {time.monotonic() - self._began:6.1f} s  {text}", file=sys.stderr, flush=True)


def _outputs(source: Source, module, batch: int) -> list[Signature]:
    """Outputs of one row, from the shapes at one batch size."""
    ret = module["main"].ret_ty
    types = list(ret.fields) if hasattr(ret, "fields") else [ret]
    signatures = []
    for name, ty in zip(source.output_names, types):
        shape = shape_of(ty)
        if not shape or shape[0] != batch:
            raise Refusal(
                f"output {name} has shape {list(shape)} at batch size {batch}: its first dimension must be the batch."
                " Export the model with a free batch dimension, and leave out outputs that mix rows"
            )
        signatures.append(Signature(name, str(ty.dtype), shape[1:]))
    return signatures


@contextmanager
def _step(what: str):
    """Whatever TVM may raise becomes a refusal that says where."""
    try:
        yield
    except Refusal:
        raise
    except Exception as reason:
        told = str(reason).strip().splitlines() or [type(reason).__name__]
        raise Refusal(
            f"TVM fails at {what}: {told[-1]}. Another opset or a simpler export may help;"
            " this is a limit of the compiler, report it with the model"
        ) from reason


class Compilation:
    """One model on its way: batch sizes are lowered one after the other, then each target makes its code."""

    def __init__(self, source: Source, options: Options, targets: list[Target], progress: Progress) -> None:
        self._source = source
        self._options = options
        self._targets = targets
        self._progress = progress
        self._weights = Weights()
        self._inputs: list[Signature] = []
        self._outputs: list[Signature] = []
        self._lowered: dict[str, dict[int, tuple]] = {target.name: {} for target in targets}

    def run(self, inputs: Path | None) -> tuple[plan.Model, golden.Golden]:
        for batch in self._options.batches:
            self._lower(batch)
            self._progress(f"batch size {batch} lowered")
        made = golden.make(self._source, self._inputs, inputs, self._options.rows)
        self._progress(f"reference outputs for {made.rows} rows ({made.source})")
        compiled = {}
        for target in self._targets:
            with _step(f"making code for {target.name}"):
                compiled[target.name] = target.compile(self._lowered[target.name])
            self._progress(f"{target.name} compiled")
        model = plan.Model(
            name=self._options.name,
            precision=self._options.precision,
            producer=producer(self._source, self._options),
            inputs=self._inputs,
            outputs=self._outputs,
            weights=self._weights,
            batches=list(self._options.batches),
            targets=compiled,
            golden=made,
        )
        return model, made

    def _lower(self, batch: int) -> None:
        optimised = self._source.optimised(batch)
        self._inputs = self._inputs or self._source.with_ranges(optimised)
        shapes = {signature.name: [batch, *signature.shape] for signature in self._inputs}
        module = importing.to_relax(optimised, shapes)
        outputs = _outputs(self._source, module, batch)
        if self._outputs and outputs != self._outputs:
            raise Refusal(f"rows of the outputs have other shapes at batch size {batch} than before: {outputs}")
        self._outputs = outputs
        with _step(f"batch size {batch}"):
            shared = lowering.common(module)
        for target in self._targets:
            with _step(f"lowering batch size {batch} for {target.name}"):
                lowered = target.lower(shared, batch)
            program: Program = extract(lowered, self._weights, self._outputs)
            self._lowered[target.name][batch] = (lowered, program)


def compile_model(
    source: Source, options: Options, targets: list[Target], inputs: Path | None, folder: Path
) -> list[verify.Verdict]:
    """Writes beside the folder and renames, so that nobody ever sees half a model."""
    progress = Progress()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        beside.chmod(0o755)
        model, made = Compilation(source, options, targets, progress).run(inputs)
        plan.write(model, beside)
        verdicts = verify.verify(beside, source, list(options.targets), list(options.batches), made)
        progress("checked")
        if options.emit == "c":
            _without_library(beside)
        else:
            (beside / plan.SEAL).write_text(plan.seal((beside / "model.json").read_bytes()))
        _replace(folder, beside)
        return verdicts
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _without_library(folder: Path) -> None:
    """Whoever builds the library from the C source writes its size and checksum into the plan."""
    path = folder / "model.json"
    data = json.loads(path.read_text())
    for target in data["targets"].values():
        for module in target["modules"]:
            (folder / module["file"]).unlink()
            module |= {"bytes": 0, "sha256": ""}
    path.write_text(plan.lines(data) + "\n")


# What a compiled model's folder holds, in the order in which it appears. Other files in it, as settings, stay.
OURS = ("kernels", "golden.bin", "weights.bin", "model.json", plan.SEAL)


def _replace(folder: Path, fresh: Path) -> None:
    """A new folder appears at once; in one that is there, the plan and its seal go first and come last."""
    if not folder.exists():
        os.rename(fresh, folder)
        return
    for name in reversed(OURS):
        old = folder / name
        if old.is_dir():
            shutil.rmtree(old)
        old.unlink(missing_ok=True)
    for name in OURS:
        if (fresh / name).exists():
            os.rename(fresh / name, folder / name)
