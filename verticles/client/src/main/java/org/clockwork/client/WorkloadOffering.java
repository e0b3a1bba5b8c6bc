package org.clockwork.client;

import java.util.Map;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.workload.LoadEngine;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.TimedLoad;

/** A published workload, played once. */
final class WorkloadOffering implements Offering {
  private final LoadPlan plan;
  private final Map<String, ModelSpec> models;
  private final Payloads payloads;
  private final LoadEngine engine;

  WorkloadOffering(LoadPlan plan, Map<String, ModelSpec> models, Payloads payloads) {
    this.plan = plan;
    this.models = models;
    this.payloads = payloads;
    this.engine = new LoadEngine(plan.workload(), plan.measured().runNanos(), plan.seed());
  }

  @Override
  public String name() {
    return plan.workload().name();
  }

  @Override
  public Measured measured() {
    return plan.measured();
  }

  @Override
  public long seed() {
    return plan.seed();
  }

  @Override
  public TimedLoad load() {
    return engine;
  }

  @Override
  public Submission submission(Offer offer) {
    return new Submission(
        offer.model(),
        payloads.next(models.get(offer.model())),
        offer.objective(),
        offer.tenant(),
        offer.priority());
  }
}
