package org.clockwork.benchmarks.doors;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.oip.GrpcInferences;
import org.clockwork.benchmarks.oip.OipInferences;
import org.clockwork.benchmarks.oip.RestInferences;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.launcher.OneProcess;
import org.clockwork.worker.DevicesConfig;

/**
 * What the doors add to the direct path while nothing else happens: one request at a time to an
 * idle {@code onnx} device, by each way in turn, because a machine's speed drifts by more than what
 * is measured. Server and caller are one process with event loops of their own.
 */
record AddedLatency(int rounds, int warmUpRounds) {
  private static final Map<String, Long> PARAMETERS = Map.of("slo_us", SmallModel.OBJECTIVE_MICROS);
  private static final long HOURS_MAX = 1;

  void measure() throws Exception {
    Path folder = Files.createTempDirectory("clockwork-bench-doors");
    OneProcess server =
        Served.with(
            DevicesConfig.DEFAULT.onlySimulatedGpus(0).withOnnxDevices(1), SmallModel.onnx(folder));
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    int http = server.doors().http().orElseThrow();
    int grpc = server.doors().grpc().orElseThrow();
    try (OipInferences overGrpc = new GrpcInferences(vertx, grpc, SmallModel.spec(), PARAMETERS);
        OipInferences overRest =
            new RestInferences(vertx, http, SmallModel.spec(), PARAMETERS, true)) {
      Context caller = vertx.getOrCreateContext();
      Doorway direct =
          new Doorway("direct", caller, () -> server.gateway().infer(AddedLatency.submission()));
      List<Doorway> all =
          List.of(
              direct,
              new Doorway("gRPC", caller, () -> overGrpc.infer(AddedLatency.submission())),
              new Doorway("REST", caller, () -> overRest.infer(AddedLatency.submission())));
      await(play(caller, all, warmUpRounds));
      all.forEach(Doorway::forget);
      await(play(caller, all, rounds));
      print(direct, all);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      server.stop().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Submission submission() {
    return Submission.of(
        SmallModel.NAME,
        new Submission.Payload.Ordered(SmallModel.input()),
        Objective.ofNanos(1_000 * SmallModel.OBJECTIVE_MICROS));
  }

  private static Future<Void> play(Context caller, List<Doorway> ways, int times) {
    Promise<Void> played = Promise.promise();
    caller.runOnContext(_ -> next(ways, times * ways.size(), 0, played));
    return played.future();
  }

  private static void next(List<Doorway> ways, int times, int done, Promise<Void> played) {
    if (done == times) {
      played.complete();
    } else {
      ways.get(done % ways.size())
          .once()
          .onSuccess(_ -> next(ways, times, done + 1, played))
          .onFailure(played::fail);
    }
  }

  private void print(Doorway direct, List<Doorway> all) {
    System.out.printf(
        "one request of 3 KB at a time to an idle onnx device, %d of each in turn%n", rounds);
    System.out.println("way        p50 ms   p90 ms   p99 ms   added at p50");
    for (Doorway way : all) {
      System.out.printf(
          Locale.ROOT,
          "%-7s %9.3f %8.3f %8.3f %14.3f%n",
          way.name(),
          way.millisAt(50),
          way.millisAt(90),
          way.millisAt(99),
          way.millisAt(50) - direct.millisAt(50));
    }
  }

  private static void await(Future<Void> played) throws Exception {
    played.toCompletionStage().toCompletableFuture().get(HOURS_MAX, TimeUnit.HOURS);
  }
}
