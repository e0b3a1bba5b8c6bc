package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.FakeCluster.await;
import static org.clockwork.test.gateway.GrpcInferences.input;
import static org.clockwork.test.gateway.GrpcInferences.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.common.WireFormat;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import io.vertx.grpc.reflection.v1.ServiceResponse;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.Traceparent;
import org.clockwork.gateway.DoorLimits;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.protocol.inference.InferParameter;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.clockwork.protocol.inference.ModelStreamInferResponse;
import org.clockwork.protocol.rpc.ErrorInfo;
import org.clockwork.protocol.rpc.RetryInfo;
import org.clockwork.protocol.rpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Open Inference Protocol over gRPC: deadlines, cancellation, and what goes wrong. */
@Timeout(60)
class GrpcDoorTest {
  private static final String SERVICE = "inference.GRPCInferenceService";
  private static final DoorsConfig LIMITS =
      DoorsConfig.DEFAULT.with(new DoorLimits(1 << 20, 64 << 10, 2 << 20, 10));
  private static final ServiceMethod<ModelInferResponse, ModelInferRequest> INFER =
      method(SERVICE, "ModelInfer", ModelInferResponse.getDefaultInstance());

  private FakeCluster cluster;
  private SocketAddress door;
  private GrpcClient client;

  /** How a call ended: with an answer, or with a status and what came with it. */
  private record End<A>(
      GrpcStatus status, String message, Map<String, String> trailers, List<A> answers) {
    A answer() {
      assertEquals(GrpcStatus.OK, status, message);
      return answers.getFirst();
    }
  }

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    door = SocketAddress.inetSocketAddress(cluster.open(LIMITS).grpc().orElseThrow(), "127.0.0.1");
    client = client();
  }

  private GrpcClient client() {
    return GrpcClient.client(
        cluster.vertx,
        new GrpcClientOptions(),
        new HttpClientOptions().setHttp2ClearTextUpgrade(false));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void aCallsPlaceInATraceGoesOnWithItsRequest() throws Exception {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    call(question("fp32").build(), call -> call.headers().set("traceparent", traceparent)).answer();
    assertEquals(Traceparent.parse(traceparent), cluster.asked.take().trace());
    call(question("fp32").build(), call -> call.headers().set("traceparent", "no such")).answer();
    assertEquals(Optional.empty(), cluster.asked.take().trace());
  }

  @Test
  void theTightestOfAllObjectivesAndTheCallsOwnDeadlineHolds() throws Exception {
    ModelInferRequest request =
        question("fp32")
            .putParameters("slo_us", InferParameter.newBuilder().setInt64Param(8_000_000).build())
            .build();
    call(request, call -> {}).answer();
    assertEquals(TimeUnit.SECONDS.toNanos(8), cluster.asked.take().sloNanos());
    call(request, call -> call.headers().set("grpc-timeout", "7S")).answer();
    assertEquals(TimeUnit.SECONDS.toNanos(7), cluster.asked.take().sloNanos());
    call(request, call -> call.headers().set("clockwork-slo-us", "6000000")).answer();
    assertEquals(TimeUnit.SECONDS.toNanos(6), cluster.asked.take().sloNanos());
    // Who says that it has days has no objective by that.
    call(question("fp32").build(), call -> call.headers().set("grpc-timeout", "99H")).answer();
    assertEquals(TimeUnit.HOURS.toNanos(1), cluster.asked.take().sloNanos());
  }

  @Test
  void aDeadlineOfMicrosecondsIsNotTakenForNone() throws Exception {
    End<ModelInferResponse> end =
        call(question("silent").build(), call -> call.headers().set("grpc-timeout", "900u"));
    assertEquals(GrpcStatus.DEADLINE_EXCEEDED, end.status());
    assertEquals(TimeUnit.MICROSECONDS.toNanos(900), cluster.asked.take().sloNanos());
  }

  @Test
  void aRefusalCarriesItsCauseAndWhenToComeBack() throws Exception {
    End<ModelInferResponse> end = call(question("refused").build(), call -> {});
    assertEquals(GrpcStatus.RESOURCE_EXHAUSTED, end.status());
    assertEquals("not loaded", end.message());
    assertEquals("cold_start", end.trailers().get("clockwork-cause"));
    Status status =
        Status.parseFrom(Base64.getDecoder().decode(end.trailers().get("grpc-status-details-bin")));
    assertEquals("cold_start", status.getDetails(0).unpack(ErrorInfo.class).getReason());
    assertEquals(
        Duration.newBuilder().setNanos(7_000).build(),
        status.getDetails(1).unpack(RetryInfo.class).getRetryDelay());
  }

  @Test
  void aCallThatIsCancelledIsGivenUpEverywhere() throws Exception {
    GrpcClientRequest<ModelInferRequest, ModelInferResponse> call = begun();
    Request asked = cluster.asked.take();
    call.cancel();
    assertEquals(asked.id(), cluster.cancellations.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void aConnectionThatBreaksCancelsAllThatItAskedFor() throws Exception {
    GrpcClientRequest<ModelInferRequest, ModelInferResponse> first = begun();
    begun();
    Set<Object> asked = new HashSet<>();
    asked.add(cluster.asked.take().id());
    asked.add(cluster.asked.take().id());
    await(first.connection().close());
    Set<Object> cancelled = new HashSet<>();
    cancelled.add(cluster.cancellations.poll(30, TimeUnit.SECONDS));
    cancelled.add(cluster.cancellations.poll(30, TimeUnit.SECONDS));
    assertEquals(asked, cancelled);
  }

  @Test
  void aStreamThatBreaksCancelsAllThatIsUnderWayOnIt() throws Exception {
    GrpcClientRequest<ModelInferRequest, ModelStreamInferResponse> stream = await(stream());
    stream.write(patient("silent"));
    stream.write(patient("silent"));
    Set<Object> asked = new HashSet<>();
    asked.add(cluster.asked.take().id());
    asked.add(cluster.asked.take().id());
    stream.cancel();
    Set<Object> cancelled = new HashSet<>();
    cancelled.add(cluster.cancellations.poll(30, TimeUnit.SECONDS));
    cancelled.add(cluster.cancellations.poll(30, TimeUnit.SECONDS));
    assertEquals(asked, cancelled);
  }

  @Test
  void aStreamAnswersWhatIsReadyWhileOthersWait() throws Exception {
    Promise<ModelStreamInferResponse> first = Promise.promise();
    GrpcClientRequest<ModelInferRequest, ModelStreamInferResponse> stream =
        await(
            stream()
                .onSuccess(
                    call ->
                        call.response().onSuccess(answers -> answers.handler(first::tryComplete))));
    stream.write(patient("silent"));
    stream.write(question("fp32").setId("quick").build());
    assertEquals("quick", await(first.future()).getInferResponse().getId());
    stream.cancel();
  }

  @ParameterizedTest
  @CsvSource({
    "ModelInfer, clockwork-slo-us, soon",
    "ModelInfer, grpc-timeout, 5",
    "ModelStreamInfer, clockwork-slo-us, soon"
  })
  void aHeaderThatIsWrongIsToldBeforeAnyOfTheMessageHasCome(
      String method, String header, String value) throws Exception {
    HttpClientResponse response = announced(method, header, value);
    assertEquals("" + GrpcStatus.INVALID_ARGUMENT.code, response.getHeader("grpc-status"));
    assertEquals("invalid_request", response.getHeader("clockwork-cause"));
  }

  @Test
  void aGatewayThatIsFullOrShuttingDownSaysSoBeforeAnyOfTheMessageHasCome() throws Exception {
    cluster.stop();
    cluster = new FakeCluster(1);
    door = SocketAddress.inetSocketAddress(cluster.open(LIMITS).grpc().orElseThrow(), "127.0.0.1");
    client = client();
    begun();
    cluster.asked.take();
    HttpClientResponse response = announced("ModelInfer", "clockwork-slo-us", "1000");
    assertEquals("" + GrpcStatus.RESOURCE_EXHAUSTED.code, response.getHeader("grpc-status"));
    assertEquals("queue", response.getHeader("clockwork-cause"));
    assertTrue(response.getHeader("grpc-message").contains("maxOutstanding=1"));
    assertEquals(2, await(cluster.gateway.statistics()).offered());
  }

  /** What is said to a call of which there is nothing but its headers. */
  private HttpClientResponse announced(String method, String header, String value)
      throws Exception {
    HttpClient plain =
        cluster.vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    return await(
        plain
            .request(HttpMethod.POST, door.port(), door.host(), "/" + SERVICE + "/" + method)
            .compose(
                request ->
                    request
                        .putHeader("content-type", "application/grpc")
                        .putHeader(header, value)
                        .setChunked(true)
                        .sendHead()
                        .compose(_ -> request.response())
                        .onSuccess(_ -> request.reset())));
  }

  @Test
  void aMessageBeyondTheLimitIsRefusedWithoutHoldingIt() throws Exception {
    ModelInferRequest large =
        question("fp32")
            .setRawInputContents(0, ByteString.copyFrom(new byte[(1 << 20) + 1]))
            .build();
    assertEquals(GrpcStatus.RESOURCE_EXHAUSTED, call(large, call -> {}).status());
  }

  @Test
  void aMessageThatUnzipsBeyondTheLimitIsRefused() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(new byte[64 << 20]);
    }
    End<ModelInferResponse> end =
        sent(
            call -> {},
            GrpcMessage.message("gzip", WireFormat.PROTOBUF, Buffer.buffer(bytes.toByteArray())));
    assertEquals(GrpcStatus.RESOURCE_EXHAUSTED, end.status());
    assertTrue(end.message().contains("maxBodyBytes=1048576"), end.message());
  }

  @Test
  void whatIsNoMessageIsSaidToBeNone() throws Exception {
    End<ModelInferResponse> end =
        sent(
            call -> {},
            GrpcMessage.message(
                "identity", WireFormat.PROTOBUF, Buffer.buffer(new byte[] {-1, -1, -1})));
    assertEquals(GrpcStatus.INVALID_ARGUMENT, end.status());
    assertTrue(end.message().startsWith("the message is no ModelInferRequest: "), end.message());
  }

  @Test
  void anInputThatIsWrongIsNamed() throws Exception {
    End<ModelInferResponse> end =
        call(question("fp32").setInputs(0, input("z")).build(), call -> {});
    assertEquals(GrpcStatus.INVALID_ARGUMENT, end.status());
    assertEquals("invalid_input", end.trailers().get("clockwork-cause"));
    assertTrue(end.message().startsWith("input 'z' is none of model 'fp32'"), end.message());
    End<ModelInferResponse> counts =
        call(question("fp32").addRawInputContents(ByteString.EMPTY).build(), call -> {});
    assertTrue(counts.message().startsWith("raw_input_contents has 2 elements"), counts.message());
    End<ModelInferResponse> timeout =
        call(question("fp32").build(), call -> call.headers().set("grpc-timeout", "soon"));
    assertEquals(GrpcStatus.INVALID_ARGUMENT, timeout.status());
  }

  @Test
  void whoAsksWhatThereIsIsTold() throws Exception {
    ServerReflectionResponse list =
        reflect(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> names =
        list.getListServicesResponse().getServiceList().stream()
            .map(ServiceResponse::getName)
            .toList();
    assertTrue(names.containsAll(List.of(SERVICE, "grpc.health.v1.Health")), names::toString);
    ServerReflectionResponse files =
        reflect(ServerReflectionRequest.newBuilder().setFileContainingSymbol(SERVICE).build());
    assertFalse(files.getFileDescriptorResponse().getFileDescriptorProtoList().isEmpty());
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest question) throws Exception {
    ServiceMethod<ServerReflectionResponse, ServerReflectionRequest> method =
        method(
            "grpc.reflection.v1.ServerReflection",
            "ServerReflectionInfo",
            ServerReflectionResponse.getDefaultInstance());
    return await(
        client
            .request(door, method)
            .compose(call -> call.send(question).compose(response -> response.last())));
  }

  private End<ModelInferResponse> call(
      ModelInferRequest request, Consumer<GrpcClientRequest<?, ?>> before) throws Exception {
    return sent(
        before,
        GrpcMessage.message("identity", WireFormat.PROTOBUF, Buffer.buffer(request.toByteArray())));
  }

  private End<ModelInferResponse> sent(
      Consumer<GrpcClientRequest<?, ?>> before, GrpcMessage message) throws Exception {
    return await(
        client
            .request(door, INFER)
            .compose(
                call -> {
                  before.accept(call);
                  if (message.encoding().equals("gzip")) {
                    call.encoding("gzip");
                  }
                  call.endMessage(message);
                  return call.response().compose(GrpcDoorTest::end);
                }));
  }

  /** The library fails where the status is not OK; here every status is an end. */
  private static Future<End<ModelInferResponse>> end(
      GrpcClientResponse<ModelInferRequest, ModelInferResponse> response) {
    List<ModelInferResponse> answers = new ArrayList<>();
    response.handler(answers::add);
    return response
        .end()
        .transform(
            _ -> {
              Map<String, String> trailers = new TreeMap<>();
              response.headers().forEach(trailers::put);
              response.trailers().forEach(trailers::put);
              return Future.succeededFuture(
                  new End<>(
                      response.status(),
                      String.valueOf(response.statusMessage()),
                      trailers,
                      answers));
            });
  }

  /** A call to a model that doesn't answer, with its message sent. */
  private GrpcClientRequest<ModelInferRequest, ModelInferResponse> begun() throws Exception {
    GrpcClientRequest<ModelInferRequest, ModelInferResponse> call =
        await(client.request(door, INFER));
    call.end(patient("silent"));
    return call;
  }

  private Future<GrpcClientRequest<ModelInferRequest, ModelStreamInferResponse>> stream() {
    return client.request(
        door, method(SERVICE, "ModelStreamInfer", ModelStreamInferResponse.getDefaultInstance()));
  }

  private static ModelInferRequest patient(String model) {
    return question(model)
        .putParameters("slo_us", InferParameter.newBuilder().setInt64Param(3_000_000_000L).build())
        .build();
  }

  private static <Q extends Message, A extends Message> ServiceMethod<A, Q> method(
      String service, String name, A kind) {
    return ServiceMethod.client(
        ServiceName.create(service),
        name,
        GrpcMessageEncoder.encoder(),
        GrpcMessageDecoder.decoder(kind));
  }
}
