package org.clockwork.core.trace;

import java.util.Arrays;
import java.util.List;

/** Where traces come from: files, or a generator. */
@FunctionalInterface
public interface Traces {
  /** The published trace covers two weeks. */
  int DAYS = 14;

  /** None are known; the error says how to have some. */
  Traces NONE = Traces::none;

  /** One function, invoked once a minute: to try whether a workload can be made at all. */
  Traces SAMPLE = _ -> sample();

  /**
   * The trace of one day.
   *
   * @param day from 1 to {@link #DAYS}
   * @throws IllegalArgumentException there is none, or it can't be used; the message says why and
   *     what to do
   */
  Trace day(int day);

  private static Trace none(int day) {
    throw new IllegalArgumentException(
        ("AZURE_TRACE_DIR is not set, and no trace is at hand; set it to the folder that holds %s,"
                + " the published one or one that clockwork azure-synth --out DIR has written")
            .formatted(AzureFormat.fileNames(day).getFirst()));
  }

  private static Trace sample() {
    int[] perMinute = new int[Invocations.MINUTES];
    Arrays.fill(perMinute, 1);
    return new Trace(List.of(Invocations.of(perMinute)));
  }
}
