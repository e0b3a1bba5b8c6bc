package org.clockwork.gateway;

import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.codecs.tls.PemFiles;

/**
 * What keeps strangers and idlers out of the doors.
 *
 * @param tls empty: in the clear
 * @param tokens the file that has them; empty: everybody may do everything
 * @param idleSeconds a REST connection without a whole request, and a gRPC one without its first
 *     bytes, is closed after so long: 75, as web servers have it
 * @param bodySeconds how long a body or message may take to come, beside a second for each {@code
 *     bodyBytesPerSecond} of it that have come: 20
 * @param bodyBytesPerSecond 64 KiB: slower than any network that inference is for
 */
public record DoorSafety(
    Optional<PemFiles> tls,
    Optional<Path> tokens,
    int idleSeconds,
    int bodySeconds,
    int bodyBytesPerSecond) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  public static final DoorSafety DEFAULT =
      new DoorSafety(Optional.empty(), Optional.empty(), 75, 20, 64 << 10);

  public DoorSafety {
    if (idleSeconds < 1 || bodySeconds < 1 || bodyBytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "idleSeconds=%d, bodySeconds=%d and bodyBytesPerSecond=%d must be positive"
              .formatted(idleSeconds, bodySeconds, bodyBytesPerSecond));
    }
  }

  public DoorSafety with(PemFiles files) {
    return new DoorSafety(Optional.of(files), tokens, idleSeconds, bodySeconds, bodyBytesPerSecond);
  }

  public DoorSafety with(Path tokensFile) {
    return new DoorSafety(
        tls, Optional.of(tokensFile), idleSeconds, bodySeconds, bodyBytesPerSecond);
  }

  public DoorSafety within(int idle, int body) {
    return new DoorSafety(tls, tokens, idle, body, bodyBytesPerSecond);
  }

  public long idleNanos() {
    return idleSeconds * NANOS_PER_SECOND;
  }

  /** How long a body may have taken by the time that so many bytes of it have come. */
  public long bodyNanos(long bytes) {
    return (bodySeconds + bytes / bodyBytesPerSecond) * NANOS_PER_SECOND;
  }
}
