package org.clockwork.launcher.lines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.ErrorManager;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.clockwork.codecs.audit.Audit;
import org.clockwork.codecs.audit.AuditEntry;

/**
 * Appends a line for each change to a file that goes on where it ended the last time, and is set
 * aside by size. Written and flushed by a thread of its own; a disk that can't be written is told
 * once and keeps nobody from anything.
 */
public final class AuditFile implements Audit, AutoCloseable {
  /** More changes than anybody asks for while a disk hangs; those beyond are counted. */
  private static final int WAITING_MAX = 10_000;

  private static final long CLOSING_SECONDS = 3;

  private final FileHandler file;
  private final Consumer<String> lines;
  private final AtomicLong leftOut = new AtomicLong();
  private final ThreadPoolExecutor writer;

  private AuditFile(FileHandler file, Consumer<String> lines) {
    this.file = file;
    this.lines = lines;
    this.writer =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("audit").daemon().factory(),
            (_, _) -> leftOut.incrementAndGet());
    file.setLevel(Level.ALL);
    file.setFormatter(new Plain());
    file.setErrorManager(new Told(lines));
  }

  /**
   * @param folder created if missing
   * @param lines is told what can't be written
   * @return nobody who keeps a record where there is to be none, or where there can't be one
   */
  public static Audit in(Path folder, AuditConfig config, Consumer<String> lines) {
    if (config.file().isBlank()) {
      return NONE;
    }
    try {
      Files.createDirectories(folder);
      return new AuditFile(
          new FileHandler(pattern(folder, config), config.rotateBytes(), config.filesKept(), true),
          lines);
    } catch (IOException e) {
      lines.accept(unwritable(folder.resolve(config.file()).toString(), e));
      return NONE;
    }
  }

  /** {@code audit.jsonl} becomes {@code audit.%g.jsonl}; what the handler would read in it, not. */
  private static String pattern(Path folder, AuditConfig config) {
    String numbered = config.file().replaceFirst("(\\.[^.]*)?$", ".%g$1");
    return folder.toAbsolutePath().toString().replace("%", "%%") + "/" + numbered;
  }

  private static String unwritable(String what, Exception cause) {
    return "can't write the audit %s (%s); serving goes on without: make room or grant write permission there, or set audit in conf/operators.json"
        .formatted(what, cause);
  }

  @Override
  public void tell(AuditEntry entry) {
    Instant now = Instant.now();
    writer.execute(() -> write(entry.line(now)));
  }

  private void write(String line) {
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      lines.accept("%d changes are not in the audit: its disk was too slow".formatted(missing));
    }
    file.publish(new LogRecord(Level.INFO, line));
  }

  /** Writes what is left. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        lines.accept(
            String.format(Locale.ROOT, "the audit's disk hangs; %d lines are lost", waiting()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // Whoever closes is being stopped itself.
    }
    file.close();
  }

  private int waiting() {
    return writer.getQueue().size();
  }

  /** The line as it is. */
  private static final class Plain extends Formatter {
    @Override
    public String format(LogRecord line) {
      return line.getMessage() + "\n";
    }
  }

  /** Says it once: the next failures are the same one. */
  private static final class Told extends ErrorManager {
    private final Consumer<String> lines;
    private boolean told;

    Told(Consumer<String> lines) {
      this.lines = lines;
    }

    @Override
    public void error(String message, Exception cause, int code) {
      if (!told) {
        told = true;
        lines.accept(unwritable("any further", cause));
      }
    }
  }
}
