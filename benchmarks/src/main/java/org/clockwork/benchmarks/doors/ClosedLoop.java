package org.clockwork.benchmarks.doors;

import com.google.protobuf.UnsafeByteOperations;
import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import org.clockwork.benchmarks.oip.Door;
import org.clockwork.protocol.inference.InferParameter;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferRequest.InferInputTensor;

/**
 * A client that costs little: bytes that were encoded once, on one event loop, each answer answered
 * with the next request. Results are looked at only as far as their status.
 */
final class ClosedLoop {
  /** Said once what follows counts; then comes one line of JSON with the fields below. */
  static final String MEASURING = "measuring";

  static final String ANSWERED = "answered";
  static final String FAILED = "failed";
  static final String SECONDS = "seconds";
  static final String CPU_NANOS = "cpu_ns";

  private static final String SLO = "slo_us";
  private static final int GRPC_HEAD_BYTES = 5;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Vertx vertx;
  private final Door door;
  private final HttpClient client;
  private final Buffer body;
  private final int jsonBytes;
  private long answered;
  private long failed;

  private ClosedLoop(Vertx vertx, Door door, int port, int outstanding) {
    this.vertx = vertx;
    this.door = door;
    JsonObject json = json();
    this.jsonBytes = json.toBuffer().length();
    this.body = door == Door.GRPC ? grpc() : json.toBuffer().appendBytes(input());
    this.client =
        vertx.createHttpClient(
            options().setDefaultPort(port).setDefaultHost("127.0.0.1"),
            new PoolOptions().setHttp1MaxSize(outstanding).setHttp2MaxSize(1));
  }

  /** DOOR PORT OUTSTANDING WARMUP-SECONDS SECONDS. */
  public static void main(String[] args) throws Exception {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    int outstanding = Integer.parseInt(args[2]);
    ClosedLoop loop =
        new ClosedLoop(vertx, Door.of(args[0]), Integer.parseInt(args[1]), outstanding);
    vertx.runOnContext(
        _ -> loop.begin(outstanding, Double.parseDouble(args[3]), Double.parseDouble(args[4])));
    // Until the benchmark ends it.
    Thread.currentThread().join();
  }

  private HttpClientOptions options() {
    return door == Door.GRPC
        ? new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2MultiplexingLimit(-1)
            .setHttp2ConnectionWindowSize(4 << 20)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(1 << 20))
        : new HttpClientOptions().setTcpNoDelay(true);
  }

  private static byte[] input() {
    byte[] bytes = new byte[SmallModel.input().buffers().getFirst().remaining()];
    SmallModel.input().buffers().getFirst().get(bytes);
    return bytes;
  }

  private static Buffer grpc() {
    byte[] message =
        ModelInferRequest.newBuilder()
            .setModelName(SmallModel.NAME)
            .putParameters(
                SLO, InferParameter.newBuilder().setInt64Param(SmallModel.OBJECTIVE_MICROS).build())
            .addInputs(
                InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype("FP32")
                    .addShape(1)
                    .addShape(input().length / Float.BYTES))
            .addRawInputContents(UnsafeByteOperations.unsafeWrap(input()))
            .build()
            .toByteArray();
    return Buffer.buffer(GRPC_HEAD_BYTES + message.length)
        .appendByte((byte) 0)
        .appendInt(message.length)
        .appendBytes(message);
  }

  private static JsonObject json() {
    JsonObject tensor =
        new JsonObject()
            .put("name", "x")
            .put("datatype", "FP32")
            .put("shape", new JsonArray().add(1).add(input().length / Float.BYTES))
            .put("parameters", new JsonObject().put("binary_data_size", input().length));
    return new JsonObject()
        .put("inputs", new JsonArray().add(tensor))
        .put(
            "parameters",
            new JsonObject().put("binary_data_output", true).put(SLO, SmallModel.OBJECTIVE_MICROS));
  }

  private void begin(int outstanding, double warmUpSeconds, double seconds) {
    for (int i = 0; i < outstanding; i++) {
      ask();
    }
    vertx.setTimer(Math.max(1, Math.round(1_000 * warmUpSeconds)), _ -> measure(seconds));
  }

  private void measure(double seconds) {
    System.out.println(MEASURING);
    answered = 0;
    failed = 0;
    long begunNanos = System.nanoTime();
    long beforeNanos = SYSTEM.getProcessCpuTime();
    vertx.setTimer(
        Math.max(1, Math.round(1_000 * seconds)),
        _ ->
            System.out.println(
                new JsonObject()
                    .put(ANSWERED, answered)
                    .put(FAILED, failed)
                    .put(SECONDS, (System.nanoTime() - begunNanos) / 1e9)
                    .put(CPU_NANOS, SYSTEM.getProcessCpuTime() - beforeNanos)
                    .encode()));
  }

  private void ask() {
    client
        .request(
            HttpMethod.POST,
            door == Door.GRPC
                ? "/inference.GRPCInferenceService/ModelInfer"
                : "/v2/models/" + SmallModel.NAME + "/infer")
        .compose(
            request ->
                send(request).compose(response -> response.end().map(_ -> succeeded(response))))
        .onComplete(
            result -> {
              answered++;
              if (result.failed() || !result.result()) {
                failed++;
              }
              ask();
            });
  }

  private Future<HttpClientResponse> send(HttpClientRequest request) {
    if (door == Door.GRPC) {
      request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
    } else {
      request.putHeader("Inference-Header-Content-Length", Integer.toString(jsonBytes));
    }
    return request.send(body);
  }

  private boolean succeeded(HttpClientResponse response) {
    return response.statusCode() == 200
        && (door == Door.REST || "0".equals(response.trailers().get("grpc-status")));
  }
}
