package org.clockwork.launcher.replay;

import java.util.Locale;
import java.util.Optional;
import org.clockwork.codecs.record.Recording;

/** How a recording that does not end well is told of. */
final class Endings {
  private Endings() {}

  static Optional<String> cut(Optional<Recording.Cut> cut) {
    return cut.map(
        where ->
            String.format(
                Locale.ROOT,
                "the recording is cut off at byte %d, %d bytes into an entry: its controller was"
                    + " killed or still records; this is up to there",
                where.atByte(),
                where.leftBytes()));
  }
}
