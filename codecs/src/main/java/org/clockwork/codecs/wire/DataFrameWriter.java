package org.clockwork.codecs.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;

/** Puts a {@link DataFrame} into bytes for a connection. */
public final class DataFrameWriter {
  private DataFrameWriter() {}

  /** The whole frame; tensors outside the heap are not copied, and must stay until it was sent. */
  public static ByteBuf written(DataFrame frame) {
    WireWriter head = new WireWriter();
    DataHead.write(head, frame);
    ByteBuf front = Unpooled.directBuffer(DataFrame.PREFIX_BYTES + head.length());
    front.writeByte(DataFrame.VERSION);
    front.writeInt(head.length());
    front.writeInt(Envelope.checkSum(head.array(), head.length()));
    front.writeBytes(head.array(), 0, head.length());
    List<ByteBuffer> tensors = tensors(frame);
    ByteBuf[] parts = new ByteBuf[1 + tensors.size()];
    parts[0] = front;
    for (int i = 0; i < tensors.size(); i++) {
      parts[1 + i] = Unpooled.wrappedBuffer(tensors.get(i));
    }
    return Unpooled.wrappedBuffer(parts.length, parts);
  }

  private static List<ByteBuffer> tensors(DataFrame frame) {
    return switch (frame) {
      case DataFrame.Hello _, DataFrame.Withdrawn _ -> List.of();
      case DataFrame.Input(var inputs) -> inputs.tensors().buffers();
      case DataFrame.Output(var outputs) -> outputs.tensors().buffers();
    };
  }
}
