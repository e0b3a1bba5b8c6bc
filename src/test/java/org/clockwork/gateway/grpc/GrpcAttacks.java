package org.clockwork.gateway.grpc;

import com.google.protobuf.ByteString;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.rest.RestAttacks;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.sharedmemory.SharedMemoryConfig;
import org.clockwork.gateway.sharedmemory.SharedTensors;
import org.clockwork.protocol.inference.InferParameter;
import org.clockwork.protocol.inference.InferTensorContents;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferRequest.InferInputTensor;
import org.clockwork.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import org.clockwork.test.attack.Attack;

/** What the gRPC door reads: deadlines, messages raw, typed and zipped, and their frames. */
public final class GrpcAttacks {
  private static final SharedTensors NO_REGIONS =
      new SharedMemory(SharedMemoryConfig.DEFAULT, 1 << 20).tensors(true);

  private static final int MESSAGE_BYTES_MAX = 64 << 10;

  /** A zipped message may grow to what a message may have, and twice that while it does. */
  private static final long BYTES_MAX = 512 << 10;

  private static final List<Class<? extends Throwable>> COMPLAINTS =
      List.of(MalformedException.class, ComplaintException.class);

  private GrpcAttacks() {}

  public static List<Attack> all() {
    return List.of(
        new Attack(
            "grpc-timeout",
            dice -> (dice.nextInt(1, 1000) + "m").getBytes(java.nio.charset.StandardCharsets.UTF_8),
            RestAttacks.words("H", "n", "-", "999999999"),
            bytes -> Deadline.nanos(timeout(bytes)),
            COMPLAINTS,
            BYTES_MAX),
        new Attack(
            "protobuf",
            dice -> message(dice).toByteArray(),
            List.of(),
            bytes -> read("identity", bytes),
            COMPLAINTS,
            BYTES_MAX),
        new Attack(
            "zipped protobuf",
            dice -> zipped(message(dice).toByteArray()),
            List.of(),
            bytes -> read("gzip", bytes),
            COMPLAINTS,
            BYTES_MAX),
        new Attack(
            "frames",
            dice -> framed(message(dice).toByteArray()),
            List.of(),
            GrpcAttacks::meter,
            List.of(),
            BYTES_MAX));
  }

  private static MultiMap timeout(byte[] bytes) {
    return MultiMap.caseInsensitiveMultiMap()
        .set("grpc-timeout", new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
  }

  private static void read(String encoding, byte[] bytes) throws MalformedException {
    ModelInferRequest request =
        new Decoding(MESSAGE_BYTES_MAX)
            .decode(
                GrpcMessage.message(encoding, WireFormat.PROTOBUF, Buffer.buffer(bytes)),
                ModelInferRequest.getDefaultInstance());
    InferMessages.question(request, Wishes.of(MultiMap.caseInsensitiveMultiMap()), NO_REGIONS);
    InferMessages.raw(request);
  }

  /** However they are cut, no more is pending than has come. */
  private static void meter(byte[] bytes) {
    Framing framing = new Framing();
    Buffer all = Buffer.buffer(bytes);
    for (int at = 0; at < bytes.length; at += 7) {
      framing.count(all.slice(at, Math.min(bytes.length, at + 7)));
      if (framing.pending() < 0 || framing.pending() > bytes.length) {
        throw new AssertionError(framing.pending() + " of " + bytes.length + " are pending");
      }
    }
  }

  static byte[] framed(byte[] message) {
    return Buffer.buffer()
        .appendByte((byte) 0)
        .appendInt(message.length)
        .appendBytes(message)
        .getBytes();
  }

  private static byte[] zipped(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** With its tensor raw, or element by element. */
  public static ModelInferRequest message(RandomGenerator dice) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder()
            .setName("x")
            .setDatatype("FP32")
            .addAllShape(List.of(1L, 2L, 2L));
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder()
            .setModelName("fp32")
            .setId("my-1")
            .putParameters("slo_us", InferParameter.newBuilder().setInt64Param(1_000_000).build())
            .putParameters("tenant", InferParameter.newBuilder().setStringParam("shop").build())
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"));
    if (dice.nextBoolean()) {
      request.addRawInputContents(ByteString.copyFrom(new byte[16]));
    } else {
      input.setContents(
          InferTensorContents.newBuilder().addAllFp32Contents(List.of(1f, 2f, 3f, 4f)));
    }
    return request.addInputs(input).build();
  }
}
