package org.clockwork.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.rest.RestAttacks;
import org.clockwork.test.attack.Attack;

/** What is asked for on the event bus in JSON. */
public final class BusAttacks {
  private static final long BYTES_MAX = 256 << 10;

  private BusAttacks() {}

  public static List<Attack> all() {
    return List.of(
        new Attack(
            "clockwork.infer",
            BusAttacks::question,
            RestAttacks.JSON_WORDS,
            bytes -> InferQuestion.read(Json.decodeValue(Buffer.buffer(bytes))),
            List.of(MalformedException.class, DecodeException.class),
            BYTES_MAX));
  }

  private static byte[] question(RandomGenerator dice) {
    JsonObject input =
        new JsonObject().put("name", "x").put("datatype", "FP32").put("shape", List.of(1, 2, 2));
    if (dice.nextBoolean()) {
      input.put("data", List.of(1, 2, 3.5, "NaN"));
    } else {
      input.put("base64", "AAAAAAAAAAAAAAAAAAAAAA==");
    }
    return new JsonObject()
        .put("model", "m")
        .put("inputs", new JsonArray().add(input))
        .put("slo_ms", dice.nextInt(1, 1000))
        .put("priority", 1)
        .put("tenant", "shop")
        .put("encoding", "base64")
        .put("retry_of", "G0-7")
        .toBuffer()
        .getBytes();
  }
}
