package org.clockwork.core.gateway;

import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;

/** Where a model stands, as gateways and users are told. */
public sealed interface ModelStatus {

  String name();

  /** Workers are bringing it into host memory. */
  record Registering(ModelId id, String name) implements ModelStatus {}

  /**
   * Can be asked for.
   *
   * @param smallestExecNanos time of its smallest batch on the slowest kind of device that holds
   *     it: the unit of an slo factor
   * @param largestBatch most rows that one request may have
   * @param hosts workers that hold it in host memory
   */
  record Ready(ModelId id, ModelSpec spec, long smallestExecNanos, int largestBatch, int hosts)
      implements ModelStatus {
    @Override
    public String name() {
      return spec.name();
    }
  }

  /** Can't be served, now or at all; the reason says what would help. */
  record Unavailable(String name, String reason) implements ModelStatus {}

  /**
   * No model, but a folder of versions, each of which is one.
   *
   * @param highest the source of the highest version that is there
   */
  record Versioned(String name, String highest) implements ModelStatus {}

  /** Withdrawn on demand. */
  record Gone(String name) implements ModelStatus {}
}
