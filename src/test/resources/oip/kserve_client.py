"""What KServe's client for Python expects, over both doors. Arguments: URL of the REST door, host:port of gRPC's."""

import sys

import numpy as np
from claims import claim, main, refused_later
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

SENT = np.array([[[0.5, -1.25], [2, 3]]], np.float32)


def request(model, binary=True):
    wanted = InferInput("x", list(SENT.shape), "FP32")
    wanted.set_data_from_numpy(SENT, binary_data=binary)
    return InferRequest(
        model_name=model, infer_inputs=[wanted], request_id="mine", parameters={"slo_us": 7_000_000, "tenant": "shop"}
    )


def rest():
    return InferenceRESTClient(RESTConfig(protocol="v2"))


@claim
async def finds_server_and_model_ready_over_http(url, _):
    client = rest()
    assert await client.is_server_live(url)
    assert await client.is_server_ready(url)
    assert await client.is_model_ready(url, "fp32")
    assert not await client.is_model_ready(url, "nobody")


@claim
async def infers_over_http(url, _):
    for binary in (True, False):
        answer = await rest().infer(url, request("fp32", binary), model_name="fp32")
        np.testing.assert_array_equal(answer.outputs[0].as_numpy(), SENT)
        assert answer.id == "mine" and answer.parameters["worker"] == "w", answer


@claim
async def is_told_why_it_is_refused_over_http(url, _):
    error = await refused_later(rest().infer(url, request("refused"), model_name="refused"))
    assert error.response.status_code == 503 and "not loaded" in str(error), error
    assert error.response.json()["cause"] == "cold_start"


@claim
async def finds_server_and_model_ready_over_grpc(_, url):
    async with InferenceGRPCClient(url) as client:
        assert await client.is_server_live()
        assert await client.is_server_ready()
        assert await client.is_model_ready("fp32")


@claim
async def infers_over_grpc(_, url):
    async with InferenceGRPCClient(url) as client:
        for binary in (True, False):
            answer = await client.infer(request("fp32", binary))
            np.testing.assert_array_equal(answer.outputs[0].as_numpy(), SENT)
            assert answer.id == "mine" and answer.parameters["worker"].string_param == "w", answer


@claim
async def is_told_why_it_is_refused_over_grpc(_, url):
    async with InferenceGRPCClient(url) as client:
        error = await refused_later(client.infer(request("refused")))
        assert error.code().name == "RESOURCE_EXHAUSTED" and error.details() == "not loaded", error


if __name__ == "__main__":
    main(__name__, *sys.argv[1:])
