package org.clockwork.test.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client of the REST door that sends what it is told, right or wrong. */
final class RestClient {
  private final int port;

  /** Held here: Vert.x closes a client that nobody holds. */
  private final HttpClient client;

  /** What came back. */
  record Response(int status, Map<String, String> headers, Buffer body) {
    JsonObject json() {
      return body.toJsonObject();
    }

    /** Names of headers are in lower case. */
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  RestClient(Vertx vertx, int port) {
    this.port = port;
    this.client = vertx.createHttpClient();
  }

  Response get(String path) throws Exception {
    return FakeCluster.await(send("GET", path, Map.of(), Buffer.buffer()));
  }

  Response post(String path, JsonObject body) throws Exception {
    return post(path, Map.of(), body.toBuffer());
  }

  Response post(String path, Map<String, String> headers, Buffer body) throws Exception {
    return FakeCluster.await(send("POST", path, headers, body));
  }

  /** To a model of two by two elements. */
  Response infer(String model, JsonObject body) throws Exception {
    return post("/v2/models/" + model + "/infer", body);
  }

  Future<Response> send(String method, String path, Map<String, String> headers, Buffer body) {
    return client
        .request(HttpMethod.valueOf(method), port, "127.0.0.1", path)
        .compose(
            request -> {
              headers.forEach(request::putHeader);
              // All that follows is said here, on the event loop: a body that comes before anybody
              // wants it is lost.
              return request.send(body).compose(RestClient::whole);
            });
  }

  private static Future<Response> whole(HttpClientResponse response) {
    Map<String, String> headers = new TreeMap<>();
    response.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return response.body().map(body -> new Response(response.statusCode(), headers, body));
  }

  /** One row for a model that takes two by two elements as "x". */
  static JsonObject question(String datatype, Object... data) {
    return new JsonObject().put("inputs", new JsonArray(List.of(input(datatype, data))));
  }

  static JsonObject input(String datatype, Object... data) {
    return header(datatype, 1).put("data", new JsonArray(List.of(data)));
  }

  /** What is said of a tensor whose elements are elsewhere. */
  static JsonObject header(String datatype, int rows) {
    return new JsonObject()
        .put("name", "x")
        .put("datatype", datatype)
        .put("shape", new JsonArray(List.of(rows, 2, 2)));
  }

  /** The same with so many bytes behind the JSON. */
  static JsonObject binary(String datatype, int rows, int bytes) {
    return header(datatype, rows)
        .put("parameters", new JsonObject().put("binary_data_size", bytes));
  }
}
