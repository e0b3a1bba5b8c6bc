package org.clockwork.benchmarks.doors;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.oip.Door;
import org.clockwork.benchmarks.oip.GrpcInferences;
import org.clockwork.benchmarks.oip.OipInferences;
import org.clockwork.benchmarks.oip.RestInferences;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.launcher.OneProcess;
import org.clockwork.worker.DevicesConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load generator of comparisons takes what comes through a door for what it is. */
final class DoorsAskedTest {
  private static final Map<String, Long> IN_TIME = Map.of("slo_us", 600_000_000L);

  /** Its objective is hopeless, and a slow machine's time all the same. */
  private static final String SLOW = "slow";

  private static final long SLOW_NANOS = 1_000_000_000_000L;

  private static OneProcess server;
  private static Vertx vertx;

  @BeforeAll
  static void start() throws Exception {
    server =
        Served.with(
            DevicesConfig.DEFAULT.onlySimulatedGpus(1),
            SmallModel.simulated(),
            SmallModel.simulated(SLOW, SLOW_NANOS));
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    server.stop().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerWithAllOfItsBytesIsOne(Door door) throws Exception {
    assertInstanceOf(Answer.Succeeded.class, answer(door, SmallModel.spec(), IN_TIME));
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerOfAnotherSizeIsAFailure(Door door) throws Exception {
    ModelSpec model = SmallModel.spec();
    TensorSpec wider = new TensorSpec("y", DataType.FP32, List.of(1_000));
    ModelSpec expected =
        new ModelSpec(model.name(), model.source(), model.inputs(), List.of(wider), 1, 0);
    assertInstanceOf(Answer.Failed.class, answer(door, expected, IN_TIME));
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalIsOne(Door door) throws Exception {
    assertInstanceOf(Answer.Refused.class, answer(door, SmallModel.spec().named(SLOW), IN_TIME));
  }

  private static Answer answer(Door door, ModelSpec model, Map<String, Long> parameters)
      throws Exception {
    try (OipInferences inferences = through(door, model, parameters)) {
      return inferences
          .infer(
              Submission.of(
                  SmallModel.NAME,
                  new Submission.Payload.Ordered(SmallModel.input()),
                  Objective.NONE))
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.MINUTES);
    }
  }

  private static OipInferences through(Door door, ModelSpec model, Map<String, Long> parameters) {
    return switch (door) {
      case GRPC ->
          new GrpcInferences(vertx, server.doors().grpc().orElseThrow(), model, parameters);
      case REST ->
          new RestInferences(vertx, server.doors().http().orElseThrow(), model, parameters, true);
    };
  }
}
