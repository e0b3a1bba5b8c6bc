package org.clockwork.core.workload;

import org.clockwork.core.gateway.Objective;
import org.clockwork.core.request.Request;
import org.clockwork.core.workload.Workload.Aim;

/**
 * What may be chosen for any published workload that fixes nothing else itself.
 *
 * @param model the model of the repository that it sends to
 */
public record Choices(String model, Objective objective, String tenant) {
  /** As published: resnet50_v2, under the controller's default objective. */
  public static final Choices PUBLISHED =
      new Choices("resnet50_v2", Objective.NONE, Request.DEFAULT_TENANT);

  public Choices withModel(String otherModel) {
    return new Choices(otherModel, objective, tenant);
  }

  public Choices withObjective(Objective otherObjective) {
    return new Choices(model, otherObjective, tenant);
  }

  Aim aim() {
    return new Aim.Same(objective);
  }
}
