package org.clockwork.controller.recording;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether and where a controller records its events and commands.
 *
 * @param file written anew by each run, and the one of the run before set aside; empty records
 *     nothing
 * @param maxBytes the recording ends before its file would be larger: 4 GiB, some five hours at
 *     1,000 requests per second
 * @param bufferBytes what may wait for the disk; what comes then is missing from the recording, and
 *     said: 64 MiB, several seconds of a controller's heaviest load
 */
public record RecordingConfig(Optional<Path> file, long maxBytes, long bufferBytes) {
  public static final RecordingConfig DEFAULT =
      new RecordingConfig(Optional.empty(), 4L << 30, 64L << 20);

  /** A smaller file could not hold the announcement of a worker with many models. */
  public static final long BYTES_MIN = 1 << 20;

  public RecordingConfig {
    if (maxBytes < BYTES_MIN || bufferBytes < 1) {
      throw new IllegalArgumentException(
          "a recording needs maxBytes=%d of at least %d and bufferBytes=%d above 0"
              .formatted(maxBytes, BYTES_MIN, bufferBytes));
    }
  }

  public RecordingConfig to(Path other) {
    return new RecordingConfig(Optional.of(other), maxBytes, bufferBytes);
  }

  public RecordingConfig ofAtMost(long bytes) {
    return new RecordingConfig(file, bytes, bufferBytes);
  }
}
