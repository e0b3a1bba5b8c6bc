"""Targets for NVIDIA GPUs: kernels written by hand where there are some, TVM's for everything else."""

from __future__ import annotations

import importlib.util

import tvm

from . import dlight_rules, launches, lowering, nvrtc
from .extraction import Program
from .primfuncs import together
from .targets import Compiled, Module
from .tensors import Call, Op, Tensor, Values

# The package that replaces matrix products, convolutions and attention by kernels of its own:
#   partition(module, precision) -> module     with rows named clockwork.… (relax.call_dps_packed) for what it takes
#   emit(call, architecture, values) -> ops, cubins     ops name their cubin by its place in the list `cubins`;
#                                                       values.new(shape, dtype) is scratch memory in the workspace
KERNELS = "clockwork_compiler.kernels"


def _kernels():
    return importlib.import_module(KERNELS) if importlib.util.find_spec(KERNELS) else None


class CudaTarget:
    """One architecture, such as sm_90. All code is in one file, kernels written by hand in slices of their own."""

    def __init__(self, architecture: str, precision: str) -> None:
        self.name = f"cuda:{architecture}"
        self.architecture = architecture
        self.precision = precision
        self._target = tvm.target.Target(
            {
                "kind": "cuda",
                "arch": architecture,
                "max_threads_per_block": 1024,
                "max_shared_memory_per_block": 49152,
                "thread_warp_size": 32,
            },
            host={"kind": "c"},
        )

    def lower(self, module: tvm.IRModule, batch: int) -> tvm.IRModule:
        kernels = _kernels()
        partition = (lambda m: kernels.partition(m, self.precision)) if kernels else (lambda m: m)
        return lowering.for_cuda(module, self._target, partition, [dlight_rules.schedules()])

    def compile(self, lowered: dict[int, tuple[tvm.IRModule, Program]]) -> Compiled:
        module, names = together(lowered)
        code = _Code(f"kernels/{self.architecture}.cubin")
        rows: dict[str, list[launches.Row]] = {}
        if names:
            source, rows = self._build(module)
            code.add(nvrtc.cubin(source, self.architecture))
        ops = {}
        for batch, (_, program) in lowered.items():
            ops[batch] = []
            for call in program.calls:
                if call.external:
                    ops[batch] += self._emitted(call, program.values, code)
                else:
                    ops[batch] += generic_ops(call, rows[names[batch][call.function]], program.values)
        values = {batch: program.values for batch, (_, program) in lowered.items()}
        return Compiled(modules=code.modules, ops=ops, values=values)

    def _build(self, module: tvm.IRModule) -> tuple[str, dict[str, list[launches.Row]]]:
        halves = launches.Halves()
        with tvm.transform.PassContext(opt_level=3, instruments=[halves]):
            built = tvm.tirx.build(module, target=self._target)
        return built.imports[0].inspect_source("cuda"), launches.read(halves.module)

    def _emitted(self, call: Call, values: Values, code: "_Code") -> list[Op]:
        ops, cubins = _kernels().emit(call, self.architecture, values)
        places = [code.add(cubin) for cubin in cubins]
        return [Op(op.kernel, places[op.module], op.args, op.writes, op.launch) for op in ops]


class _Code:
    """The modules of a target; equal ones are one."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._places: dict[bytes, int] = {}
        self.modules: list[Module] = []

    def add(self, cubin: bytes) -> int:
        if cubin not in self._places:
            self._places[cubin] = len(self.modules)
            self.modules.append(Module(self._file, cubin))
        return self._places[cubin]


def generic_ops(call: Call, rows: list[launches.Row], values: Values) -> list[Op]:
    """The launches of one call. What one kernel hands to the next becomes a value of its own."""
    temporaries: dict[launches.Temporary, Tensor] = {}

    def tensor(arg: int | launches.Temporary) -> Tensor:
        if isinstance(arg, int):
            return call.args[arg]
        if arg not in temporaries:
            temporaries[arg] = values.new(arg.shape, arg.dtype)
        return temporaries[arg]

    return [Op(row.kernel, 0, tuple(tensor(arg) for arg in row.args), row.writes, row.launch) for row in rows]
