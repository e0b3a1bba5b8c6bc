package org.clockwork.scripts;

import java.util.Set;
import org.clockwork.client.Payloads;
import org.clockwork.core.trace.Traces;
import org.clockwork.core.workload.Measured;

/**
 * Which script to run, with what, and which part of it counts. The same seed offers the same load,
 * as far as the script doesn't wait for answers.
 *
 * @param payloads what its requests carry where it says nothing of them
 * @param traces what it may replay
 */
public record ScriptPlan(
    Script script,
    Arguments arguments,
    Measured measured,
    long seed,
    Payloads payloads,
    Traces traces,
    Set<Grant> grants) {
  public ScriptPlan {
    grants = Set.copyOf(grants);
  }
}
