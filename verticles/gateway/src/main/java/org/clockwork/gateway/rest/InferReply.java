package org.clockwork.gateway.rest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.json.TensorJson;
import org.clockwork.gateway.oip.Reply;
import org.clockwork.gateway.oip.Reply.Output;

/** A result over HTTP: JSON, and behind it the bytes of those outputs that are wanted so. */
record InferReply(JsonObject json, Buffer binary) {

  static InferReply of(Reply.Answered answered, ModelName model, String clientId) {
    JsonArray outputs = new JsonArray();
    Buffer binary = Buffer.buffer();
    for (Output output : answered.outputs()) {
      JsonObject json =
          new JsonObject()
              .put("name", output.spec().name())
              .put("datatype", output.spec().type().name())
              .put("shape", new JsonArray(output.shape()));
      if (output.place().isPresent()) {
        // It has been put there. Nothing is said of it: perf_analyzer takes any parameters of an
        // output for those of binary data.
      } else if (output.binary()) {
        json.put(
            "parameters", new JsonObject().put("binary_data_size", output.content().remaining()));
        append(binary, output);
      } else {
        json.put("data", TensorJson.values(output.content(), output.spec().type()));
      }
      outputs.add(json);
    }
    JsonObject json =
        new JsonObject()
            .put("model_name", model.unversioned())
            .put("model_version", model.versionText());
    if (!clientId.isEmpty()) {
      json.put("id", clientId);
    }
    json.put("parameters", new JsonObject(answered.parameters())).put("outputs", outputs);
    return new InferReply(json, binary);
  }

  private static void append(Buffer binary, Output output) {
    byte[] bytes = new byte[output.content().remaining()];
    output.content().get(bytes);
    binary.appendBytes(bytes);
  }

  /**
   * @param wanted of the client, as its header says
   */
  void write(HttpServerResponse response, String wanted) {
    Buffer header = json.toBuffer();
    if (binary.length() == 0) {
      response.putHeader("Content-Type", Replies.JSON);
      Compression.end(response, wanted, header);
    } else {
      response
          .putHeader("Content-Type", "application/octet-stream")
          .putHeader(InferExchange.JSON_LENGTH, Integer.toString(header.length()));
      Compression.end(response, wanted, header.appendBuffer(binary));
    }
  }
}
