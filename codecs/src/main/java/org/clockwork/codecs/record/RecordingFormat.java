package org.clockwork.codecs.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.clockwork.codecs.wire.Envelope;
import org.clockwork.codecs.wire.WireForm;
import org.clockwork.codecs.wire.WireWriter;

/**
 * A recording's bytes: a header of ten, then frames, of which the first is the origin and each
 * other one an entry. A frame begins with the length of its body (4 bytes), the same with all bits
 * turned (4) and the body's check sum (4): a length that was garbled is not taken for a file that
 * was cut.
 */
public final class RecordingFormat {
  /** What every recording begins with. */
  static final String WORD = "clockrec";

  static final byte[] MAGIC = WORD.getBytes(StandardCharsets.US_ASCII);

  /** Grows with every change of what stands here; that of the messages inside is their own. */
  static final int VERSION = 3;

  static final int HEADER_BYTES = MAGIC.length + 2;
  static final int FRAME_BYTES = 3 * Integer.BYTES;

  /** More than the announcement of a worker with thousands of models takes. */
  static final int BODY_BYTES_MAX = 256 << 20;

  static final WireForm<Origin> ORIGIN = new OriginForm();
  static final WireForm<Entry> ENTRY = new EntryForm();

  private RecordingFormat() {}

  /** What a recording begins with. */
  public static byte[] beginning(Origin origin) {
    byte[] frame = frame(ORIGIN, origin);
    return ByteBuffer.allocate(HEADER_BYTES + frame.length)
        .put(MAGIC)
        .put((byte) VERSION)
        .put((byte) Envelope.VERSION)
        .put(frame)
        .array();
  }

  /** What is appended for an entry. */
  public static byte[] bytes(Entry entry) {
    return frame(ENTRY, entry);
  }

  private static <T> byte[] frame(WireForm<T> form, T message) {
    WireWriter writer = new WireWriter();
    form.write(writer, message);
    byte[] body = writer.written();
    return ByteBuffer.allocate(FRAME_BYTES + body.length)
        .putInt(body.length)
        .putInt(~body.length)
        .putInt(Envelope.checkSum(body, body.length))
        .put(body)
        .array();
  }
}
