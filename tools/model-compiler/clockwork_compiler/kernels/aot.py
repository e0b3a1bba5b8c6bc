"""Compiles a Triton kernel to a cubin, with no GPU at hand."""

import functools
import hashlib
import os
from dataclasses import dataclass

os.environ["TRITON_DISABLE_LINE_INFO"] = "1"  # else the cubin holds this machine's paths

import triton  # noqa: E402
from triton.backends.compiler import GPUTarget  # noqa: E402
from triton.compiler import ASTSource  # noqa: E402

POINTERS_AFTER_THE_PARAMETERS = 2  # Triton's scratch areas, which none of our kernels uses: null


@dataclass(frozen=True)
class Binary:
    """A compiled kernel: what a launch must know beside its arguments."""

    code: bytes
    kernel: str
    threads: int
    shared_bytes: int
    parameters: tuple[str, ...]  # names of those that were not constant, in order

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.code).hexdigest()


def compile_kernel(
    kernel, constants: dict, integers: tuple[str, ...], architecture: str, warps: int, stages: int
) -> Binary:
    """`constants` fixes parameters (None: a pointer that isn't there), `integers` are int32, all others float32 pointers."""
    return _compile(
        kernel, tuple(sorted(constants.items(), key=lambda item: item[0])), integers, architecture, warps, stages
    )


@functools.lru_cache(maxsize=4096)
def _compile(kernel, constants, integers, architecture, warps, stages):
    constants = dict(constants)
    signature, fixed, attributes, parameters = {}, {}, {}, []
    for position, name in enumerate(kernel.arg_names):
        if name in constants:
            signature[name] = "constexpr"
            fixed[(position,)] = constants[name]
            continue
        parameters.append(name)
        if name in integers:
            signature[name] = "i32"
        else:
            signature[name] = "*fp32"
            attributes[(position,)] = [["tt.divisibility", 16]]  # areas and offsets in them are multiples of 256
    unknown = set(constants) - set(kernel.arg_names)
    if unknown:
        raise ValueError(f"kernel {kernel.__name__} has no parameters {sorted(unknown)}")
    compiled = triton.compile(
        ASTSource(fn=kernel, signature=signature, constexprs=fixed, attrs=attributes),
        target=GPUTarget("cuda", int(architecture.removeprefix("sm_")), 32),
        options={"num_warps": warps, "num_stages": stages, "enable_fp_fusion": True},
    )
    meta = compiled.metadata
    if meta.global_scratch_size or meta.profile_scratch_size:
        raise ValueError(f"kernel {meta.name} wants scratch memory of Triton's own, which a plan can't give it")
    return Binary(compiled.asm["cubin"], meta.name, 32 * meta.num_warps, meta.shared, tuple(parameters))
