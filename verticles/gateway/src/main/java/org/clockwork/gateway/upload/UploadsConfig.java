package org.clockwork.gateway.upload;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where models may be uploaded to, and how large they may be.
 *
 * @param repository the folder of models that workers read, as this process sees it; empty where
 *     nothing may be uploaded
 * @param maxArchiveBytes of one archive: 2 GiB
 * @param maxUnpackedBytes of what is in it: 4 GiB
 * @param maxFiles in it, folders included: 1,000
 * @param maxRatio of what is in it to the archive: 100, as no weights can be compressed
 * @param maxAtOnce under way at a time: 2, as each takes a core while it is unpacked
 */
public record UploadsConfig(
    Optional<Path> repository,
    long maxArchiveBytes,
    long maxUnpackedBytes,
    int maxFiles,
    int maxRatio,
    int maxAtOnce) {
  public static final UploadsConfig NONE =
      new UploadsConfig(Optional.empty(), 2L << 30, 4L << 30, 1_000, 100, 2);

  public UploadsConfig {
    if (maxArchiveBytes < 1
        || maxUnpackedBytes < 1
        || maxFiles < 1
        || maxRatio < 1
        || maxAtOnce < 1) {
      throw new IllegalArgumentException(
          ("maxArchiveBytes=%d, maxUnpackedBytes=%d, maxFiles=%d, maxRatio=%d and maxAtOnce=%d"
                  + " must be positive")
              .formatted(maxArchiveBytes, maxUnpackedBytes, maxFiles, maxRatio, maxAtOnce));
    }
  }

  /** The same limits, into that folder. */
  public UploadsConfig into(Path folder) {
    return new UploadsConfig(
        Optional.of(folder), maxArchiveBytes, maxUnpackedBytes, maxFiles, maxRatio, maxAtOnce);
  }
}
