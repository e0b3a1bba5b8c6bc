package org.clockwork.test.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.ModelUnavailableException;
import org.clockwork.client.Payloads;
import org.clockwork.client.RandomPayloads;
import org.clockwork.client.Watch;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ClientVerticleTest {
  private static final long MILLIS = 1_000_000;

  @Test
  void aWorkloadWithAnEndRunsToItAndAccountsForEveryRequest(Vertx vertx, VertxTestContext test) {
    EchoInferences inferences = EchoInferences.answering();
    ClientVerticle client =
        client(named("simple-parametric", "4", "2", "3", "500"), Measured.ALL, inferences);
    vertx
        .deployVerticle(client)
        .compose(_ -> client.report())
        .onComplete(
            test.succeeding(
                report ->
                    test.verify(
                        () -> {
                          assertEquals(1_000, report.totals().offered());
                          assertEquals(1_000, report.totals().succeeded());
                          assertEquals(1_000, report.totals().met());
                          assertEquals(1_000, report.latency().count());
                          assertEquals(1_000, inferences.seen.size());
                          assertEquals(4, models(inferences).size());
                          test.completeNow();
                        })));
  }

  @Test
  void anOpenLoopOffersWhatItsSeedSaysForItsDuration(Vertx vertx, VertxTestContext test) {
    Measured measured = new Measured(20 * MILLIS, 100 * MILLIS);
    ClientVerticle first =
        client(named("poisson-open-loop", "3", "2000"), measured, EchoInferences.answering());
    ClientVerticle second =
        client(named("poisson-open-loop", "3", "2000"), measured, EchoInferences.answering());
    vertx
        .deployVerticle(first)
        .compose(_ -> first.report())
        .compose(_ -> vertx.deployVerticle(second))
        .compose(_ -> second.report())
        .onComplete(
            test.succeeding(
                report ->
                    test.verify(
                        () -> {
                          long offered = first.report().result().totals().offered();
                          assertTrue(offered > 150 && offered < 250, offered + " offered");
                          assertEquals(offered, report.totals().offered());
                          assertEquals(100 * MILLIS, report.durationNanos());
                          assertEquals(0, report.totals().unanswered());
                          assertEquals(offered, report.generatorLateness().count());
                          test.completeNow();
                        })));
  }

  @Test
  void undeployingEndsTheLoadAndWaitsForWhatIsOutstanding(Vertx vertx, VertxTestContext test) {
    EchoInferences inferences = EchoInferences.holding();
    ClientVerticle client =
        client(named("comparison_experiment2", "5", "4"), Measured.ALL, inferences);
    vertx
        .deployVerticle(client)
        .compose(
            id -> {
              test.verify(() -> assertEquals(20, inferences.heldAnswers()));
              var undeployed = vertx.undeploy(id);
              vertx.runOnContext(
                  _ -> {
                    test.verify(() -> assertFalse(client.report().isComplete()));
                    inferences.letGo();
                  });
              return undeployed;
            })
        .compose(_ -> client.report())
        .onComplete(
            test.succeeding(
                report ->
                    test.verify(
                        () -> {
                          assertEquals(0, report.totals().unanswered());
                          assertEquals(20 + inferences.heldAnswers(), report.totals().offered());
                          test.completeNow();
                        })));
  }

  @Test
  void oneThatIsGivenUpBeforeItsModelsAreReadyOffersNothing(Vertx vertx, VertxTestContext test) {
    EchoInferences inferences = EchoInferences.holding();
    ClientVerticle client =
        client(named("comparison_experiment2", "5", "4"), Measured.ALL, inferences);
    client.giveUp();
    vertx
        .deployVerticle(client)
        .onComplete(
            test.failing(
                why ->
                    vertx.runOnContext(
                        _ -> {
                          test.verify(
                              () -> {
                                assertEquals("stopped before it began", why.getMessage());
                                assertEquals(0, inferences.heldAnswers());
                              });
                          test.completeNow();
                        })));
  }

  @Test
  void everySecondItSaysThePublishedLineAndWhatOursAdds(Vertx vertx, VertxTestContext test) {
    Promise<String> line = Promise.promise();
    ClientVerticle client =
        new ClientVerticle(
            new LoadPlan(named("poisson-open-loop", "1", "200"), Measured.ALL, 1),
            EchoInferences.answering(),
            Payloads.GENERATED,
            line::tryComplete);
    vertx
        .deployVerticle(client)
        .compose(id -> line.future().compose(_ -> vertx.undeploy(id)))
        .onComplete(
            test.succeeding(
                _ ->
                    test.verify(
                        () -> {
                          String number = "=[0-9]+\\.[0-9]{2}";
                          String published =
                              String.join(number + " ", "throughput", "min", "max", "mean", "");
                          String ours =
                              "goodput# refused=0 p50# p99# p99\\.9#".replace("#", number);
                          assertTrue(
                              line.future().result().matches(published + ours),
                              line.future().result());
                          test.completeNow();
                        })));
  }

  @Test
  void aModelThatCantBeServedIsNamedWithTheReason(Vertx vertx, VertxTestContext test) {
    Workload workload =
        Workloads.named("simple", List.of(), Choices.PUBLISHED.withModel("missing"));
    vertx
        .deployVerticle(client(workload, Measured.ALL, EchoInferences.answering()))
        .onComplete(
            test.failing(
                error ->
                    test.verify(
                        () -> {
                          assertEquals(ModelUnavailableException.class, error.getClass());
                          assertEquals(
                              "the workload needs model 'missing', which can't be served: no worker"
                                  + " has it; put it into the repository",
                              error.getMessage());
                          test.completeNow();
                        })));
  }

  @Test
  void inputsAreMadeOnceAndUsedAgain(Vertx vertx, VertxTestContext test) {
    EchoInferences inferences = EchoInferences.answering();
    ClientVerticle client =
        client(named("simple-parametric", "4", "1", "1", "100"), Measured.ALL, inferences);
    vertx
        .deployVerticle(client)
        .compose(_ -> client.report())
        .onComplete(
            test.succeeding(
                _ ->
                    test.verify(
                        () -> {
                          List<Payload> payloads =
                              inferences.seen.stream().map(Submission::payload).toList();
                          Payload.Ordered first = (Payload.Ordered) payloads.get(0);
                          assertEquals(3 * 224 * 224 * 4, first.tensors().bytes());
                          assertSame(first, payloads.get(2));
                          assertSame(payloads.get(1), payloads.get(99));
                          test.completeNow();
                        })));
  }

  @Test
  void withoutInputsTheWorkerMakesThemUp(Vertx vertx, VertxTestContext test) {
    EchoInferences inferences = EchoInferences.answering();
    ClientVerticle client =
        new ClientVerticle(
            new LoadPlan(named("simple-parametric", "1", "1", "1", "3"), Measured.ALL, 1),
            inferences,
            Payloads.GENERATED,
            _ -> {});
    vertx
        .deployVerticle(client)
        .compose(_ -> client.report())
        .onComplete(
            test.succeeding(
                _ ->
                    test.verify(
                        () -> {
                          assertEquals(
                              Set.of(new Payload.Generated(1)),
                              inferences.seen.stream()
                                  .map(Submission::payload)
                                  .collect(Collectors.toSet()));
                          test.completeNow();
                        })));
  }

  @Test
  void whoWatchesHearsOfEveryRequestThatCounts(Vertx vertx, VertxTestContext test) {
    Heard heard = new Heard();
    ClientVerticle client =
        new ClientVerticle(
            new LoadPlan(
                named("poisson-open-loop", "3", "2000"),
                new Measured(50 * MILLIS, 100 * MILLIS),
                1),
            EchoInferences.answering(),
            Payloads.GENERATED,
            heard,
            _ -> {});
    vertx
        .deployVerticle(client)
        .compose(_ -> client.report())
        .onComplete(
            test.succeeding(
                report ->
                    test.verify(
                        () -> {
                          assertTrue(report.totals().offered() > 0);
                          assertEquals(report.totals().offered(), heard.sent);
                          assertEquals(report.totals().succeeded(), heard.succeeded);
                          assertEquals(0, heard.refused);
                          assertTrue(heard.firstNanos - heard.startNanos >= 50 * MILLIS);
                          test.completeNow();
                        })));
  }

  private static final class Heard implements Watch {
    private long startNanos;
    private long firstNanos = Long.MAX_VALUE;
    private long sent;
    private long succeeded;
    private long refused;

    @Override
    public void started(long nowNanos) {
      startNanos = nowNanos;
    }

    @Override
    public void sent(Offer offer) {
      firstNanos = Math.min(firstNanos, offer.intendedNanos());
      sent++;
    }

    @Override
    public void succeeded(Offer offer, Ending.Succeeded ending, long nowNanos) {
      succeeded++;
    }

    @Override
    public void refused(Offer offer) {
      refused++;
    }
  }

  private static ClientVerticle client(
      Workload workload, Measured measured, EchoInferences inferences) {
    return new ClientVerticle(
        new LoadPlan(workload, measured, 1), inferences, new RandomPayloads(1), _ -> {});
  }

  private static Workload named(String name, String... parameters) {
    return Workloads.named(name, List.of(parameters), Choices.PUBLISHED);
  }

  private static Set<String> models(EchoInferences inferences) {
    return inferences.seen.stream().map(Submission::model).collect(Collectors.toSet());
  }
}
