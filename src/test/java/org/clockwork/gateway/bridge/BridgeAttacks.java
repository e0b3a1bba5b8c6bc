package org.clockwork.gateway.bridge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.InferQuestion;
import org.clockwork.gateway.json.Attachment;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.rest.RestAttacks;
import org.clockwork.test.attack.Attack;

/** What the bridges to the event bus read: frames, and tensors that are attached to them. */
public final class BridgeAttacks {
  public static final List<byte[]> WORDS = words();

  private static final long BYTES_MAX = 256 << 10;
  private static final List<Object> KINDS =
      List.of(7, true, "", new JsonArray().add(1), new JsonObject().put("authorization", 7));
  private static final int ROW_BYTES = 16;
  private static final List<String> TYPES =
      List.of("send", "publish", "register", "unregister", "ping");
  private static final List<Class<? extends Throwable>> COMPLAINTS =
      List.of(MalformedException.class, DecodeException.class);

  private BridgeAttacks() {}

  public static List<Attack> all() {
    return List.of(
        new Attack(
            "bridge frame",
            BridgeAttacks::frame,
            RestAttacks.JSON_WORDS,
            bytes -> Said.read(json(bytes)),
            COMPLAINTS,
            BYTES_MAX),
        new Attack(
            "attached tensors",
            BridgeAttacks::attached,
            RestAttacks.JSON_WORDS,
            BridgeAttacks::readAttached,
            COMPLAINTS,
            BYTES_MAX));
  }

  private static List<byte[]> words() {
    List<byte[]> words = new ArrayList<>(RestAttacks.JSON_WORDS);
    words.add(new byte[] {127, -1, -1, -1});
    words.add(new byte[] {-1, -1, -1, -1});
    words.add(new byte[] {0, 0, 0, 0});
    words.add(new byte[] {(byte) 0x88, (byte) 0x80});
    words.add(new byte[] {(byte) 0xFF});
    words.addAll(RestAttacks.words("\"attached\":2147483647,", "\"attached\":-1,"));
    return List.copyOf(words);
  }

  /** In JSON, as a client says it; now and then with one value of a kind that it is not. */
  public static byte[] frame(RandomGenerator dice) {
    JsonObject frame =
        new JsonObject()
            .put("type", TYPES.get(dice.nextInt(TYPES.size())))
            .put(
                "address", dice.nextBoolean() ? Addresses.MODELS : Addresses.TELEMETRY_PREFIX + "x")
            .put("replyAddress", "r" + dice.nextInt(9))
            .put("headers", new JsonObject().put("authorization", "Bearer cw_x"))
            .put("body", new JsonObject().put("op", "ls"));
    if (dice.nextBoolean()) {
      List<String> fields = frame.fieldNames().stream().sorted().toList();
      frame.put(fields.get(dice.nextInt(fields.size())), KINDS.get(dice.nextInt(KINDS.size())));
    }
    return frame.toBuffer().getBytes();
  }

  /** As many bytes as the shape has, which are not always there. */
  private static byte[] attached(RandomGenerator dice) {
    int rows = dice.nextInt(1, 4);
    JsonObject input =
        new JsonObject()
            .put("name", "x")
            .put("datatype", "FP32")
            .put("shape", List.of(rows, 2, 2))
            .put("binary", ROW_BYTES * rows);
    return new JsonObject()
        .put("model", "m")
        .put("encoding", "binary")
        .put("inputs", new JsonArray().add(input))
        .toBuffer()
        .getBytes();
  }

  private static void readAttached(byte[] bytes) throws MalformedException {
    InferQuestion.read(json(bytes), Attachment.of(new byte[2 * ROW_BYTES]));
  }

  private static JsonObject json(byte[] bytes) throws MalformedException {
    try {
      return Buffer.buffer(bytes).toJsonObject();
    } catch (ClassCastException _) {
      throw new MalformedException(
          "no object: " + new String(bytes, StandardCharsets.ISO_8859_1)); // As the doors say it.
    }
  }
}
