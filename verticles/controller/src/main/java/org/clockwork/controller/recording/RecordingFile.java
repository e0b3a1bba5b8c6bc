package org.clockwork.controller.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Origin;
import org.clockwork.codecs.record.RecordingFormat;

/**
 * Writes a recording on a thread of its own. {@link #accept} only makes the bytes; it never blocks
 * and never fails, whatever the disk does. What finds the buffer full is left out: the recording
 * says at that place how much is missing, and its replay ends there. A disk that takes no more ends
 * the recording, since one with so large a gap would be of no use; the controller goes on.
 */
public final class RecordingFile implements Consumer<Entry.Turn>, AutoCloseable {
  /** A killed controller loses no more than this. Polled, as waking a thread would cost events. */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int CHUNK_BYTES = 1 << 20;

  private static final int END_BYTES =
      RecordingFormat.bytes(new Entry.End(Entry.Cause.FULL)).length;

  private final Path file;
  private final RecordingConfig config;
  private final Consumer<String> lines;
  private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final Thread writer;

  // Of the event loop alone.
  private long bytes;
  private long turns;
  private long missing;
  private long missed;

  /** Nothing is taken any more: the bound is reached, or the disk takes nothing. */
  private volatile boolean over;

  private volatile boolean closing;
  private volatile boolean broken;

  /**
   * Records into the configured file from now on.
   *
   * @param lines is told, from the caller's and the writer's thread, what becomes of the recording
   */
  public RecordingFile(Path file, RecordingConfig config, Origin origin, Consumer<String> lines) {
    this.file = file;
    this.config = config;
    this.lines = lines;
    this.writer = Thread.ofPlatform().name("recording").daemon().unstarted(this::write);
    put(RecordingFormat.beginning(origin));
    lines.accept(
        "Recording every event and command to %s, at most %,d bytes"
            .formatted(file, config.maxBytes()));
    writer.start();
  }

  /** From one thread. */
  @Override
  public void accept(Entry.Turn turn) {
    if (over) {
      return;
    }
    byte[] encoded;
    try {
      encoded = RecordingFormat.bytes(turn);
    } catch (RuntimeException e) {
      // Whatever can't be written down must not disturb the controller.
      end(Entry.Cause.STOPPED);
      lines.accept(
          "the recording %s ends: %s can't be written down (%s); serving goes on. This is a bug"
              .formatted(file, turn.event().getClass().getSimpleName(), e));
      return;
    }
    if (queuedBytes.get() + encoded.length > config.bufferBytes()) {
      missing++;
      return;
    }
    byte[] gap = gap();
    if (bytes + gap.length + encoded.length + END_BYTES > config.maxBytes()) {
      end(Entry.Cause.FULL);
      lines.accept(
          ("the recording %s ends: it holds %,d events and the next one would make it larger than"
                  + " %,d bytes (--record-bytes, or recording.maxBytes in conf/controller.json);"
                  + " serving goes on")
              .formatted(file, turns, config.maxBytes()));
      return;
    }
    if (missing > 0) {
      put(gap);
      missed += missing;
      missing = 0;
      lines.accept(
          ("the disk is slower than the recording: %,d events are missing from %s so far, and its"
                  + " replay ends before the first of them; recording.bufferBytes in"
                  + " conf/controller.json bounds what may wait")
              .formatted(missed, file));
    }
    put(encoded);
    turns++;
  }

  /** Writes what is buffered and the end of the recording; blocks until that is done. */
  @Override
  public void close() {
    if (!over) {
      if (missing > 0) {
        put(gap());
        missed += missing;
      }
      end(Entry.Cause.STOPPED);
    }
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join();
    } catch (InterruptedException _) {
      // Whoever closes is being stopped itself; the writer finishes on its own.
      Thread.currentThread().interrupt();
    }
    if (!broken) {
      lines.accept(
          "Recorded %,d events in %,d bytes to %s%s"
              .formatted(
                  turns, bytes, file, missed == 0 ? "" : "; %,d are missing".formatted(missed)));
    }
  }

  private byte[] gap() {
    return missing == 0 ? new byte[0] : RecordingFormat.bytes(new Entry.Gap(missing));
  }

  private void end(Entry.Cause cause) {
    put(RecordingFormat.bytes(new Entry.End(cause)));
    over = true;
  }

  private void put(byte[] encoded) {
    bytes += encoded.length;
    queuedBytes.addAndGet(encoded.length);
    queue.add(encoded);
  }

  private void write() {
    try (FileChannel channel = open()) {
      Appender appender = new Appender(channel);
      while (!closing && !(over && queue.isEmpty())) {
        appender.drain();
        LockSupport.parkNanos(POLL_NANOS);
      }
      appender.drain();
    } catch (IOException e) {
      broken = true;
      over = true;
      queue.clear();
      lines.accept(
          "can't write %s (%s); the recording ends and serving goes on: make room or grant write permission there, or name another file (--record)"
              .formatted(file.toAbsolutePath(), e));
    }
  }

  /** What a run before this one recorded is set aside, in place of what was set aside before. */
  private FileChannel open() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (Files.isRegularFile(file)) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Gathers frames, so that not each is a call of the system's. */
  private final class Appender {
    private final FileChannel channel;
    private final Queue<byte[]> chunk = new ArrayDeque<>();

    /** Length of the file up to its last whole frame. */
    private long whole;

    Appender(FileChannel channel) {
      this.channel = channel;
    }

    void drain() throws IOException {
      int chunkBytes = 0;
      for (byte[] frame = queue.poll(); frame != null; frame = queue.poll()) {
        chunk.add(frame);
        chunkBytes += frame.length;
        if (chunkBytes >= CHUNK_BYTES) {
          write(chunkBytes);
          chunkBytes = 0;
        }
      }
      write(chunkBytes);
    }

    private void write(int chunkBytes) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(chunkBytes);
      chunk.forEach(buffer::put);
      chunk.clear();
      buffer.flip();
      try {
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      } catch (IOException e) {
        cutOff();
        throw e;
      }
      whole += chunkBytes;
      queuedBytes.addAndGet(-chunkBytes);
    }

    /** A frame that the disk took half of would look like damage. */
    private void cutOff() {
      try {
        channel.truncate(whole);
      } catch (IOException _) {
        // Then its replay says where it was cut.
      }
    }
  }
}
