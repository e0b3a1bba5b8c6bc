"""From an imported Relax module to one whose main is a flat list of kernel calls."""

from __future__ import annotations

import tvm
from tvm import relax, tirx

from .rewrites import bounded_take, fast_math, fewer_transposes, folded_views, plain_gelu, views_for_transposes

# Convolutions with the channels last: what both kinds of processor like best, and so one weights file serves both.
LAYOUT = {"relax.nn.conv2d": ["NHWC", "HWIO"]}


def common(module: tvm.IRModule) -> tvm.IRModule:
    """What every target begins with. Done once per batch size."""
    transform = relax.transform
    return tvm.transform.Sequential(
        [
            transform.DecomposeOpsForInference(),
            transform.CanonicalizeBindings(),
            bounded_take(),
            transform.ConvertLayout(LAYOUT),
            transform.CanonicalizeBindings(),
            folded_views(),
            fewer_transposes(),
            transform.CanonicalizeBindings(),
            views_for_transposes(),
            transform.FoldConstant(),
            transform.EliminateCommonSubexpr(),
            transform.DeadCodeElimination(["main"]),
        ]
    )(module)


def _flat(target: tvm.target.Target, before: list, schedules: list) -> tvm.transform.Sequential:
    transform = relax.transform
    return tvm.transform.Sequential(
        [
            *before,
            transform.LegalizeOps(),
            transform.AnnotateTIROpPattern(),
            transform.FoldConstant(),
            transform.FuseOps(),
            transform.FuseTIR(),
            transform.DeadCodeElimination(["main"]),
            *schedules,
            transform.RewriteDataflowReshape(),
            transform.ToNonDataflow(),
            transform.RemovePurityChecking(),
            transform.CallTIRRewrite(),
            # Without it code generation dies with "BufferType does not have a corresponding C Type".
            transform.AttachGlobalSymbol(),
        ]
    )


def for_cpu(module: tvm.IRModule, target: tvm.target.Target, schedules: list) -> tvm.IRModule:
    with target:
        return _flat(target, [plain_gelu(), fast_math()], schedules)(module)


def for_cuda(module: tvm.IRModule, target: tvm.target.Target, partition, schedules: list) -> tvm.IRModule:
    """`partition` turns what has a kernel written by hand into calls named clockwork.…"""
    with target:
        return _flat(target, [], schedules)(partition(module))


def kernels_of(module: tvm.IRModule) -> dict[str, tirx.PrimFunc]:
    return {
        variable.name_hint: function
        for variable, function in module.functions_items()
        if isinstance(function, tirx.PrimFunc)
    }
