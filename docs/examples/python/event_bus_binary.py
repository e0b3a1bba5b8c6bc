"""Infers with tensors as bytes beside the JSON, by the TCP bridge, with Python's own library alone:

python event_bus_binary.py [127.0.0.1:7000]
"""

import json
import math
import socket
import struct
import sys

BYTES = {"BOOL": 1, "INT8": 1, "UINT8": 1, "INT16": 2, "UINT16": 2, "FP16": 2, "INT32": 4, "UINT32": 4, "FP32": 4}


class Bus:
    def __init__(self, host, port):
        self.connection = socket.create_connection((host, port), timeout=60)
        self.stream = self.connection.makefile("rb")

    def ask(self, address, body, attached=b""):
        """The reply's body, and the bytes beside it."""
        frame = {"type": "send", "address": address, "replyAddress": "reply", "body": body}
        if attached:
            frame["attached"] = len(attached)
        text = json.dumps(frame).encode()
        self.connection.sendall(struct.pack("!i", len(text)) + text + attached)
        reply = json.loads(self.stream.read(struct.unpack("!i", self.stream.read(4))[0]))
        if reply["type"] == "err":
            raise RuntimeError(reply["message"])
        return reply["body"], self.stream.read(reply.get("attached", 0))


host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:7000").split(":")
bus = Bus(host, int(port))
models, _ = bus.ask("clockwork.models", {"op": "ls"})
model = next(model for model in models["models"] if model["state"] == "ready")

inputs, contents = [], []
for tensor in model["inputs"]:
    size = math.prod(tensor["shape"]) * BYTES.get(tensor["datatype"], 8)
    contents.append(bytes(size))  # little-endian, row after row; numpy: array.tobytes()
    inputs.append({**tensor, "shape": [1, *tensor["shape"]], "binary": size})

question = {"model": model["name"], "inputs": inputs, "slo_ms": 5000, "encoding": "binary"}
answer, outputs = bus.ask("clockwork.infer", question, b"".join(contents))
if "error" in answer:
    sys.exit(answer["error"])
for tensor in answer["outputs"]:
    content, outputs = outputs[: tensor["binary"]], outputs[tensor["binary"] :]
    print(f"inferred: {tensor['name']} {tensor['datatype']} {tensor['shape']}: {len(content)} bytes")
