"""What a client expects that was generated from the protocol's OpenAPI document. Argument: URL of the REST door."""

import sys

from claims import claim, main, refused
from open_inference.openapi.client import OpenInferenceClient
from open_inference.openapi.types import InferenceRequest, RequestInput


def request(datatype, *data):
    return InferenceRequest(
        id="mine",
        parameters={"slo_us": 7_000_000},
        inputs=[RequestInput(name="x", shape=[1, 2, 2], datatype=datatype, data=list(data))],
    )


@claim
def finds_server_and_model_ready(url):
    client = OpenInferenceClient(base_url=url)
    client.check_server_liveness()
    client.check_server_readiness()
    client.check_model_readiness("fp32")
    client.check_model_version_readiness("fp32", "1")
    assert refused(client.check_model_readiness, "nobody").status_code == 404


@claim
def describes_itself_and_its_models(url):
    client = OpenInferenceClient(base_url=url)
    assert client.read_server_metadata().name == "clockwork"
    metadata = client.read_model_metadata("int64")
    assert metadata.inputs[0].datatype == "INT64" and metadata.inputs[0].shape == [-1, 2, 2], metadata
    assert client.read_model_version_metadata("int64", "1") == metadata


@claim
def infers_reals(url):
    answer = OpenInferenceClient(base_url=url).model_infer("fp32", request=request("FP32", 0.5, -1.25, 2, 3))
    assert answer.id == "mine" and answer.parameters["worker"] == "w", answer
    assert answer.outputs[0].data.__root__ == [0.5, -1.25, 2, 3], answer


@claim
def infers_integers_which_it_sends_as_reals(url):
    client = OpenInferenceClient(base_url=url)
    answer = client.model_version_infer("int64", "1", request=request("INT64", 5, -7, 0, 2**53))
    assert answer.outputs[0].data.__root__ == [5, -7, 0, 2**53], answer


@claim
def is_told_why_it_is_refused(url):
    client = OpenInferenceClient(base_url=url)
    error = refused(client.model_infer, "refused", request=request("FP32", 1, 2, 3, 4))
    assert error.status_code == 503 and error.body["cause"] == "cold_start", error
    error = refused(client.model_infer, "fp32", request=request("FP32", 1, 2, 3))
    assert error.status_code == 400 and "input 'x'" in str(error.body), error.body


if __name__ == "__main__":
    main(__name__, *sys.argv[1:])
