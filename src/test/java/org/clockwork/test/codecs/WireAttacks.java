package org.clockwork.test.codecs;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.wire.DataFrame;
import org.clockwork.codecs.wire.DataFrameReader;
import org.clockwork.codecs.wire.DataFrameWriter;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.test.attack.Attack;

/** What passes between processes: every message of the event bus, and frames of tensors. */
public final class WireAttacks {
  private static final long BYTES_MAX = 256 << 10;
  private static final int FRAME_BYTES_MAX = 16 << 10;

  private WireAttacks() {}

  public static List<Attack> all() {
    List<Attack> attacks = new ArrayList<>();
    for (WiredFamily family : WireFormTest.families()) {
      attacks.add(
          new Attack(
              family.name(),
              dice -> family.body(family.drawn(dice.nextLong())),
              List.of(),
              // Under a header that is right, or nothing of it would be read.
              bytes -> family.decode(WiredFamily.enveloped(bytes, bytes.length), 0),
              List.of(WireException.class),
              BYTES_MAX));
      attacks.add(
          new Attack(
              family.name() + " with its header",
              dice -> family.encoded(family.drawn(dice.nextLong())).getBytes(),
              List.of(),
              bytes -> family.decode(Buffer.buffer(bytes), 0),
              List.of(WireException.class),
              BYTES_MAX));
    }
    attacks.add(
        new Attack(
            "tensor frames",
            WireAttacks::frames,
            List.of(),
            WireAttacks::read,
            List.of(WireException.class),
            BYTES_MAX));
    return attacks;
  }

  private static byte[] frames(RandomGenerator dice) {
    RequestId request = new RequestId(new GatewayId("g"), dice.nextInt(1, 1000));
    ByteBuffer tensor = ByteBuffer.allocate(dice.nextInt(1, 200));
    ByteBuf bytes =
        Unpooled.wrappedBuffer(
            DataFrameWriter.written(new DataFrame.Hello(new GatewayId("g"))),
            DataFrameWriter.written(
                new DataFrame.Input(new Inputs(request, new Tensors(1, List.of(tensor))))),
            DataFrameWriter.written(new DataFrame.Withdrawn(request)));
    return ByteBufUtil.getBytes(bytes);
  }

  private static void read(byte[] bytes) {
    new DataFrameReader(ByteBuffer::allocate, FRAME_BYTES_MAX, _ -> {})
        .read(Unpooled.wrappedBuffer(bytes));
  }
}
