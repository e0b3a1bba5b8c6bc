package org.clockwork.benchmarks.oip;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * Over HTTP 1.1, each request on a connection of its own while it is under way; tensors as bytes
 * behind the JSON, or in it.
 */
public final class RestInferences extends OipInferences {
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  /** More than are ever under way: a server without deadlines has thousands waiting. */
  private static final int CONNECTIONS_MAX = 8_192;

  /** An element in JSON takes at least that: a digit and a comma. */
  private static final int ELEMENT_CHARS_LEAST = 2;

  private final HttpClient client;
  private final String path;
  private final boolean binary;

  /**
   * @param port on loopback
   * @param parameters of each request
   * @param binary tensors as bytes behind the JSON; otherwise in it, as 64-bit integers
   */
  public RestInferences(
      Vertx vertx, int port, ModelSpec model, Map<String, Long> parameters, boolean binary) {
    super(model, parameters);
    this.path = "/v2/models/" + model.name() + "/infer";
    this.binary = binary;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(port)
                .setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
  }

  @Override
  Future<Ended> ask(Tensors inputs) {
    Buffer json = json(inputs).toBuffer();
    int jsonLength = json.length();
    if (binary) {
      inputs.buffers().forEach(content -> json.appendBytes(bytes(content)));
    }
    return client
        .request(HttpMethod.POST, path)
        .compose(
            request -> {
              if (binary) {
                request.putHeader(JSON_LENGTH, Integer.toString(jsonLength));
              }
              request.putHeader(
                  "Content-Type", binary ? "application/octet-stream" : "application/json");
              return request
                  .send(json)
                  .compose(response -> response.body().map(body -> ended(response, body)));
            });
  }

  private JsonObject json(Tensors inputs) {
    JsonArray tensors = new JsonArray();
    for (int i = 0; i < model().inputs().size(); i++) {
      tensors.add(tensor(model().inputs().get(i), inputs.rows(), inputs.buffers().get(i)));
    }
    JsonObject all = new JsonObject();
    parameters().forEach(all::put);
    if (binary) {
      all.put("binary_data_output", true);
    }
    JsonObject json = new JsonObject().put("inputs", tensors);
    return all.isEmpty() ? json : json.put("parameters", all);
  }

  private JsonObject tensor(TensorSpec spec, int rows, ByteBuffer content) {
    JsonArray shape = new JsonArray().add(rows);
    spec.shape().forEach(shape::add);
    JsonObject tensor =
        new JsonObject()
            .put("name", spec.name())
            .put("datatype", spec.type().name())
            .put("shape", shape);
    if (binary) {
      return tensor.put(
          "parameters", new JsonObject().put("binary_data_size", content.remaining()));
    }
    JsonArray data = new JsonArray();
    ByteBuffer elements = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (elements.hasRemaining()) {
      data.add(elements.getLong());
    }
    return tensor.put("data", data);
  }

  private static byte[] bytes(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    return bytes;
  }

  private Ended ended(HttpClientResponse response, Buffer body) {
    return switch (response.statusCode()) {
      case 200 -> isWhole(response, body) ? Ended.ANSWERED : Ended.FAILED;
      case 429, 503 -> Ended.REFUSED;
      case 504 -> Ended.TIMED_OUT;
      default -> Ended.FAILED;
    };
  }

  /**
   * JSON of half a megabyte isn't read: that would cost the client more than it costs the server.
   */
  private boolean isWhole(HttpClientResponse response, Buffer body) {
    if (!binary) {
      long elements = model().outputs().getFirst().bytes() / Float.BYTES;
      return body.length() >= ELEMENT_CHARS_LEAST * elements;
    }
    String jsonLength = response.getHeader(JSON_LENGTH);
    return jsonLength != null
        && body.length() - Integer.parseInt(jsonLength) == model().outputBytes();
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}
