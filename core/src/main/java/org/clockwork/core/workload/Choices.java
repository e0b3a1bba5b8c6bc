package org.clockwork.core.workload;

import org.clockwork.core.gateway.Objective;
import org.clockwork.core.request.Request;
import org.clockwork.core.trace.Traces;
import org.clockwork.core.workload.Workload.Aim;

/**
 * What may be chosen for any published workload that fixes nothing else itself.
 *
 * @param model the model of the repository that it sends to
 * @param traces what is replayed, by those that replay a trace
 * @param seed of what is random in how a workload is made, such as which function goes to which
 *     model
 */
public record Choices(String model, Objective objective, String tenant, Traces traces, long seed) {
  /** As published: resnet50_v2, under the controller's default objective. */
  public static final Choices PUBLISHED =
      new Choices("resnet50_v2", Objective.NONE, Request.DEFAULT_TENANT, Traces.NONE, 1);

  public Choices withModel(String otherModel) {
    return new Choices(otherModel, objective, tenant, traces, seed);
  }

  public Choices withObjective(Objective otherObjective) {
    return new Choices(model, otherObjective, tenant, traces, seed);
  }

  public Choices withTraces(Traces otherTraces) {
    return new Choices(model, objective, tenant, otherTraces, seed);
  }

  public Choices seeded(long otherSeed) {
    return new Choices(model, objective, tenant, traces, otherSeed);
  }

  Aim aim() {
    return new Aim.Same(objective);
  }
}
