package org.clockwork.controller.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One log file that rotates and never fails its caller: what can't be written is counted, told once
 * with its remedy, and tried again every ten seconds. Used by one thread.
 */
final class LogFile {
  /** Often enough that a disk with room again is used, rarely enough to cost nothing until then. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path path;
  private final byte[] header;
  private final long rotateBytes;
  private final int filesKept;
  private final Consumer<String> warnings;

  private Optional<FileChannel> channel = Optional.empty();
  private boolean startsAfresh = true;

  /** Length of the file up to its last whole row; where writing goes on after a failure. */
  private long bytes;

  private long lostRows;
  private boolean warned;
  private long retryNanos = Long.MIN_VALUE;

  LogFile(Path path, String header, LogConfig config, Consumer<String> warnings) {
    this.path = path;
    this.header = header.getBytes(StandardCharsets.UTF_8);
    this.rotateBytes = config.rotateBytes();
    this.filesKept = config.filesKept();
    this.warnings = warnings;
  }

  /** Appends whole rows; what a full disk cut short is cut off before writing goes on. */
  void write(CharSequence rows, int count, long nowNanos) {
    if (channel.isEmpty() && nowNanos < retryNanos) {
      lostRows += count;
      return;
    }
    try {
      FileChannel open = channel.isPresent() ? channel.get() : open();
      append(open, rows.toString().getBytes(StandardCharsets.UTF_8));
      if (warned) {
        warnings.accept(path + " is written again; " + lostRows + " rows are missing from it");
        warned = false;
      }
      if (bytes >= rotateBytes) {
        close();
        startsAfresh = true;
      }
    } catch (IOException e) {
      lostRows += count;
      giveUp(e, nowNanos);
    }
  }

  long lostRows() {
    return lostRows;
  }

  void close() {
    channel.ifPresent(LogFile::closeQuietly);
    channel = Optional.empty();
  }

  /** Each start and each rotation begins a file of its own. */
  private FileChannel open() throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    if (startsAfresh) {
      if (Files.isRegularFile(path)) {
        setAside();
      }
      bytes = 0;
      startsAfresh = false;
    }
    FileChannel open = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel = Optional.of(open);
    bytes = Math.min(bytes, open.size());
    open.truncate(bytes).position(bytes);
    if (bytes == 0) {
      append(open, header);
    }
    return open;
  }

  private void append(FileChannel open, byte[] rows) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(rows);
    while (rest.hasRemaining()) {
      open.write(rest);
    }
    bytes += rows.length;
  }

  private void setAside() throws IOException {
    for (int i = filesKept; i > 1; i--) {
      if (Files.exists(aside(i - 1))) {
        Files.move(aside(i - 1), aside(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (filesKept > 0) {
      Files.move(path, aside(1), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** {@code name.tsv} becomes {@code name.1.tsv}; the oldest bears the largest number. */
  private Path aside(int number) {
    return path.resolveSibling(
        path.getFileName().toString().replaceFirst("(\\.[^.]*)?$", "." + number + "$1"));
  }

  private void giveUp(IOException cause, long nowNanos) {
    close();
    retryNanos = nowNanos + RETRY_NANOS;
    if (!warned) {
      warned = true;
      warnings.accept(
          "can't write "
              + path.toAbsolutePath()
              + " ("
              + reason(cause)
              + "); serving goes on without this log: make room or grant write permission there, or"
              + " set CLOCKWORK_LOG_DIR to a folder that can be written");
    }
  }

  /** Nothing is buffered here, so a failing close loses nothing that could be told. */
  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // The file descriptor is gone either way.
    }
  }

  private static String reason(IOException cause) {
    String kind = cause.getClass().getSimpleName();
    if (cause instanceof FileSystemException file) {
      return kind + (file.getReason() == null ? " of " + file.getFile() : ": " + file.getReason());
    }
    return cause.getMessage() == null ? kind : cause.getMessage();
  }
}
