package org.clockwork.scripts;

import java.util.SplittableRandom;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.core.trace.Invocations;
import org.clockwork.core.trace.Mapping;
import org.clockwork.core.trace.Trace;
import org.clockwork.core.trace.Traces;

/** Traces as scripts replay them: for each of some models, how many requests in each minute. */
final class ScriptTraces {
  static final int MODELS_MAX = 1_000;

  /** Of a made-up trace: enough for its shape, made in a moment. */
  private static final int FUNCTIONS = 2_000;

  private final Traces traces;
  private final long seed;

  /**
   * @param traces {@link Traces#NONE}: they are made up
   */
  ScriptTraces(Traces traces, long seed) {
    this.traces = traces;
    this.seed = seed;
  }

  /**
   * The functions of a day, shuffled and dealt to so many models; for each the sum of its
   * functions.
   *
   * @throws Wrong the trace can't be read
   */
  int[][] perModel(int models, int day) {
    Trace trace = day(day);
    int[] mapped =
        Mapping.SHUFFLED.models(trace.functions().size(), models, new SplittableRandom(seed));
    int[][] counts = new int[models][Invocations.MINUTES];
    for (int function = 0; function < mapped.length; function++) {
      trace.functions().get(function).addTo(counts[mapped[function]], 0);
    }
    return counts;
  }

  private Trace day(int day) {
    if (traces.equals(Traces.NONE)) {
      return new AzureSynth(FUNCTIONS, seed).day(day);
    }
    try {
      return traces.day(day);
    } catch (IllegalArgumentException e) {
      throw Wrong.other("trace: " + e.getMessage());
    }
  }
}
