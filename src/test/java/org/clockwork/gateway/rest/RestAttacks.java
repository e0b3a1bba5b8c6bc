package org.clockwork.gateway.rest;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.sharedmemory.SharedMemoryConfig;
import org.clockwork.gateway.sharedmemory.SharedTensors;
import org.clockwork.test.attack.Attack;

/** What the REST door reads: paths, headers, bodies in JSON and in bytes. */
public final class RestAttacks {
  private static final SharedTensors NO_REGIONS =
      new SharedMemory(SharedMemoryConfig.DEFAULT, 1 << 20).tensors(true);

  private static final int JSON_BYTES_MAX = 1 << 20;
  private static final long BYTES_MAX = 256 << 10;
  private static final List<Class<? extends Throwable>> COMPLAINTS =
      List.of(MalformedException.class, ComplaintException.class);
  private static final List<String> PATHS =
      List.of(
          "/v2/models/m%232/versions/1/infer",
          "/v2/repository/models/m/load",
          "/v2/systemsharedmemory/region/r/register",
          "/explain/G0-1",
          "/v2/health/live");

  /** What JSON is made of, and numbers that no tensor has. */
  public static final List<byte[]> JSON_WORDS =
      words(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\u0000",
          "\\",
          "null",
          "true",
          "-1",
          "1e999",
          "-1e999",
          "NaN",
          "\"NaN\"",
          "9223372036854775808",
          "0.1",
          "\"\"",
          "{}",
          "[]",
          "[[[[",
          "\"x\":",
          "\"data\":",
          "\"shape\":",
          "\"parameters\":",
          "\"binary_data_size\":2147483647",
          "//",
          "\u0000",
          "\uD800");

  private static final ModelSpec MODEL =
      new ModelSpec(
          "m",
          "m",
          List.of(new TensorSpec("x", DataType.FP32, List.of(2, 2))),
          List.of(new TensorSpec("y", DataType.FP32, List.of(2, 2))),
          1,
          0);

  private RestAttacks() {}

  public static List<Attack> all() {
    return List.of(
        new Attack(
            "path",
            RestAttacks::path,
            words("/", "%", "%2", "%FF", "v2", ".."),
            bytes -> Endpoint.of("/" + text(bytes)),
            List.of(),
            BYTES_MAX),
        new Attack(
            "headers",
            RestAttacks::header,
            words("-", "1e999", "NaN", "\u0000", "9".repeat(400)),
            bytes -> Wishes.of(headers(text(bytes))),
            COMPLAINTS,
            BYTES_MAX),
        new Attack(
            "JSON body",
            RestAttacks::json,
            JSON_WORDS,
            bytes -> read(bytes, OptionalInt.empty()),
            COMPLAINTS,
            BYTES_MAX),
        new Attack(
            "binary body",
            RestAttacks::binary,
            JSON_WORDS,
            bytes -> read(bytes, OptionalInt.of(jsonLength(bytes))),
            COMPLAINTS,
            BYTES_MAX),
        new Attack(
            "body without JSON",
            _ -> new byte[32],
            List.of(),
            bytes -> read(bytes, OptionalInt.of(0)),
            COMPLAINTS,
            BYTES_MAX));
  }

  public static List<byte[]> words(String... words) {
    return List.of(words).stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] path(RandomGenerator dice) {
    return PATHS.get(dice.nextInt(PATHS.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] header(RandomGenerator dice) {
    return Integer.toString(dice.nextInt()).getBytes(StandardCharsets.UTF_8);
  }

  private static MultiMap headers(String value) {
    return MultiMap.caseInsensitiveMultiMap()
        .set("clockwork-slo-us", value)
        .set("clockwork-tenant", value);
  }

  /** A request for one of the datatypes, with parameters and wanted outputs. */
  public static byte[] json(RandomGenerator dice) {
    List<DataType> types = List.of(DataType.values());
    DataType type = types.get(dice.nextInt(types.size()));
    List<Object> data = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      data.add(type == DataType.BOOL ? (Object) dice.nextBoolean() : (Object) dice.nextInt(100));
    }
    return question(
            dice, new JsonObject().put("name", "x").put("datatype", type.name()).put("data", data))
        .toBuffer()
        .getBytes();
  }

  private static byte[] binary(RandomGenerator dice) {
    return question(
            dice,
            new JsonObject()
                .put("name", "x")
                .put("datatype", "FP32")
                .put("parameters", new JsonObject().put("binary_data_size", 16)))
        .toBuffer()
        .appendBytes(new byte[16])
        .getBytes();
  }

  private static JsonObject question(RandomGenerator dice, JsonObject input) {
    JsonObject parameters =
        new JsonObject()
            .put("slo_us", dice.nextInt(1, 1_000_000))
            .put("timeout", 0)
            .put("priority", dice.nextInt(3))
            .put("tenant", "shop")
            .put("retry_of", "G0-7")
            .put("binary_data_output", dice.nextBoolean());
    return new JsonObject()
        .put("id", "my-1")
        .put("parameters", parameters)
        .put("inputs", new JsonArray().add(input.put("shape", List.of(1, 2, 2))))
        .put("outputs", new JsonArray().add(new JsonObject().put("name", "y")));
  }

  /** Up to the last brace, as a client says it that counts right and sends wrong. */
  private static int jsonLength(byte[] bytes) {
    int length = bytes.length;
    while (length > 1 && bytes[length - 1] != '}') {
      length--;
    }
    return length;
  }

  private static void read(byte[] bytes, OptionalInt jsonLength) throws MalformedException {
    InferBody.Read read =
        InferBody.read(
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
            jsonLength,
            JSON_BYTES_MAX,
            Wishes.of(MultiMap.caseInsensitiveMultiMap()),
            MODEL,
            NO_REGIONS);
    read.question().check(MODEL);
    read.question().submission("m");
  }
}
