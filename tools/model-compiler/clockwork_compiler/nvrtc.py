"""CUDA C to machine code, with NVIDIA's run-time compiler from its package: no toolkit, no driver, no GPU."""

from __future__ import annotations

import ctypes
import importlib.util
from functools import cache
from pathlib import Path

from .refusal import Refusal

# What the generated source includes, as far as it uses it.
HEADERS = {
    "cuda/std/cstdint": """#pragma once
namespace cuda { namespace std {
typedef signed char int8_t; typedef unsigned char uint8_t; typedef short int16_t; typedef unsigned short uint16_t;
typedef int int32_t; typedef unsigned int uint32_t; typedef long long int64_t; typedef unsigned long long uint64_t;
} }
""",
    "cuda/std/type_traits": """#pragma once
namespace cuda { namespace std {
template <class T, T v> struct integral_constant { static constexpr T value = v; };
typedef integral_constant<bool, true> true_type;
typedef integral_constant<bool, false> false_type;
template <class A, class B> struct is_same : false_type {};
template <class A> struct is_same<A, A> : true_type {};
template <class A, class B> inline constexpr bool is_same_v = is_same<A, B>::value;
template <class T> struct is_integral : false_type {};
template <> struct is_integral<int> : true_type {};
template <> struct is_integral<unsigned> : true_type {};
template <> struct is_integral<long long> : true_type {};
template <class T> struct is_signed : false_type {};
template <class T> struct is_unsigned : false_type {};
template <class T> struct is_floating_point : false_type {};
template <> struct is_floating_point<float> : true_type {};
template <bool B, class T = void> struct enable_if {};
template <class T> struct enable_if<true, T> { typedef T type; };
template <bool B, class T, class F> struct conditional { typedef T type; };
template <class T, class F> struct conditional<false, T, F> { typedef F type; };
} }
""",
}


@cache
def _library() -> ctypes.CDLL:
    spec = importlib.util.find_spec("nvidia.cuda_nvrtc")
    if spec is None:
        raise Refusal("targets for CUDA need the package nvidia-cuda-nvrtc-cu12, which this Python lacks")
    folder = Path(next(iter(spec.submodule_search_locations))) / "lib"
    for builtins in sorted(folder.glob("libnvrtc-builtins.so.*")):
        ctypes.CDLL(str(builtins), mode=ctypes.RTLD_GLOBAL)
    return ctypes.CDLL(str(folder / "libnvrtc.so.12"))


def _text(program, kind: str) -> bytes:
    library, size = _library(), ctypes.c_size_t()
    getattr(library, f"nvrtcGet{kind}Size")(program, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    getattr(library, f"nvrtcGet{kind}")(program, buffer)
    return buffer.raw[: size.value]


def cubin(source: str, architecture: str) -> bytes:
    """Machine code of one architecture, such as sm_90."""
    library, program = _library(), ctypes.c_void_p()
    count = len(HEADERS)
    bodies = (ctypes.c_char_p * count)(*(body.encode() for body in HEADERS.values()))
    names = (ctypes.c_char_p * count)(*(name.encode() for name in HEADERS))
    options = [f"--gpu-architecture={architecture}", "--std=c++17", "-default-device", "--fmad=true"]
    flags = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
    if library.nvrtcCreateProgram(ctypes.byref(program), source.encode(), b"kernels.cu", count, bodies, names):
        raise Refusal("NVIDIA's run-time compiler can't start")
    try:
        if library.nvrtcCompileProgram(program, len(options), flags):
            log = _text(program, "ProgramLog").rstrip(b"\0").decode(errors="replace")
            raise Refusal(f"the kernels for {architecture} don't compile: {log[:2000]}")
        return _text(program, "CUBIN")
    finally:
        library.nvrtcDestroyProgram(ctypes.byref(program))
