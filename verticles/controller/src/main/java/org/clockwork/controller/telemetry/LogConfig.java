package org.clockwork.controller.telemetry;

import java.nio.file.Path;

/**
 * Where the request and action logs go and what they may take.
 *
 * @param directory created if missing; {@code ./logs} unless {@code CLOCKWORK_LOG_DIR} names
 *     another
 * @param rotateBytes a file that has reached this size is set aside: 256 MiB, some two million
 *     rows, what a spreadsheet or a plot script still opens
 * @param filesKept files set aside of each log before the oldest goes: 4, so that the logs never
 *     take more than 2.5 GiB together
 * @param maxQueuedEvents events that may wait for the disk; the next is dropped and counted:
 *     65,536, three seconds at 20,000 requests per second
 */
public record LogConfig(Path directory, long rotateBytes, int filesKept, int maxQueuedEvents) {
  public static final LogConfig DEFAULT = new LogConfig(Path.of("logs"), 256L << 20, 4, 65_536);

  public LogConfig {
    if (rotateBytes < 1 || filesKept < 0 || maxQueuedEvents < 1) {
      throw new IllegalArgumentException(
          "logs need rotateBytes=%d and maxQueuedEvents=%d above 0 and filesKept=%d not below"
              .formatted(rotateBytes, maxQueuedEvents, filesKept));
    }
  }

  public LogConfig in(Path other) {
    return new LogConfig(other, rotateBytes, filesKept, maxQueuedEvents);
  }
}
