"""Targets on x86-64: LLVM makes the code, Zig's linker a shared library that needs nothing but libc and libm."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import tvm

from . import lowering, schedules
from .extraction import Program
from .primfuncs import together, written
from .refusal import Refusal
from .targets import Compiled, Module
from .tensors import Op
from .tiles import MACHINES

# The oldest glibc that the libraries run on.
PLATFORM = "x86_64-linux-gnu.2.17"

SHIM = Path(__file__).with_name("native") / "shim.c"
HEADER = Path(__file__).with_name("native") / "kernel.h"

# Sums may be taken in another order, so that they can be taken in vectors; infinities and what is no number keep their
# meaning.
LLVM = {
    "kind": "llvm",
    "mtriple": "x86_64-linux-gnu",
    "fast-math-contract": True,
    "fast-math-reassoc": True,
    "fast-math-nsz": True,
}

REQUIRED_FLAGS = {
    "x86-64": {"sse2"},
    "x86-64-v3": {"avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"},
    "x86-64-v4": {"avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}
    | {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
}


def runs_here(level: str) -> bool:
    """Whether this processor can run code for the level."""
    try:
        line = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return level == "x86-64"
    return REQUIRED_FLAGS[level] <= set(line.split())


class CpuTarget:
    """One level of x86-64. With `as_c`, TVM writes C, so that whoever has a C compiler can build the library."""

    def __init__(self, level: str, as_c: bool = False) -> None:
        self.name = f"cpu:{level}"
        self.level = level
        self.as_c = as_c
        self._target = tvm.target.Target({"kind": "c", "keys": ["cpu"]} if as_c else LLVM | {"mcpu": level})

    def lower(self, module: tvm.IRModule, batch: int) -> tvm.IRModule:
        return lowering.for_cpu(module, self._target, [schedules.apply(MACHINES[self.level], unrolled=not self.as_c)])

    def compile(self, lowered: dict[int, tuple[tvm.IRModule, Program]]) -> Compiled:
        module, names = together(lowered)
        ops = {}
        for batch, (_, program) in lowered.items():
            kernels = {variable.name_hint: function for variable, function in module.functions_items()}
            ops[batch] = [self._op(call, kernels, names[batch]) for call in program.calls]
        library, source = self._build(module)
        return Compiled(
            modules=[Module(f"kernels/{self.level}.so", library)],
            ops=ops,
            values={batch: program.values for batch, (_, program) in lowered.items()},
            sources=[Module(f"kernels/{self.level}.c", source)] if source else [],
        )

    @staticmethod
    def _op(call, kernels, names) -> Op:
        name = names[call.function]
        return Op(kernel=f"__tvm_ffi_{name}", module=0, args=call.args, writes=written(kernels[name]))

    def _build(self, module: tvm.IRModule) -> tuple[bytes, bytes | None]:
        config = {"tirx.disable_assert": True}
        if self.as_c:
            config["tirx.disable_vectorize"] = True
        with tvm.transform.PassContext(opt_level=3, config=config):
            built = tvm.tirx.build(module, target=self._target)
        with tempfile.TemporaryDirectory() as folder:
            if self.as_c:
                source = whole_source(built.inspect_source("c")).encode()
                (Path(folder) / "kernels.c").write_bytes(source)
                return link(folder, ["kernels.c"], self.level), source
            built.write_to_file(str(Path(folder) / "kernels.o"), "o")
            (Path(folder) / "shim.c").write_bytes(SHIM.read_bytes())
            return link(folder, ["kernels.o", "shim.c"], self.level), None


# What TVM writes that a C compiler doesn't need: for C++, declarations of what is defined below, checks without a body.
NEEDLESS = re.compile(
    r'#ifdef __cplusplus\nextern "C"\n#endif\n'
    r"|^#include .*\n"
    r"|^TVM_DLL int32_t \w+\([^)]*\);\n"
    r"|^ *if \(!\(\w+_strides == NULL\)\) \{\n *\}\n"
    r"|^ *int64_t\* \w+_(shape|strides) = .*\n",
    re.MULTILINE,
)


def whole_source(generated: str) -> str:
    """TVM's C with the few declarations it needs instead of TVM's headers, and the shim."""
    return "\n".join([HEADER.read_text(), NEEDLESS.sub("", generated), SHIM.read_text()])


def link(folder: str, files: list[str], level: str) -> bytes:
    """A shared library from objects and C, in a folder; the same bytes on every machine."""
    cache = Path(sys.prefix) / "zig-cache"
    command = [sys.executable, "-m", "ziglang", "cc", "-target", PLATFORM, f"-mcpu={level.replace('-', '_')}"]
    command += ["-O2", "-fno-sanitize=all", "-w", "-shared", "-fPIC", "-s", "-Wl,--build-id=none", "-o", "kernels.so"]
    environment = {
        **os.environ,
        "ZIG_GLOBAL_CACHE_DIR": str(cache),
        "ZIG_LOCAL_CACHE_DIR": str(Path(folder) / "zig-cache"),
    }
    done = subprocess.run([*command, *files, "-lm"], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Refusal(f"the kernels for cpu:{level} can't be linked: {done.stderr.strip()[-2000:]}")
    return (Path(folder) / "kernels.so").read_bytes()
