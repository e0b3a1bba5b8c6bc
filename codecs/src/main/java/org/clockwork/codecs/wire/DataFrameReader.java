package org.clockwork.codecs.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.clockwork.core.model.Tensors;

/**
 * Makes {@link DataFrame}s of the bytes of one connection, however they are cut. Each byte of a
 * tensor is copied once, to where it stays.
 */
public final class DataFrameReader {
  private final Memory memory;
  private final long frameBytesMax;
  private final Consumer<DataFrame> frames;
  private final List<ByteBuffer> tensors = new ArrayList<>();
  private byte[] front = new byte[DataFrame.PREFIX_BYTES];
  private int frontBytes;
  private State state = new State.Prefix();

  /** Where tensors are put. */
  @FunctionalInterface
  public interface Memory {
    /** Of exactly so many bytes, from position 0; its content is of no concern. */
    ByteBuffer take(int bytes);
  }

  private sealed interface State {
    record Prefix() implements State {}

    record Head(int checkSum) implements State {}

    record Content(DataHead.Unfilled head) implements State {}
  }

  /**
   * @param frameBytesMax of the tensors of one frame; more is refused before anything is allocated
   */
  public DataFrameReader(Memory memory, long frameBytesMax, Consumer<DataFrame> frames) {
    this.memory = memory;
    this.frameBytesMax = frameBytesMax;
    this.frames = frames;
  }

  /**
   * What came next. The bytes are read and not released.
   *
   * @throws WireException these bytes can't be here; the connection is of no use any more
   */
  public void read(ByteBuf bytes) {
    while (bytes.isReadable()) {
      switch (state) {
        case State.Prefix() -> {
          if (filled(bytes)) {
            prefix();
          }
        }
        case State.Head(int checkSum) -> {
          if (filled(bytes)) {
            head(checkSum);
          }
        }
        case State.Content(DataHead.Unfilled head) -> content(head, bytes);
      }
    }
  }

  private boolean filled(ByteBuf bytes) {
    int count = Math.min(front.length - frontBytes, bytes.readableBytes());
    bytes.readBytes(front, frontBytes, count);
    frontBytes += count;
    return frontBytes == front.length;
  }

  private void prefix() {
    WireReader in = new WireReader("data frame", front);
    int version = in.int8("version");
    if (version != DataFrame.VERSION) {
      throw new WireException(
          "data frame: it is of version %d, this node speaks %d; run the same release on all nodes"
              .formatted(version, DataFrame.VERSION));
    }
    int length = in.int32("length of the head");
    if (length < 1 || length > DataFrame.HEAD_BYTES_MAX) {
      throw in.wrong("length of the head", "1 to " + DataFrame.HEAD_BYTES_MAX, length);
    }
    expect(length, new State.Head(in.int32("check sum")));
  }

  private void head(int checkSum) {
    if (Envelope.checkSum(front, front.length) != checkSum) {
      throw new WireException("data frame: the check sum of its head is wrong; it was garbled");
    }
    switch (DataHead.read(front)) {
      case DataHead.Whole(DataFrame frame) -> {
        expect(DataFrame.PREFIX_BYTES, new State.Prefix());
        frames.accept(frame);
      }
      case DataHead.Unfilled unfilled -> {
        if (unfilled.bytes() > frameBytesMax) {
          throw new WireException(
              "data frame: its tensors are said to take %d bytes; at most %d are taken"
                  .formatted(unfilled.bytes(), frameBytesMax));
        }
        expect(DataFrame.PREFIX_BYTES, new State.Content(unfilled));
        advance(unfilled);
      }
    }
  }

  private void expect(int frontLength, State next) {
    if (front.length != frontLength) {
      front = new byte[frontLength];
    }
    frontBytes = 0;
    state = next;
  }

  private void content(DataHead.Unfilled head, ByteBuf bytes) {
    ByteBuffer tensor = tensors.getLast();
    int count = Math.min(tensor.remaining(), bytes.readableBytes());
    int end = tensor.limit();
    bytes.readBytes(tensor.limit(tensor.position() + count));
    tensor.limit(end);
    if (!tensor.hasRemaining()) {
      advance(head);
    }
  }

  /** To the next tensor that has any bytes, or to the end of the frame. */
  private void advance(DataHead.Unfilled head) {
    while (tensors.size() < head.lengths().size()) {
      int length = head.lengths().get(tensors.size());
      tensors.add(memory.take(length));
      if (length > 0) {
        return;
      }
    }
    List<ByteBuffer> views = tensors.stream().map(DataFrameReader::view).toList();
    tensors.clear();
    state = new State.Prefix();
    frames.accept(frame(head, views));
  }

  private static DataFrame frame(DataHead.Unfilled head, List<ByteBuffer> views) {
    try {
      return head.frame().apply(new Tensors(head.rows(), views));
    } catch (IllegalArgumentException e) {
      throw new WireException("data frame: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer view(ByteBuffer tensor) {
    return tensor.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
