package org.clockwork.controller.board;

import io.vertx.core.json.JsonArray;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;

/**
 * How requests ended, second by second, for the last five minutes; kept whether or not somebody
 * watches, so that whoever opens the board because something is wrong sees how it began.
 */
final class History {
  /** Some 300 KB: a second is counts of endings and of latencies. */
  private static final int SECONDS = 300;

  private static final Ending[] ENDINGS = Ending.values();
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long startNanos;
  private final Second[] ring = new Second[SECONDS];

  private static final class Second {
    private final int[] endings = new int[ENDINGS.length];
    private final Buckets latencies = new Buckets();
    private long number = -1;
    private boolean changed;

    void begin(long second) {
      number = second;
      Arrays.fill(endings, 0);
      latencies.clear();
    }

    JsonArray json() {
      JsonArray counts = new JsonArray();
      for (int count : endings) {
        counts.add(count);
      }
      return new JsonArray().add(number).add(counts).add(latencies.json());
    }
  }

  History(long startNanos) {
    this.startNanos = startNanos;
    Arrays.setAll(ring, _ -> new Second());
  }

  void count(RequestEnded ended, Ending ending) {
    long number = Math.max(0, ended.nanos() - startNanos) / NANOS_PER_SECOND;
    Second second = ring[(int) (number % SECONDS)];
    if (second.number > number) {
      return; // Older than all that is kept.
    }
    if (second.number < number) {
      second.begin(number);
    }
    second.endings[ending.place()]++;
    if (ending.answered()) {
      second.latencies.count(ended.latencyNanos());
    }
    second.changed = true;
  }

  /** Seconds that changed since the last call, each as it is now. */
  JsonArray changed() {
    JsonArray seconds = new JsonArray();
    for (Second second : ring) {
      if (second.changed) {
        second.changed = false;
        seconds.add(second.json());
      }
    }
    return seconds;
  }

  /** All that are kept and are no older than that. */
  JsonArray all(long nowNanos) {
    long first = (nowNanos - startNanos) / NANOS_PER_SECOND - SECONDS;
    JsonArray seconds = new JsonArray();
    for (Second second : ring) {
      if (second.number >= 0 && second.number > first) {
        seconds.add(second.json());
      }
    }
    return seconds;
  }
}
