package org.clockwork.benchmarks;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.Inferences;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workloads;

/**
 * How late the client's requests go out after they were meant to: a Poisson open loop against a
 * door that answers at once, so that nothing but the client is measured. The promise is 200 µs at
 * p99 and 5,000 requests a second where a core is free.
 */
public final class GeneratorLateness {
  private static final long SECOND_NANOS = 1_000_000_000;

  private GeneratorLateness() {}

  /** Takes the rate per second and the seconds, 5000 and 10 unless given. */
  public static void run(String[] args) throws Exception {
    String rate = args.length > 0 ? args[0] : "5000";
    long seconds = args.length > 1 ? Long.parseLong(args[1]) : 10;
    LoadPlan plan =
        new LoadPlan(
            Workloads.named("poisson-open-loop", List.of("10", rate), Choices.PUBLISHED),
            new Measured(2 * SECOND_NANOS, seconds * SECOND_NANOS),
            1);
    ClientVerticle client =
        new ClientVerticle(plan, new AtOnce(), Payloads.GENERATED, System.out::println);
    Vertx vertx = Vertx.vertx();
    try {
      Report report =
          vertx
              .deployVerticle(client)
              .compose(_ -> client.report())
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      System.out.println(report.text());
      System.out.println(
          "generator_lateness_ms " + report.json().getJsonObject("generator_lateness_ms"));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  /** Serves nothing: every model is there, every answer too. */
  private static final class AtOnce implements Inferences {
    private static final Answer ANSWER =
        new Answer.TimedOut(new RequestId(new GatewayId("none"), 0), 0);

    @Override
    public Future<Answer> infer(Submission submission) {
      return Future.succeededFuture(ANSWER);
    }

    @Override
    public Future<List<ModelStatus>> load(String source, int copies) {
      List<ModelStatus> ready = new ArrayList<>();
      for (String name : new Copies(source, copies).names()) {
        ModelSpec spec = new ModelSpec(name, source, List.of(), List.of(), 0, 0);
        ready.add(new ModelStatus.Ready(new ModelId(0), spec, 1, 1, 1));
      }
      return Future.succeededFuture(ready);
    }
  }
}
