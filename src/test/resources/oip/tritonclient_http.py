"""What NVIDIA's own client expects over HTTP, unmodified. Argument: host:port of the REST door."""

import contextlib
import os
import sys

import numpy as np
import tritonclient.http as http
import tritonclient.http.aio as aio
import tritonclient.utils.shared_memory as shm
from claims import claim, main, refused, refused_later
from tritonclient.utils import triton_to_np_dtype

TYPES = [
    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64",
]


def values(datatype):
    dtype = np.dtype(triton_to_np_dtype(datatype))
    if datatype == "BOOL":
        return np.array([[[True, False], [False, True]]])
    if dtype.kind == "f":
        return np.array([[[0.5, -1.25], [np.inf, 3.0]]], dtype)
    limits = np.iinfo(dtype)
    return np.array([[[limits.min, limits.max], [0, 7]]], dtype)


def tensor(array, datatype, binary=True, module=http):
    wanted = module.InferInput("x", list(array.shape), datatype)
    wanted.set_data_from_numpy(array, binary_data=binary)
    return wanted


@claim
def tells_that_it_lives_and_is_ready(url):
    client = http.InferenceServerClient(url)
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("fp32")
    assert client.is_model_ready("fp32", "1")
    assert not client.is_model_ready("fp32", "2")
    assert not client.is_model_ready("nobody")


@claim
def describes_itself(url):
    server = http.InferenceServerClient(url).get_server_metadata()
    assert server["name"] == "clockwork", server
    assert "binary_tensor_data" in server["extensions"], server


@claim
def describes_a_model(url):
    client = http.InferenceServerClient(url)
    metadata = client.get_model_metadata("int64")
    assert metadata["inputs"] == [{"name": "x", "datatype": "INT64", "shape": [-1, 2, 2]}], metadata
    config = client.get_model_config("int64")
    assert config["max_batch_size"] == 2000, config
    assert config["input"] == [{"name": "x", "data_type": "TYPE_INT64", "dims": [2, 2]}], config


@claim
def infers_every_datatype_as_bytes(url):
    client = http.InferenceServerClient(url)
    for datatype in TYPES:
        sent = values(datatype)
        result = client.infer(datatype.lower(), [tensor(sent, datatype)])
        np.testing.assert_array_equal(result.as_numpy("y"), sent, datatype)
        assert result.get_output("y")["datatype"] == datatype


@claim
def infers_datatypes_as_json(url):
    client = http.InferenceServerClient(url)
    outputs = [http.InferRequestedOutput("y", binary_data=False)]
    for datatype in TYPES:
        if datatype in ("FP16",):
            continue  # The client itself sends it as bytes only.
        sent = np.array([[[0, 1], [1, 0]]], triton_to_np_dtype(datatype))
        result = client.infer(datatype.lower(), [tensor(sent, datatype, binary=False)], outputs=outputs)
        np.testing.assert_array_equal(result.as_numpy("y"), sent, datatype)


@claim
def tells_what_became_of_a_request(url):
    client = http.InferenceServerClient(url)
    result = client.infer("fp32", [tensor(values("FP32"), "FP32")], request_id="mine")
    answer = result.get_response()
    assert answer["id"] == "mine" and answer["model_version"] == "1", answer
    timings = answer["parameters"]
    for name in ("queue_us", "load_us", "input_us", "exec_us", "output_us", "latency_us", "promised_by_us"):
        assert isinstance(timings[name], int), timings
    assert timings["worker"] == "w" and timings["cold_start"] is True and timings["batch_size"] == 4, timings


@claim
def takes_objectives_and_tenants_as_parameters(url):
    client = http.InferenceServerClient(url)
    result = client.infer(
        "fp32",
        [tensor(values("FP32"), "FP32")],
        timeout=5_000_000,
        priority=1,
        parameters={"slo_us": 9_000_000, "slo_factor": 20_000.0, "tenant": "shop", "somebodys": "own"},
    )
    assert result.as_numpy("y") is not None


@claim
def says_that_the_objective_has_passed(url):
    client = http.InferenceServerClient(url)
    error = refused(client.infer, "silent", [tensor(values("FP32"), "FP32")], timeout=20_000)
    assert error.status() == "504", error
    error = refused(
        client.infer, "silent", [tensor(values("FP32"), "FP32")], headers={"clockwork-slo-us": "20000"}
    )
    assert error.status() == "504", error


@claim
def says_why_it_refuses(url):
    client = http.InferenceServerClient(url)
    error = refused(client.infer, "refused", [tensor(values("FP32"), "FP32")])
    assert error.status() == "503" and "not loaded" in error.message(), error


@claim
def names_the_input_that_is_wrong(url):
    client = http.InferenceServerClient(url)
    error = refused(client.infer, "fp32", [tensor(np.zeros((1, 2), np.float32), "FP32")])
    assert error.status() == "400" and "input 'x'" in error.message(), error
    error = refused(client.infer, "fp32", [tensor(np.zeros((1, 2, 2), np.int32), "INT32")])
    assert error.status() == "400" and "input 'x'" in error.message(), error


@claim
def says_that_there_is_no_such_model(url):
    client = http.InferenceServerClient(url)
    error = refused(client.infer, "nobody", [tensor(values("FP32"), "FP32")])
    assert error.status() == "404" and "'nobody'" in error.message(), error


@claim
def takes_and_gives_compressed_bodies(url):
    client = http.InferenceServerClient(url)
    sent = np.tile(values("FP32"), (500, 1, 1))
    for algorithm in ("gzip", "deflate"):
        result = client.infer(
            "fp32",
            [tensor(sent, "FP32")],
            request_compression_algorithm=algorithm,
            response_compression_algorithm=algorithm,
        )
        np.testing.assert_array_equal(result.as_numpy("y"), sent)


@claim
def loads_and_unloads_models(url):
    client = http.InferenceServerClient(url)
    client.load_model("fresh")
    assert client.is_model_ready("fresh")
    assert "fresh" in [model["name"] for model in client.get_model_repository_index()]
    client.unload_model("fresh")
    assert not client.is_model_ready("fresh")
    assert "fresh" not in [model["name"] for model in client.get_model_repository_index()]
    error = refused(client.load_model, "broken")
    assert "its file is cut off" in error.message(), error
    error = refused(client.load_model, "fp32", config='{"max_batch_size": 4}')
    assert error.status() == "400" and "'config'" in error.message(), error


@claim
def counts_what_it_has_done(url):
    client = http.InferenceServerClient(url)

    def counted():
        return client.get_inference_statistics("uint8")["model_stats"][0]

    before = counted()
    client.infer("uint8", [tensor(np.tile(values("UINT8"), (3, 1, 1)), "UINT8")])
    after = counted()
    assert after["inference_count"] == before["inference_count"] + 3, after
    assert after["inference_stats"]["success"]["count"] == before["inference_stats"]["success"]["count"] + 1, after
    assert len(client.get_inference_statistics()["model_stats"]) > 10


@claim
def tells_settings_and_lets_nobody_set_them(url):
    client = http.InferenceServerClient(url)
    assert client.get_trace_settings()["trace_level"] == ["OFF"]
    assert client.get_log_settings()["log_error"] is True
    assert refused(client.update_log_settings, {"log_info": True}).status() == "501"
    assert refused(client.update_trace_settings, settings={"trace_rate": "1"}).status() == "501"


@claim
def answers_questions_about_shared_memory(url):
    client = http.InferenceServerClient(url)
    assert client.get_system_shared_memory_status() == []
    assert client.get_cuda_shared_memory_status() == []
    client.unregister_system_shared_memory()
    client.unregister_cuda_shared_memory()


@claim
def takes_inputs_from_shared_memory_and_puts_outputs_there(url):
    client = http.InferenceServerClient(url)
    sent = np.tile(values("FP32"), (3, 1, 1))
    wanted = http.InferInput("x", list(sent.shape), "FP32")
    output = http.InferRequestedOutput("y")
    with memory(client, "http", sent) as region:
        wanted.set_shared_memory("http", sent.nbytes)
        output.set_shared_memory("http", sent.nbytes, sent.nbytes)
        for _ in range(3):
            result = client.infer("fp32", [wanted], outputs=[output])
            assert result.get_output("y")["shape"] == [3, 2, 2], result.get_response()
            np.testing.assert_array_equal(shm.get_contents_as_numpy(region, np.float32, sent.shape, sent.nbytes), sent)
        assert client.get_system_shared_memory_status("http")[0]["byte_size"] == 2 * sent.nbytes
    assert "'http' is not registered" in refused(client.infer, "fp32", [wanted]).message()


@contextlib.contextmanager
def memory(client, name, array):
    """A region that begins with that array, and has room for as much behind it."""
    key = f"/clockwork-{name}-{os.getpid()}"
    region = shm.create_shared_memory_region(name, key, 2 * array.nbytes)
    try:
        shm.set_shared_memory_region(region, [array])
        client.register_system_shared_memory(name, key, 2 * array.nbytes)
        yield region
    finally:
        client.unregister_system_shared_memory(name)
        shm.destroy_shared_memory_region(region)


@claim
def answers_many_at_once(url):
    client = http.InferenceServerClient(url, concurrency=8)
    sent = values("INT32")
    pending = [client.async_infer("int32", [tensor(sent, "INT32")], request_id=str(i)) for i in range(100)]
    for i, request in enumerate(pending):
        result = request.get_result()
        assert result.get_response()["id"] == str(i)
        np.testing.assert_array_equal(result.as_numpy("y"), sent)


@claim
async def serves_the_asynchronous_client_too(url):
    async with aio.InferenceServerClient(url) as client:
        assert await client.is_server_ready()
        assert (await client.get_model_metadata("fp64"))["name"] == "fp64"
        for datatype in TYPES:
            sent = values(datatype)
            result = await client.infer(datatype.lower(), [tensor(sent, datatype, module=aio)])
            np.testing.assert_array_equal(result.as_numpy("y"), sent, datatype)
        error = await refused_later(client.infer("refused", [tensor(values("FP32"), "FP32", module=aio)]))
        assert error.status() == "503", error


if __name__ == "__main__":
    main(__name__, sys.argv[1])
