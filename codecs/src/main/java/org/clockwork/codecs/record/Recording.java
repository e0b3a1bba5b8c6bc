package org.clockwork.codecs.record;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.clockwork.codecs.wire.Envelope;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.codecs.wire.WireForm;

/**
 * Reads a recording from its beginning to its end, one entry after the other. Nothing is believed:
 * a length is checked before anything is allocated for it, and a body before it is read.
 */
public final class Recording implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final long sizeBytes;
  private final DataInputStream in;
  private final Origin origin;
  private long atByte;
  private Optional<Entry.Cause> ended = Optional.empty();
  private Optional<Cut> cut = Optional.empty();

  /**
   * Where a file stops before its recording ends: its controller was killed, or is still recording.
   *
   * @param atByte the first byte after the last whole entry
   * @param leftBytes of an entry that was begun
   */
  public record Cut(long atByte, long leftBytes) {}

  private Recording(Path file, long sizeBytes, DataInputStream in) throws IOException {
    this.file = file;
    this.sizeBytes = sizeBytes;
    this.in = in;
    readHeader();
    this.origin =
        next("its beginning", RecordingFormat.ORIGIN)
            .orElseThrow(
                () ->
                    new RecordingException(
                        "%s is cut off at byte %d, before its first event; nothing can be replayed"
                            .formatted(file, atByte)));
  }

  /**
   * @throws RecordingException it is no recording, or of another version
   * @throws IOException it can't be read
   */
  public static Recording open(Path file) throws IOException {
    long sizeBytes = Files.size(file);
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
    try {
      return new Recording(file, sizeBytes, in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  public Origin origin() {
    return origin;
  }

  /**
   * The next entry; none after the end, or where the file was cut.
   *
   * @throws RecordingException it is garbled
   */
  public Optional<Entry> next() throws IOException {
    if (ended.isPresent() || cut.isPresent()) {
      return Optional.empty();
    }
    Optional<Entry> entry = next("an entry", RecordingFormat.ENTRY);
    if (entry.isPresent() && entry.get() instanceof Entry.End(Entry.Cause cause)) {
      ended = Optional.of(cause);
      if (atByte < sizeBytes) {
        throw new RecordingException(
            "%s: %d bytes follow its end at byte %d; nothing is expected there"
                .formatted(file, sizeBytes - atByte, atByte));
      }
    }
    return entry;
  }

  /** How the recording ended; empty before that, and where the file was cut. */
  public Optional<Entry.Cause> ended() {
    return ended;
  }

  /** Present once reading has come to where the file was cut. */
  public Optional<Cut> cut() {
    return cut;
  }

  public Path file() {
    return file;
  }

  public long atByte() {
    return atByte;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void readHeader() throws IOException {
    byte[] header = in.readNBytes(RecordingFormat.HEADER_BYTES);
    int magic = RecordingFormat.MAGIC.length;
    if (!Arrays.equals(Arrays.copyOf(header, magic), RecordingFormat.MAGIC)) {
      throw new RecordingException(
          "%s is no recording: it does not begin with '%s' (byte 0); controller --record FILE and serve --record FILE make some"
              .formatted(file, RecordingFormat.WORD));
    }
    if (header.length < RecordingFormat.HEADER_BYTES) {
      throw new RecordingException(
          "%s is cut off at byte %d, within its header; nothing can be replayed"
              .formatted(file, header.length));
    }
    atByte = header.length;
    version("the recording", header[magic], RecordingFormat.VERSION, magic);
    version("messages", header[magic + 1], Envelope.VERSION, magic + 1);
  }

  private void version(String what, byte found, int known, int offset) {
    if (found != known) {
      throw new RecordingException(
          "%s: the form of %s is of version %d (byte %d), this build reads %d; replay it with the release that recorded it"
              .formatted(file, what, found, offset, known));
    }
  }

  private <T> Optional<T> next(String what, WireForm<T> form) throws IOException {
    long leftBytes = sizeBytes - atByte;
    if (leftBytes < RecordingFormat.FRAME_BYTES) {
      cut = Optional.of(new Cut(atByte, leftBytes));
      return Optional.empty();
    }
    int length = in.readInt();
    int turned = in.readInt();
    int sum = in.readInt();
    if (length != ~turned || length < 0 || length > RecordingFormat.BODY_BYTES_MAX) {
      throw garbled(what, "the length that it says (%d) is none".formatted(length));
    }
    if (length > leftBytes - RecordingFormat.FRAME_BYTES) {
      cut = Optional.of(new Cut(atByte, leftBytes));
      return Optional.empty();
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length || Envelope.checkSum(body, length) != sum) {
      throw garbled(what, "its check sum is wrong");
    }
    T message;
    try {
      message = Envelope.read(body, what, form::read);
    } catch (WireException e) {
      throw new RecordingException(
          "%s is garbled at byte %d: %s".formatted(file, atByte, e.getMessage()), e);
    }
    atByte += RecordingFormat.FRAME_BYTES + length;
    return Optional.of(message);
  }

  private RecordingException garbled(String what, String why) {
    return new RecordingException(
        "%s is garbled at byte %d, where %s begins: %s".formatted(file, atByte, what, why));
  }
}
