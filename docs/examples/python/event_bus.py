"""Lists models, infers, is refused, and listens to telemetry, by the TCP bridge:

pip install -r requirements.txt
python event_bus.py [127.0.0.1:7000]
"""

import base64
import math
import sys
import threading

from vertx import EventBus

BYTES = {"BOOL": 1, "INT8": 1, "UINT8": 1, "INT16": 2, "UINT16": 2, "FP16": 2, "INT32": 4, "UINT32": 4, "FP32": 4}


def ask(bus, address, body):
    """What the bridge itself refuses goes to the error handler, and this client then waits in vain."""
    replies = []
    bus.send(address, body=body, reply_handler=replies.append)
    return replies[0]["body"] if replies else None


def zeros(model):
    """One row of zeros for each input of that model."""
    return [
        {
            "name": tensor["name"],
            "datatype": tensor["datatype"],
            "shape": [1, *tensor["shape"]],
            "base64": base64.b64encode(
                bytes(math.prod(tensor["shape"]) * BYTES.get(tensor["datatype"], 8))
            ).decode(),
        }
        for tensor in model["inputs"]
    ]


def on_error(frame):
    if isinstance(frame, dict):  # and not the client's own word that no reply came
        print(f"{frame['failureCode']}: {frame['message']}")


host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:7000").split(":")
options = {"reply_timeout": 10, "auto_connect": ""}
with EventBus(host, int(port), options, err_handler=on_error) as bus:
    bus.connect()

    models = ask(bus, "clockwork.models", {"op": "ls"})["models"]
    model = next(model for model in models if model["state"] == "ready")
    print(f"{len(models)} models, among them {model['name']}")

    question = {"model": model["name"], "inputs": zeros(model), "encoding": "base64", "id": "mine-1"}
    answer = ask(bus, "clockwork.infer", {**question, "slo_ms": 5000})
    if "error" in answer:
        sys.exit(answer["error"])
    output = answer["outputs"][0]
    print(
        f"inferred: {output['name']} {output['datatype']} {output['shape']} for {answer['id']}"
        f" in {answer['timings']['latency_us']} us"
    )

    refused = ask(bus, "clockwork.infer", {**question, "slo_us": model["smallest_exec_us"] / 2})
    print(
        f"{refused['code']}: cause {refused['cause']}, again in {refused['retry_after_us']} us:"
        f" {refused['error']}"
    )

    bus.send("clockwork.controller.wishes", body={})  # not public: the error handler hears of it

    heard = threading.Event()

    def on_summary(message):
        summary = message["body"]
        print(
            f"telemetry: {summary['gpus']} GPUs, goodput {summary['goodput_per_s']}/s,"
            f" refused {summary['refused']}"
        )
        heard.set()

    bus.register_handler("clockwork.telemetry.summary", on_summary)
    if not heard.wait(timeout=30):
        sys.exit("no telemetry within 30 s")
