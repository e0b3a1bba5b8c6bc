package org.clockwork.launcher.demo;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.request.Request;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workload.Aim;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;

/** What the demo offers: sentences to a real model, and light load to simulated ones beside it. */
public final class DemoLoads {
  public static final long SENTENCE_SLO_NANOS = 250_000_000;

  /**
   * Of what the device can do one by one: half leaves room for the load generator, which has to
   * share the cores, and for a neighbour's noise.
   */
  private static final double SHARE_OF_CAPACITY = 0.5;

  private static final long SIMULATED_SLO_NANOS = 100_000_000;
  private static final double SIMULATED_PER_SECOND = 25;
  private static final List<String> SIMULATED =
      List.of("resnet50_v2", "resnet18_v2", "densenet121", "googlenet");

  private DemoLoads() {}

  /** Requests per second that are safely inside what one device can do. */
  public static double perSecond(long execNanos) {
    return SHARE_OF_CAPACITY * 1e9 / execNanos;
  }

  public static Workload sentences(double perSecond) {
    return workload(
        "demo", List.of(MiniLM.MODEL), perSecond, Objective.ofNanos(SENTENCE_SLO_NANOS));
  }

  public static Workload simulated() {
    return workload(
        "demo-simulated", SIMULATED, SIMULATED_PER_SECOND, Objective.ofNanos(SIMULATED_SLO_NANOS));
  }

  /** A Poisson stream of that rate to each model. */
  private static Workload workload(
      String name, List<String> models, double perSecond, Objective objective) {
    List<Copies> copies = new ArrayList<>();
    List<Stream> streams = new ArrayList<>();
    for (String model : models) {
      copies.add(new Copies(model, 1));
      streams.add(
          new Stream(
              List.of(model),
              new Poisson(Course.constant(perSecond)),
              new Aim.Same(objective),
              Request.DEFAULT_TENANT));
    }
    return new Workload(name, copies, streams);
  }
}
