package org.clockwork.benchmarks.peers;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.Offered;
import org.clockwork.benchmarks.RawMiniLM;
import org.clockwork.benchmarks.oip.Door;
import org.clockwork.benchmarks.oip.GrpcInferences;
import org.clockwork.benchmarks.oip.OipInferences;
import org.clockwork.benchmarks.oip.RestInferences;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.workload.Tally.Totals;
import org.clockwork.launcher.demo.MiniLM;

/**
 * This project's load engine before a door of any server: open loop, fixed seed, single sentences.
 */
record Load(Vertx vertx, long sloMillis, double seconds, long seed, List<Tensors> sentences) {
  /** Offered before what counts, so that a point begins with the queue that its rate makes. */
  private static final double LEAD_IN_SECONDS = 2;

  private static final long HOURS_MAX = 1;

  /** What a run came to, and how long that took which was met. */
  record Played(Report report, MetLatencies met) {
    Point point(Peer peer, Door door, double factor, double rawPerSecond, double seconds) {
      Totals totals = report.totals();
      return new Point(
          peer.name(),
          door,
          factor,
          rawPerSecond,
          seconds,
          totals.offered(),
          totals.met(),
          totals.refusals(),
          report.refusal().p50Millis(),
          totals.succeeded() - totals.met() + totals.timedOut(),
          totals.failures(),
          totals.unanswered(),
          met.millisAt(50),
          met.millisAt(99),
          totals.valid());
    }
  }

  OipInferences through(Door door, Peer peer, Site site) {
    Map<String, Long> parameters = peer.parameters(site);
    int port = site.ports().of(door);
    return switch (door) {
      case GRPC -> new GrpcInferences(vertx, port, RawMiniLM.spec(), parameters);
      case REST ->
          new RestInferences(vertx, port, RawMiniLM.spec(), parameters, peer.hasBinaryRest());
    };
  }

  void warmUp(OipInferences inferences, double perSecond, double warmUpSeconds) throws Exception {
    play(inferences, perSecond, 0, warmUpSeconds);
  }

  Played play(OipInferences inferences, double perSecond) throws Exception {
    return play(inferences, perSecond, LEAD_IN_SECONDS, seconds);
  }

  /** Through once every request was answered, or none has been for ten seconds. */
  private Played play(
      OipInferences inferences, double perSecond, double leadInSeconds, double countedSeconds)
      throws Exception {
    Offered offered =
        new Offered(MiniLM.MODEL, 1, perSecond, sloMillis, leadInSeconds, countedSeconds, seed);
    MetLatencies met = new MetLatencies();
    ClientVerticle client = new ClientVerticle(offered.plan(), inferences, inTurn(), met, _ -> {});
    String deployed = await(vertx.deployVerticle(client));
    Report report = await(client.report());
    await(vertx.undeploy(deployed));
    return new Played(report, met);
  }

  private Payloads inTurn() {
    int[] turn = {0};
    return _ -> new Submission.Payload.Ordered(sentences.get(turn[0]++ % sentences.size()));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(HOURS_MAX, TimeUnit.HOURS);
  }
}
