package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.workload.Measured;
import org.clockwork.launcher.demo.ClosestPairs;
import org.clockwork.launcher.demo.DemoLoads;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.launcher.demo.SentenceLoad;

/** The demo's two loads on a server that is up, and what they came to. */
final class DemoRun {
  private static final int PAIRS = 8;

  /** The first request finds its model on no device yet; it may take what a LOAD takes. */
  private static final long FIRST_SLO_NANOS = 30_000_000_000L;

  /** Poisson arrivals are uneven: with a quarter more time every sentence comes up. */
  private static final double MARGIN = 1.25;

  private final OneProcess process;
  private final SentenceLoad load;
  private final int sentences;
  private final PrintStream out;
  private final double perSecond;
  private ClientVerticle real;
  private ClientVerticle simulated;

  DemoRun(OneProcess process, SentenceLoad load, int sentences, PrintStream out) {
    this.process = process;
    this.load = load;
    this.sentences = sentences;
    this.out = out;
    this.perSecond = DemoLoads.perSecond(execNanos(process));
  }

  /** How long it takes until each sentence was sent about once. */
  long onePassNanos() {
    return Math.round(MARGIN * sentences / perSecond * 1e9);
  }

  /** One request by itself, which brings the model onto its device. */
  Future<Void> first() {
    return process
        .gateway()
        .infer(Submission.of(MiniLM.MODEL, load.first(), Objective.ofNanos(FIRST_SLO_NANOS)))
        .map(
            answer -> {
              if (!(answer instanceof Answer.Succeeded first)) {
                throw new IllegalStateException("the first sentence was not embedded: " + answer);
              }
              out.printf(
                  Locale.ROOT,
                  "First answer after %.0f ms%s%n",
                  first.latencyNanos() / 1e6,
                  first.coldStart() ? ", a cold start: the model had to be loaded for it" : "");
              return null;
            });
  }

  /** Offers both loads; completes when they are through. */
  Future<Void> play(long runNanos, long seed, Consumer<String> lines) {
    out.printf(
        Locale.ROOT,
        "Offering %.1f sentences per second, each to be answered within %d ms, and 100 requests"
            + " per second to the simulated GPUs%n",
        perSecond,
        DemoLoads.SENTENCE_SLO_NANOS / 1_000_000);
    Measured measured = new Measured(0, runNanos);
    return process
        .play(
            new LoadPlan(DemoLoads.simulated(), measured, seed + 1),
            process.inferences(),
            Payloads.GENERATED,
            _ -> {})
        .onSuccess(client -> simulated = client)
        .compose(
            _ ->
                process.play(
                    new LoadPlan(DemoLoads.sentences(perSecond), measured, seed),
                    load,
                    load,
                    lines))
        .onSuccess(client -> real = client)
        .compose(_ -> Future.all(real.report(), simulated.report()))
        .mapEmpty();
  }

  /** For people; once both clients are through. */
  void tell() {
    out.println();
    out.println("Sentences that mean nearly the same (1 is the same):");
    for (ClosestPairs.Pair pair : pairs()) {
      out.printf(
          Locale.ROOT, "  %.2f  %s%n        %s%n", pair.similarity(), pair.one(), pair.other());
    }
    out.println();
    out.println(
        "%d of %d sentences embedded by %s on one core"
            .formatted(load.embeddings().size(), sentences, MiniLM.MODEL));
    out.println(real.report().result().text());
    out.println();
    out.println("Beside it, on the simulated GPUs:");
    out.println(simulated.report().result().text());
  }

  /** For machines: what a client reports, and the pairs. */
  JsonObject json() {
    JsonArray pairs = new JsonArray();
    for (ClosestPairs.Pair pair : pairs()) {
      pairs.add(
          new JsonObject()
              .put("similarity", Math.round(pair.similarity() * 1e4) / 1e4)
              .put("one", pair.one())
              .put("other", pair.other()));
    }
    return real.report()
        .result()
        .json()
        .put("pairs", pairs)
        .put("simulated", simulated.report().result().json());
  }

  /** Whether there is anything to tell. */
  boolean reported() {
    return simulated != null
        && real != null
        && real.report().succeeded()
        && simulated.report().succeeded();
  }

  private List<ClosestPairs.Pair> pairs() {
    return ClosestPairs.among(load.embeddings(), PAIRS);
  }

  private static long execNanos(OneProcess process) {
    for (ModelStatus status : process.models()) {
      if (status instanceof ModelStatus.Ready ready && ready.name().equals(MiniLM.MODEL)) {
        return ready.smallestExecNanos();
      }
    }
    throw new IllegalStateException(MiniLM.MODEL + " can't be served: " + process.models());
  }
}
