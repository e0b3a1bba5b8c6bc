package org.clockwork.gpunative.compiled;

import java.util.List;
import org.clockwork.core.device.ModelSource.ModelSettings;

/** Which batch sizes of a compiled model a device offers. */
public final class ServedBatches {
  private ServedBatches() {}

  /**
   * Those that the settings name, or all that were compiled; ascending.
   *
   * @throws PlanException the settings ask for one that was not compiled
   */
  public static List<Batch> of(CompiledModel plan, ModelSettings settings) throws PlanException {
    List<Integer> wanted = settings.batchSizes();
    List<Integer> compiled = plan.batches().stream().map(Batch::size).toList();
    if (!compiled.containsAll(wanted)) {
      throw new PlanException(
          List.of(
              "settings.json asks for batch sizes %s, and %s are compiled; compile it with --batch"
                  .formatted(wanted, compiled)));
    }
    return plan.batches().stream()
        .filter(batch -> wanted.isEmpty() || wanted.contains(batch.size()))
        .toList();
  }
}
