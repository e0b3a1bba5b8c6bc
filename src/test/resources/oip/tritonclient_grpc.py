"""What NVIDIA's own client, and clients made from the protocol alone, expect over gRPC. Argument: host:port."""

import queue
import sys

import grpc as plain
import numpy as np
import tritonclient.grpc as grpc
import tritonclient.grpc.aio as aio
import tritonclient.utils.shared_memory as shm
from claims import claim, main, refused, refused_later
from tritonclient.grpc import service_pb2 as messages
from tritonclient.grpc import service_pb2_grpc as stubs
from tritonclient_http import TYPES, memory, values


def tensor(array, datatype, module=grpc):
    wanted = module.InferInput("x", list(array.shape), datatype)
    wanted.set_data_from_numpy(array)
    return wanted


def typed(model, datatype, field, elements, **fields):
    request = messages.ModelInferRequest(model_name=model, **fields)
    sent = request.inputs.add(name="x", datatype=datatype, shape=[1, 2, 2])
    getattr(sent.contents, field).extend(elements)
    return request


@claim
def tells_that_it_lives_and_is_ready(url):
    client = grpc.InferenceServerClient(url)
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("fp32")
    assert client.is_model_ready("fp32", "1")
    assert refused(client.is_model_ready, "nobody").status() == "StatusCode.NOT_FOUND"


@claim
def describes_itself_and_its_models(url):
    client = grpc.InferenceServerClient(url)
    assert client.get_server_metadata().name == "clockwork"
    metadata = client.get_model_metadata("int64")
    assert list(metadata.inputs[0].shape) == [-1, 2, 2] and metadata.inputs[0].datatype == "INT64", metadata
    config = client.get_model_config("int64").config
    assert config.max_batch_size == 2000 and config.input[0].data_type == 9, config
    assert list(config.input[0].dims) == [2, 2] and config.HasField("dynamic_batching"), config


@claim
def infers_every_datatype(url):
    client = grpc.InferenceServerClient(url)
    for datatype in TYPES:
        sent = values(datatype)
        result = client.infer(datatype.lower(), [tensor(sent, datatype)])
        np.testing.assert_array_equal(result.as_numpy("y"), sent, datatype)


@claim
def gives_typed_contents_for_typed_contents(url):
    stub = stubs.GRPCInferenceServiceStub(plain.insecure_channel(url))
    fields = {
        "BOOL": ("bool_contents", [True, False, False, True]),
        "INT8": ("int_contents", [-128, 127, 0, 5]),
        "INT16": ("int_contents", [-32768, 32767, 0, 5]),
        "INT32": ("int_contents", [-(2**31), 2**31 - 1, 0, 5]),
        "INT64": ("int64_contents", [-(2**63), 2**63 - 1, 0, 5]),
        "UINT8": ("uint_contents", [0, 255, 1, 5]),
        "UINT16": ("uint_contents", [0, 65535, 1, 5]),
        "UINT32": ("uint_contents", [0, 2**32 - 1, 1, 5]),
        "UINT64": ("uint64_contents", [0, 2**64 - 1, 1, 5]),
        "FP32": ("fp32_contents", [0.5, -1.25, float("inf"), 3]),
        "FP64": ("fp64_contents", [0.1, -1.25, 1e300, 3]),
    }
    for datatype, (field, elements) in fields.items():
        answer = stub.ModelInfer(typed(datatype.lower(), datatype, field, elements, id="mine"))
        assert answer.id == "mine" and not answer.raw_output_contents, answer
        assert list(getattr(answer.outputs[0].contents, field)) == elements, answer
        assert list(answer.outputs[0].shape) == [1, 2, 2], answer


@claim
def names_the_input_that_is_wrong(url):
    stub = stubs.GRPCInferenceServiceStub(plain.insecure_channel(url))

    def wrong(request, word):
        error = refused(stub.ModelInfer, request)
        assert error.code() == plain.StatusCode.INVALID_ARGUMENT, error
        assert "input 'x'" in error.details() and word in error.details(), error.details()
        assert dict(error.trailing_metadata())["clockwork-cause"] in ("invalid_request", "invalid_input"), error

    wrong(typed("int8", "INT8", "int_contents", [1, 2, 3, 200]), "contents[3] is 200; INT8, -128 to 127")
    wrong(typed("fp32", "FP32", "fp32_contents", [1, 2, 3]), "its shape [1, 2, 2] says otherwise")
    wrong(typed("fp16", "FP16", "fp32_contents", [1, 2, 3, 4]), "send raw_input_contents")
    wrong(typed("fp32", "FP33", "fp32_contents", [1, 2, 3, 4]), "'FP33'")
    wrong(typed("fp32", "INT32", "int_contents", [1, 2, 3, 4]), "expects FP32 [n, 2, 2]")
    request = typed("fp32", "FP32", "fp32_contents", [1, 2, 3, 4])
    request.raw_input_contents.append(bytes(16))
    wrong(request, "contents and raw_input_contents are both there")


@claim
def tells_what_became_of_a_request(url):
    client = grpc.InferenceServerClient(url)
    answer = client.infer("fp32", [tensor(values("FP32"), "FP32")], request_id="mine").get_response()
    assert answer.id == "mine" and answer.model_version == "1", answer
    for name in ("queue_us", "load_us", "input_us", "exec_us", "output_us", "latency_us", "promised_by_us", "batch_size"):
        assert answer.parameters[name].HasField("int64_param"), answer
    assert answer.parameters["worker"].string_param == "w" and answer.parameters["cold_start"].bool_param, answer


@claim
def takes_objectives_and_tenants_as_parameters(url):
    client = grpc.InferenceServerClient(url)
    result = client.infer(
        "fp32",
        [tensor(values("FP32"), "FP32")],
        timeout=5_000_000,
        priority=1,
        client_timeout=30,
        parameters={"slo_us": 9_000_000, "slo_factor": 20_000.0, "tenant": "shop", "somebodys": "own"},
    )
    assert result.as_numpy("y") is not None


@claim
def says_that_the_objective_has_passed(url):
    client = grpc.InferenceServerClient(url)
    sent = [tensor(values("FP32"), "FP32")]
    error = refused(client.infer, "silent", sent, timeout=20_000)
    assert error.status() == "StatusCode.DEADLINE_EXCEEDED" and "'silent'" in error.message(), error
    error = refused(client.infer, "silent", sent, headers={"clockwork-slo-us": "20000"})
    assert error.status() == "StatusCode.DEADLINE_EXCEEDED" and "'silent'" in error.message(), error
    error = refused(client.infer, "silent", sent, client_timeout=0.02)
    assert error.status() == "StatusCode.DEADLINE_EXCEEDED", error


@claim
def says_why_it_refuses_and_when_to_come_back(url):
    stub = stubs.GRPCInferenceServiceStub(plain.insecure_channel(url))
    error = refused(stub.ModelInfer, typed("refused", "FP32", "fp32_contents", [1, 2, 3, 4]))
    assert error.code() == plain.StatusCode.RESOURCE_EXHAUSTED and error.details() == "not loaded", error
    trailers = dict(error.trailing_metadata())
    assert trailers["clockwork-cause"] == "cold_start" and trailers["clockwork-retry-after-us"] == "7", trailers
    assert trailers["clockwork-request-id"].startswith("g-"), trailers
    from google.rpc import error_details_pb2
    from grpc_status import rpc_status

    status = rpc_status.from_call(error)
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(info) and status.details[1].Unpack(retry), status
    assert info.reason == "cold_start" and retry.retry_delay.nanos == 7000, status


@claim
def says_that_there_is_no_such_model(url):
    client = grpc.InferenceServerClient(url)
    error = refused(client.infer, "nobody", [tensor(values("FP32"), "FP32")])
    assert error.status() == "StatusCode.NOT_FOUND" and "'nobody'" in error.message(), error
    error = refused(client.infer, "fp32", [tensor(values("FP32"), "FP32")], model_version="2")
    assert error.status() == "StatusCode.NOT_FOUND" and "version '2'" in error.message(), error


@claim
def takes_large_and_compressed_messages(url):
    client = grpc.InferenceServerClient(url)
    sent = np.tile(values("FP32"), (2000, 1, 1))
    for algorithm in (None, "gzip"):
        result = client.infer("fp32", [tensor(sent, "FP32")], compression_algorithm=algorithm)
        np.testing.assert_array_equal(result.as_numpy("y"), sent)


@claim
def loads_and_unloads_models(url):
    client = grpc.InferenceServerClient(url)
    client.load_model("grown")
    assert client.is_model_ready("grown")
    assert "grown" in [model.name for model in client.get_model_repository_index().models]
    client.unload_model("grown")
    assert refused(client.is_model_ready, "grown").status() == "StatusCode.NOT_FOUND"
    assert "its file is cut off" in refused(client.load_model, "broken").message()
    error = refused(client.load_model, "fp32", config='{"max_batch_size": 4}')
    assert error.status() == "StatusCode.INVALID_ARGUMENT" and "'config'" in error.message(), error


@claim
def counts_what_it_has_done(url):
    client = grpc.InferenceServerClient(url)
    before = client.get_inference_statistics("uint16").model_stats[0]
    client.infer("uint16", [tensor(np.tile(values("UINT16"), (3, 1, 1)), "UINT16")])
    after = client.get_inference_statistics("uint16").model_stats[0]
    assert after.inference_count == before.inference_count + 3, after
    assert after.inference_stats.success.count == before.inference_stats.success.count + 1, after
    assert len(client.get_inference_statistics().model_stats) > 10


@claim
def tells_settings_and_lets_nobody_set_them(url):
    client = grpc.InferenceServerClient(url)
    assert list(client.get_trace_settings().settings["trace_level"].value) == ["OFF"]
    assert client.get_log_settings().settings["log_error"].bool_param
    assert refused(client.update_log_settings, {"log_info": True}).status() == "StatusCode.UNIMPLEMENTED"
    assert (
        refused(client.update_trace_settings, settings={"trace_rate": "1"}).status() == "StatusCode.UNIMPLEMENTED"
    )


@claim
def answers_questions_about_shared_memory(url):
    client = grpc.InferenceServerClient(url)
    assert not client.get_system_shared_memory_status().regions
    assert not client.get_cuda_shared_memory_status().regions
    client.unregister_system_shared_memory()
    client.unregister_cuda_shared_memory()
    error = refused(client.register_system_shared_memory, "r", "/nobody's", 16)
    assert error.status() == "StatusCode.INVALID_ARGUMENT" and "/nobody's" in error.message(), error
    assert refused(client.get_system_shared_memory_status, "r").status() == "StatusCode.NOT_FOUND"
    error = refused(client.register_cuda_shared_memory, "r", b"aGFuZGxl", 0, 16)
    assert error.status() == "StatusCode.UNIMPLEMENTED", error


@claim
def takes_inputs_from_shared_memory_and_puts_outputs_there(url):
    client = grpc.InferenceServerClient(url)
    sent = np.tile(values("FP32"), (3, 1, 1))
    wanted = grpc.InferInput("x", list(sent.shape), "FP32")
    output = grpc.InferRequestedOutput("y")
    with memory(client, "grpc", sent) as region:
        wanted.set_shared_memory("grpc", sent.nbytes)
        output.set_shared_memory("grpc", sent.nbytes, sent.nbytes)
        answer = client.infer("fp32", [wanted], outputs=[output]).get_response()
        np.testing.assert_array_equal(shm.get_contents_as_numpy(region, np.float32, sent.shape, sent.nbytes), sent)
        parameters = answer.outputs[0].parameters
        assert parameters["shared_memory_region"].string_param == "grpc", answer
        assert parameters["shared_memory_byte_size"].int64_param == sent.nbytes, answer
        assert list(answer.raw_output_contents) == [b""], answer
        # In from there and out with the answer, and the other way round.
        np.testing.assert_array_equal(client.infer("fp32", [wanted]).as_numpy("y"), sent)
        client.infer("fp32", [tensor(-sent, "FP32")], outputs=[output])
        np.testing.assert_array_equal(shm.get_contents_as_numpy(region, np.float32, sent.shape, sent.nbytes), -sent)
        assert client.get_system_shared_memory_status().regions["grpc"].byte_size == 2 * sent.nbytes


@claim
def answers_many_on_one_stream_and_goes_on_when_one_goes_wrong(url):
    client = grpc.InferenceServerClient(url)
    answers = queue.Queue()
    client.start_stream(callback=lambda result, error: answers.put((result, error)))
    sent = values("FP32")
    for i in range(600):
        client.async_stream_infer("refused" if i % 3 == 0 else "fp32", [tensor(sent, "FP32")], request_id=str(i))
    good, bad = set(), 0
    for _ in range(600):
        result, error = answers.get(timeout=30)
        if error is not None:
            assert "not loaded" in error.message(), error
            bad += 1
        else:
            good.add(result.get_response().id)
            assert result.get_response().parameters["triton_final_response"].bool_param
            np.testing.assert_array_equal(result.as_numpy("y"), sent)
    client.stop_stream()
    assert bad == 200 and good == {str(i) for i in range(600) if i % 3}, (bad, len(good))


@claim
async def serves_the_asynchronous_client_too(url):
    async with aio.InferenceServerClient(url) as client:
        assert await client.is_server_ready()
        for datatype in TYPES:
            sent = values(datatype)
            result = await client.infer(datatype.lower(), [tensor(sent, datatype, module=aio)])
            np.testing.assert_array_equal(result.as_numpy("y"), sent, datatype)
        error = await refused_later(client.infer("refused", [tensor(values("FP32"), "FP32", module=aio)]))
        assert error.status() == "StatusCode.RESOURCE_EXHAUSTED", error

        async def questions():
            for i in range(20):
                yield {
                    "model_name": "fp32",
                    "inputs": [tensor(values("FP32"), "FP32", module=aio)],
                    "request_id": str(i),
                }

        seen = set()
        async for result, error in client.stream_infer(questions()):
            assert error is None, error
            seen.add(result.get_response().id)
        assert seen == {str(i) for i in range(20)}, seen


@claim
def is_healthy_by_grpcs_own_protocol(url):
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    stub = health_pb2_grpc.HealthStub(plain.insecure_channel(url))
    for service in ("", "inference.GRPCInferenceService"):
        answer = stub.Check(health_pb2.HealthCheckRequest(service=service))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING, answer
        watch = stub.Watch(health_pb2.HealthCheckRequest(service=service))
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        watch.cancel()
    error = refused(stub.Check, health_pb2.HealthCheckRequest(service="nobody"))
    assert error.code() == plain.StatusCode.NOT_FOUND, error


if __name__ == "__main__":
    main(__name__, sys.argv[1])
