"""Runs on a machine with a GPU: times every candidate of a folder made by `prepare` and checks its result.

Needs python3 and the driver's libcuda.so.1, nothing else.   python3 measure.py FOLDER RESULT.json [SECONDS]

The parent starts a child that measures, and another one where a candidate has brought the first down: a fault on a GPU
ends the process's use of it.
"""

import ctypes
import json
import subprocess
import sys
import time
import zlib
from pathlib import Path

LAUNCHES = 12  # in one graph: hides what a launch costs the host
REPEATS = 4
WEIGHTS_BYTES = (
    192 << 20
)  # weights move through this much, so that they come from memory as in a model, not from a cache
TOLERANCES = {"fp32": 1e-5, "tf32x3": 5e-5, "bf16x3": 1e-4, "tf32": 5e-3, "fp16": 5e-3}  # of max |reference|
DYNAMIC_SHARED_BYTES = 8  # CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES


class Cuda:
    """The few driver calls we need; each that goes wrong raises with its name."""

    def __init__(self):
        self.library = ctypes.CDLL("libcuda.so.1")
        self.call("cuInit", 0)
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self.call("cuDeviceGet", ctypes.byref(device), 0)
        name = ctypes.create_string_buffer(100)
        self.call("cuDeviceGetName", name, 100, device)
        self.name = name.value.decode()
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self.call("cuCtxSetCurrent", context)
        self.stream = ctypes.c_void_p()
        self.call("cuStreamCreate", ctypes.byref(self.stream), 1)
        self.begin, self.end = ctypes.c_void_p(), ctypes.c_void_p()
        for event in (self.begin, self.end):
            self.call("cuEventCreate", ctypes.byref(event), 0)

    def call(self, name, *arguments):
        status = getattr(self.library, name)(*arguments)
        if status:
            text = ctypes.c_char_p()
            self.library.cuGetErrorName(status, ctypes.byref(text))
            raise RuntimeError(f"{name} gives {status} ({text.value.decode() if text.value else 'unknown'})")

    def allocate(self, size: int) -> int:
        address = ctypes.c_uint64()
        self.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(max(size, 256)))
        return address.value

    def function(self, code: bytes, kernel: dict):
        module, function = ctypes.c_void_p(), ctypes.c_void_p()
        self.call("cuModuleLoadData", ctypes.byref(module), code)
        self.call("cuModuleGetFunction", ctypes.byref(function), module, kernel["name"].encode())
        if kernel["shared_bytes"] > 48 << 10:
            self.call("cuFuncSetAttribute", function, DYNAMIC_SHARED_BYTES, kernel["shared_bytes"])
        return function

    def launch(self, function, kernel: dict, grid, values):
        """`values` are ctypes numbers, one for each parameter."""
        pointers = (ctypes.c_void_p * len(values))(
            *(ctypes.cast(ctypes.byref(value), ctypes.c_void_p) for value in values)
        )
        self.call(
            "cuLaunchKernel", function, *grid, kernel["threads"], 1, 1, kernel["shared_bytes"], self.stream, pointers, None
        )  # fmt: skip

    def synchronize(self):
        self.call("cuStreamSynchronize", self.stream)

    def graph(self, work):
        """What `work` launches, as an executable graph."""
        graph, executable = ctypes.c_void_p(), ctypes.c_void_p()
        self.call("cuStreamBeginCapture_v2", self.stream, 2)
        work()
        self.call("cuStreamEndCapture", self.stream, ctypes.byref(graph))
        self.call("cuGraphInstantiateWithFlags", ctypes.byref(executable), graph, ctypes.c_uint64(0))
        self.call("cuGraphDestroy", graph)
        return executable

    def microseconds(self, executable) -> float:
        elapsed = ctypes.c_float()
        self.call("cuEventRecord", self.begin, self.stream)
        self.call("cuGraphLaunch", executable, self.stream)
        self.call("cuEventRecord", self.end, self.stream)
        self.call("cuEventSynchronize", self.end)
        self.call("cuEventElapsedTime_v2" if hasattr(self.library, "cuEventElapsedTime_v2") else "cuEventElapsedTime",
                  ctypes.byref(elapsed), self.begin, self.end)  # fmt: skip
        return elapsed.value * 1000

    def floats(self, address: int, count: int):
        values = (ctypes.c_float * count)()
        self.call("cuMemcpyDtoH_v2", values, ctypes.c_uint64(address), ctypes.c_size_t(4 * count))
        return values


class Bench:
    """Memory for the largest group, filled once, and kernels loaded when they are first used."""

    def __init__(self, folder: Path, manifest: dict):
        self.cuda = Cuda()
        self.code = (folder / "kernels.bin").read_bytes()
        self.kernels = manifest["kernels"]
        self.fill, self.compare = manifest["helpers"]
        self.block = manifest["block"]
        self.loaded = {}
        groups = manifest["groups"]
        inputs_bytes = max(_bytes(group) - _weights_bytes(group) for group in groups)
        weights_bytes = max(map(_weights_bytes, groups)) + WEIGHTS_BYTES
        self.inputs, self.weights = self.cuda.allocate(inputs_bytes), self.cuda.allocate(weights_bytes)
        result_bytes = max(group["operands"][-1] for group in groups)
        self.result, self.reference = self.cuda.allocate(result_bytes), self.cuda.allocate(result_bytes)
        scratch_bytes = max(
            sum(map(_padded, one["scratch"])) for group in groups for one in [group["reference"], *group["candidates"]]
        )
        self.scratch = self.cuda.allocate(scratch_bytes)
        self.apart = self.cuda.allocate(8 * (result_bytes // 4 // self.block + 2))
        self._fill(self.inputs, inputs_bytes, 1)
        self._fill(self.weights, weights_bytes, 2)
        self.cuda.synchronize()

    def measure(self, group: dict, candidate: dict) -> dict:
        """Microseconds of one call and how far its result is from the reference."""
        self._poison(group)
        self.run(group, candidate, 0, self.result)
        apart = self._apart(group)
        executable = self.cuda.graph(lambda: [self.run(group, candidate, i, self.result) for i in range(LAUNCHES)])
        try:
            self.cuda.microseconds(executable)
            best = min(self.cuda.microseconds(executable) for _ in range(REPEATS)) / LAUNCHES
        finally:
            self.cuda.call("cuGraphExecDestroy", executable)
        return {"tile": candidate["tile"], "microseconds": round(best, 3), "apart": apart}

    def prepare(self, group: dict):
        """Computes what candidates are compared with."""
        self.run(group, group["reference"], 0, self.reference)
        self.cuda.synchronize()

    def run(self, group: dict, emission: dict, turn: int, result: int):
        addresses = self._addresses(group, turn)
        addresses.append(result)
        scratch, at = [], self.scratch
        for size in emission["scratch"]:
            scratch.append(at)
            at += _padded(size)
        for step in emission["steps"]:
            values = [_value(argument, addresses, scratch) for argument in step["args"]]
            self.cuda.launch(self._function(step["kernel"]), self.kernels[step["kernel"]], step["grid"], values)

    def _addresses(self, group: dict, turn: int) -> list:
        at, addresses = self.inputs, []
        weights = self.weights + turn * _weights_bytes(group) % WEIGHTS_BYTES
        for position, size in enumerate(group["operands"][:-1]):
            if position in group["weights"]:
                addresses.append(weights)
                weights += _padded(size)
            else:
                addresses.append(at)
                at += _padded(size)
        return addresses

    def _function(self, number: int):
        if number not in self.loaded:
            kernel = self.kernels[number]
            code = zlib.decompress(self.code[kernel["offset"] : kernel["offset"] + kernel["bytes"]])
            self.loaded[number] = self.cuda.function(code, kernel)
        return self.loaded[number]

    def _fill(self, address: int, size: int, seed: int):
        count = size // 4
        values = [
            ctypes.c_uint64(address),
            ctypes.c_int(count),
            ctypes.c_int(seed),
            ctypes.c_uint64(0),
            ctypes.c_uint64(0),
        ]
        grid = (-(-count // self.block), 1, 1)
        self.cuda.launch(self._function(self.fill), self.kernels[self.fill], grid, values)

    def _poison(self, group: dict):
        size = ctypes.c_size_t(group["operands"][-1] // 4)
        self.cuda.call("cuMemsetD32Async", ctypes.c_uint64(self.result), 0x7FC00000, size, self.cuda.stream)

    def _apart(self, group: dict) -> float:
        count = group["operands"][-1] // 4
        blocks = -(-count // self.block)
        addresses = [ctypes.c_uint64(address) for address in (self.result, self.reference, self.apart)]
        values = [*addresses, ctypes.c_int(count), ctypes.c_uint64(0), ctypes.c_uint64(0)]
        self.cuda.launch(self._function(self.compare), self.kernels[self.compare], (blocks, 1, 1), values)
        self.cuda.synchronize()
        found = self.cuda.floats(self.apart, 2 * blocks)
        largest = max(found[1::2])
        apart = max(found[0::2]) / largest if largest else float("inf")
        return apart if apart < 1e9 else 1e9


def _bytes(group: dict) -> int:
    """Of all inputs, weights among them."""
    return sum(map(_padded, group["operands"][:-1]))


def _weights_bytes(group: dict) -> int:
    return sum(_padded(group["operands"][position]) for position in group["weights"])


def _padded(size: int) -> int:
    return -(-size // 256) * 256


def _value(argument, addresses, scratch):
    kind = argument[0]
    if kind == "integer":
        return ctypes.c_int(argument[1])
    if kind == "operand":
        return ctypes.c_uint64(addresses[argument[1]])
    return ctypes.c_uint64(scratch[argument[1]] if kind == "scratch" else 0)


def child(folder: Path, log: Path, ends: float):
    """Measures what the log doesn't hold yet, and writes a line before and after each candidate."""
    manifest = json.loads((folder / "manifest.json").read_text())
    begun, done = set(), set()
    for line in log.read_text().splitlines() if log.exists() else []:
        entry = json.loads(line)
        (begun if "begin" in entry else done).add((entry["group"], entry["candidate"]))
    bench = Bench(folder, manifest)
    with log.open("a", buffering=1) as out:
        out.write(json.dumps({"group": -1, "candidate": -1, "device": bench.cuda.name}) + "\n")
        for number, group in enumerate(manifest["groups"]):
            ready = False
            for place, candidate in enumerate(group["candidates"]):
                if (number, place) in begun:
                    continue
                if time.time() > ends:
                    return
                out.write(json.dumps({"begin": 1, "group": number, "candidate": place}) + "\n")
                if not ready:
                    bench.prepare(group)
                    ready = True
                out.write(json.dumps({"group": number, "candidate": place, **bench.measure(group, candidate)}) + "\n")


def parent(folder: Path, result: Path, seconds: float) -> int:
    begun, log = time.time(), result.with_suffix(".log")
    log.unlink(missing_ok=True)
    errors = []
    for _ in range(20):  # more faults than that are no accident of one tile
        command = [sys.executable, __file__, "--child", str(folder), str(log), str(begun + seconds)]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
        if finished.returncode == 0:
            break
        errors.append(finished.stderr.strip().splitlines()[-1:])
        print("a child ended:", finished.stderr[-800:], flush=True)
        if time.time() > begun + seconds or not log.exists():
            break
    manifest = json.loads((folder / "manifest.json").read_text())
    summary = summarize(manifest, log)
    summary["errors"] = errors
    summary["seconds"] = round(time.time() - begun, 1)
    result.write_text(json.dumps(summary, indent=1))
    report(summary)
    return 0 if summary["measured"] else 1


def summarize(manifest: dict, log: Path) -> dict:
    groups = [
        {"shape": g["shape"], "rows": g["rows"], "precision": g["precision"], "right": [], "wrong": []}
        for g in manifest["groups"]
    ]
    device, measured = "", 0
    for line in log.read_text().splitlines() if log.exists() else []:
        entry = json.loads(line)
        device = entry.get("device", device)
        if "microseconds" not in entry:
            continue
        measured += 1
        group = groups[entry.pop("group")]
        entry.pop("candidate")
        group["right" if entry["apart"] <= TOLERANCES.get(group["precision"], 5e-3) else "wrong"].append(entry)
    for group in groups:
        group["right"].sort(key=lambda entry: entry["microseconds"])
    candidates = sum(len(group["candidates"]) for group in manifest["groups"])
    return {
        "device": device,
        "architecture": manifest["architecture"],
        "candidates": candidates,
        "measured": measured,
        "groups": groups,
    }


def report(summary: dict):
    print(f"{summary['device']}: {summary['measured']} of {summary['candidates']} candidates in {summary['seconds']} s")
    for group in summary["groups"]:
        wrong = f", {len(group['wrong'])} WRONG {group['wrong'][0]}" if group["wrong"] else ""
        if group["right"]:
            best, last = group["right"][0], group["right"][-1]
            print(f"{group['precision']:7}{group['shape']:60} {group['rows']:7} {best['microseconds']:8.2f} us {best['tile']}"
                  f" (worst {last['microseconds']:.1f}, apart {best['apart']:.1e}){wrong}")  # fmt: skip
        elif wrong:
            print(f"{group['precision']:7}{group['shape']:60} {group['rows']:7}{wrong}")


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        child(Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
    else:
        sys.exit(parent(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 90))
