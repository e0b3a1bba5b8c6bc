"""MiniLM on NVIDIA's Triton, as its Python wheel (nvidia-pytriton) has it served: dynamic batching, one thread.

The wheel brings no ONNX Runtime backend, so ONNX Runtime runs in the Python backend, behind pytriton's own @batch.
"""

import argparse

import numpy as np
import onnxruntime
from pytriton.decorators import batch
from pytriton.model_config import (
    DynamicBatcher,
    ModelConfig,
    QueuePolicy,
    Tensor,
    TimeoutAction,
)
from pytriton.triton import Triton, TritonConfig

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "last_hidden_state"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", required=True, help="the ONNX file")
    parser.add_argument("--name", required=True, help="the model's name")
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--grpc-port", type=int, required=True)
    parser.add_argument("--metrics-port", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True, help="rows, at most")
    parser.add_argument("--tokens", type=int, required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument(
        "--reject-after-us",
        type=int,
        default=0,
        help="what has waited longer is refused; a request's own timeout goes before. 0: Triton's default, no such policy",
    )
    return parser.parse_args()


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def batcher(reject_after_us):
    if reject_after_us == 0:
        return DynamicBatcher()
    return DynamicBatcher(
        default_queue_policy=QueuePolicy(
            timeout_action=TimeoutAction.REJECT,
            default_timeout_microseconds=reject_after_us,
            allow_timeout_override=True,
        )
    )


def main():
    wanted = arguments()
    model = session(wanted.file)

    @batch
    def infer(**inputs):
        (hidden,) = model.run([OUTPUT], inputs)
        return {OUTPUT: hidden}

    config = TritonConfig(
        http_address="127.0.0.1",
        http_port=wanted.http_port,
        grpc_address="127.0.0.1",
        grpc_port=wanted.grpc_port,
        metrics_address="127.0.0.1",
        metrics_port=wanted.metrics_port,
    )
    with Triton(config=config) as triton:
        triton.bind(
            model_name=wanted.name,
            infer_func=infer,
            inputs=[Tensor(name=name, dtype=np.int64, shape=(wanted.tokens,)) for name in INPUTS],
            outputs=[Tensor(name=OUTPUT, dtype=np.float32, shape=(wanted.tokens, wanted.width))],
            config=ModelConfig(max_batch_size=wanted.batch, batcher=batcher(wanted.reject_after_us)),
        )
        triton.serve()


if __name__ == "__main__":
    main()
