package org.clockwork.experiments.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.model.Profile;
import org.clockwork.core.request.Request;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.Bursts;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Distribution;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workload.Aim;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;

/**
 * A load and how well it is to be served.
 *
 * @param perSecond requests to all models together, split evenly over the copies
 * @param metWanted the fraction of what is offered that must be answered inside the objective
 */
public record Demand(
    List<Wanted> models, Arrivals arrivals, double perSecond, long sloNanos, double metWanted) {
  public Demand {
    models = List.copyOf(models);
    if (models.isEmpty()
        || !(perSecond > 0)
        || sloNanos <= 0
        || !(metWanted > 0 && metWanted <= 1)) {
      throw new IllegalArgumentException(
          ("a demand needs a model, perSecond=%s and sloNanos=%d above 0, and metWanted=%s above 0"
                  + " and at most 1")
              .formatted(perSecond, sloNanos, metWanted));
    }
  }

  /** A model and how many copies of it are served, each under a name of its own. */
  public record Wanted(Measured model, int copies) {}

  /** How requests to one model follow one another. */
  public enum Arrivals {
    /** As from many strangers. */
    POISSON,
    /** Each model by itself: silent for three quarters of the time, four times the rate between. */
    BURSTY
  }

  private static final int BURST_TIMES = 4;
  private static final long BURST_NANOS = 1_000_000_000;

  Demand times(double factor) {
    return new Demand(models, arrivals, perSecond * factor, sloNanos, metWanted);
  }

  Demand withSloTimes(double factor) {
    return new Demand(models, arrivals, perSecond, Math.round(sloNanos * factor), metWanted);
  }

  int copies() {
    return models.stream().mapToInt(Wanted::copies).sum();
  }

  double perSecondEach() {
    return perSecond / copies();
  }

  Workload workload() {
    ArrivalProcess each =
        switch (arrivals) {
          case POISSON -> new ArrivalProcess.Poisson(Course.constant(perSecondEach()));
          case BURSTY ->
              new ArrivalProcess.BurstyOpen(
                  Distribution.EXPONENTIAL,
                  BURST_TIMES * perSecondEach(),
                  Bursts.exponential(BURST_NANOS, (BURST_TIMES - 1) * BURST_NANOS));
        };
    Aim aim = new Aim.Same(Objective.ofNanos(sloNanos));
    List<Copies> copies = new ArrayList<>();
    List<Stream> streams = new ArrayList<>();
    for (Wanted wanted : models) {
      Copies served = new Copies(wanted.model().name(), wanted.copies());
      copies.add(served);
      for (String name : served.names()) {
        streams.add(new Stream(List.of(name), each, aim, Request.DEFAULT_TENANT));
      }
    }
    return new Workload("plan", copies, streams);
  }

  /**
   * GPUs that it would keep busy if all were met and always in the batches that get most done: what
   * a number of GPUs has beyond that is what the objective costs.
   */
  public double gpusFilled() {
    double gpus = 0;
    for (Wanted wanted : models) {
      double nanosEach =
          wanted.model().profile().execNanos().entrySet().stream()
              .mapToDouble(exec -> exec.getValue() / (double) exec.getKey())
              .min()
              .orElseThrow();
      gpus += wanted.copies() * perSecondEach() * nanosEach / 1e9;
    }
    return gpus;
  }

  /** Why no number of GPUs of that size is enough, where that can be told without trying. */
  Optional<String> hopeless(int pages) {
    for (Wanted wanted : models) {
      Profile profile = wanted.model().profile();
      boolean missed = metWanted > 1 - (double) wanted.copies() / copies();
      if (missed && profile.pages() > pages) {
        return Optional.of(
            "%s needs %d pages and a GPU has %d"
                .formatted(wanted.model().name(), profile.pages(), pages));
      }
      if (missed && profile.smallestExecNanos() >= sloNanos) {
        return Optional.of(
            "a GPU that does nothing else takes %.2f ms for one request of %s; the objective is %.2f ms"
                .formatted(
                    profile.smallestExecNanos() / 1e6, wanted.model().name(), sloNanos / 1e6));
      }
    }
    return Optional.empty();
  }
}
