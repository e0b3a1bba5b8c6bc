package org.clockwork.test.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.wire.DataFrame;
import org.clockwork.codecs.wire.DataFrameReader;
import org.clockwork.codecs.wire.DataFrameWriter;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** Frames come out of a connection as they went in, however their bytes are cut. */
class DataFrameTest {
  private static final int SEEDS = 2_000;
  private static final int TENSOR_BYTES_MAX = 2_000;
  private static final int FRAME_BYTES_MAX = 4 * TENSOR_BYTES_MAX;
  private final List<DataFrame> read = new ArrayList<>();
  private long taken;

  @Test
  void whatIsWrittenComesBackEqualHoweverTheBytesAreCut() {
    Seeds.each(
        SEEDS,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          List<DataFrame> written = frames(random);
          DataFrameReader reader = reader();
          ByteBuf all = bytes(written);
          while (all.isReadable()) {
            reader.read(all.readSlice(Math.min(all.readableBytes(), random.nextInt(1, 3_000))));
          }
          assertEquals(written, read);
          read.clear();
        });
  }

  @Test
  void tensorsAreLittleEndianAndNobodyCanWriteToThem() {
    ByteBuffer tensor = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 7);
    reader().read(DataFrameWriter.written(new DataFrame.Input(inputs(tensor))));
    ByteBuffer got = ((DataFrame.Input) read.getFirst()).inputs().tensors().buffers().getFirst();
    assertEquals(7, got.getInt(0));
    assertTrue(got.isReadOnly());
  }

  @Test
  void writingLeavesTheTensorsWhereTheyWere() {
    ByteBuffer tensor = ByteBuffer.allocateDirect(100).position(10).limit(90);
    ByteBuf written = DataFrameWriter.written(new DataFrame.Input(inputs(tensor)));
    written.skipBytes(written.readableBytes());
    assertEquals(10, tensor.position());
    assertEquals(90, tensor.limit());
  }

  @Test
  void aGarbledHeadIsNoticed() {
    Seeds.each(
        SEEDS,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          DataFrame frame = frame(random);
          ByteBuf bytes = bytes(List.of(frame));
          int front = bytes.readableBytes() - tensorBytes(frame);
          int at = random.nextInt(front);
          bytes.setByte(at, bytes.getByte(at) ^ 1 << random.nextInt(8));
          DataFrameReader reader = reader();
          try {
            reader.read(bytes);
            // A head that is said to be longer is waited for: nothing came out of it.
            assertEquals(List.of(), read);
          } catch (WireException e) {
            assertTrue(e.getMessage().startsWith("data frame: "), e.getMessage());
          }
        });
  }

  @Test
  void anAbsurdLengthCostsNoMemory() {
    ByteBuffer huge = ByteBuffer.allocate(FRAME_BYTES_MAX + 1);
    ByteBuf bytes = bytes(List.of(new DataFrame.Input(inputs(huge))));
    WireException refused = assertThrows(WireException.class, () -> reader().read(bytes));
    assertTrue(refused.getMessage().contains("" + (FRAME_BYTES_MAX + 1)), refused.getMessage());
    assertTrue(refused.getMessage().contains("" + FRAME_BYTES_MAX), refused.getMessage());
    assertEquals(0, taken);
  }

  @Test
  void anotherVersionIsNamed() {
    ByteBuf bytes = bytes(List.of(new DataFrame.Hello(new GatewayId("g"))));
    bytes.setByte(0, 2);
    String message = assertThrows(WireException.class, () -> reader().read(bytes)).getMessage();
    assertTrue(message.contains("version 2, this node speaks 1"), message);
  }

  @Test
  void whatIsCutOffIsNotTaken() {
    Seeds.each(
        SEEDS,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          ByteBuf bytes = bytes(List.of(frame(random)));
          reader().read(bytes.readSlice(random.nextInt(bytes.readableBytes())));
          if (!read.isEmpty()) {
            fail("half a frame came out: " + read);
          }
        });
  }

  private DataFrameReader reader() {
    return new DataFrameReader(
        bytes -> {
          taken += bytes;
          return ByteBuffer.allocate(bytes);
        },
        FRAME_BYTES_MAX,
        read::add);
  }

  private static ByteBuf bytes(List<DataFrame> frames) {
    ByteBuf all = Unpooled.buffer();
    frames.forEach(frame -> all.writeBytes(DataFrameWriter.written(frame)));
    return all;
  }

  private static List<DataFrame> frames(RandomGenerator random) {
    List<DataFrame> frames = new ArrayList<>();
    for (int count = random.nextInt(1, 5); count > 0; count--) {
      frames.add(frame(random));
    }
    return frames;
  }

  private static DataFrame frame(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> new DataFrame.Hello(new GatewayId("g" + random.nextInt(1_000)));
      case 2 -> new DataFrame.Withdrawn(request(random));
      case 1 -> new DataFrame.Input(new Inputs(request(random), tensors(random)));
      default ->
          new DataFrame.Output(
              new Outputs(
                  request(random),
                  tensors(random),
                  new GpuId(new WorkerId("w" + random.nextInt(9)), random.nextInt(9)),
                  random.nextInt(),
                  random.nextLong(),
                  random.nextLong(),
                  random.nextLong()));
    };
  }

  private static Inputs inputs(ByteBuffer tensor) {
    return new Inputs(
        new RequestId(new GatewayId("g"), 1), new Tensors(1, List.of(tensor.slice())));
  }

  private static RequestId request(RandomGenerator random) {
    return new RequestId(new GatewayId("g" + random.nextInt(9)), random.nextLong());
  }

  private static Tensors tensors(RandomGenerator random) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(TENSOR_BYTES_MAX)];
      random.nextBytes(bytes);
      buffers.add(ByteBuffer.wrap(bytes));
    }
    return new Tensors(random.nextInt(1, 100), buffers);
  }

  private static int tensorBytes(DataFrame frame) {
    return switch (frame) {
      case DataFrame.Hello _, DataFrame.Withdrawn _ -> 0;
      case DataFrame.Input(var inputs) -> (int) inputs.tensors().bytes();
      case DataFrame.Output(var outputs) -> (int) outputs.tensors().bytes();
    };
  }
}
