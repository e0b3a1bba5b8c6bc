package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayStatistics;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.gateway.Call;
import org.clockwork.gateway.json.MalformedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayVerticleTest {
  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void aClientThatAsksAgainFromInsideItsAnswerNeverGrowsTheStack() throws Exception {
    int times = 100_000;
    Promise<Void> done = Promise.promise();
    askAgain(times, done);
    FakeCluster.await(done.future());
    GatewayStatistics counted = FakeCluster.await(cluster.gateway.statistics());
    assertEquals(times, counted.failed());
    assertEquals(times, counted.offered());
  }

  private void askAgain(int times, Promise<Void> done) {
    if (times == 0) {
      done.complete();
      return;
    }
    cluster.gateway.infer(unknown()).onSuccess(_ -> askAgain(times - 1, done));
  }

  @Test
  void aCallbackThatThrowsCostsNobodyElseAnAnswer() throws Exception {
    Promise<Answer> next = Promise.promise();
    Call call = cluster.gateway.call(silent(3_000_000_000_000L));
    call.answer()
        .onSuccess(
            _ -> {
              cluster.gateway.infer(unknown()).onComplete(next);
              throw new IllegalStateException("a planted fault; its trace in the log is expected");
            });
    call.cancel();
    assertInstanceOf(Answer.Failed.class, FakeCluster.await(next.future()));
  }

  @Test
  void stoppingAnswersWhatIsThereAndRefusesWhatComesThen() throws Exception {
    Future<Answer> silent = cluster.gateway.infer(silent(1_000_000_000L));
    Future<Void> stopped = cluster.vertx.undeploy(cluster.gateway.deploymentID());
    Answer late = FakeCluster.await(cluster.gateway.infer(echo()));
    while (late instanceof Answer.Succeeded) { // Stopping has not begun yet.
      late = FakeCluster.await(cluster.gateway.infer(echo()));
    }
    assertEquals(RefusalCause.DRAINING, assertInstanceOf(Answer.Refused.class, late).cause());
    assertInstanceOf(Answer.TimedOut.class, FakeCluster.await(silent));
    FakeCluster.await(stopped);
  }

  @Test
  void whatIsTurnedAwayIsNotMadeIntoASubmission() throws Exception {
    Call call =
        cluster.gateway.call(
            "unknown",
            "",
            _ -> {
              throw new IllegalStateException("it must not come to that");
            });
    Answer answer = FakeCluster.await(call.answer());
    assertEquals(ErrorCode.UNKNOWN_MODEL, assertInstanceOf(Answer.Failed.class, answer).code());
  }

  @Test
  void whatMakingTheSubmissionThrowsItsAnswerFailsWith() throws Exception {
    Promise<Throwable> failure = Promise.promise();
    cluster
        .gateway
        .call(
            "fp32",
            "",
            _ -> {
              throw new MalformedException("it has no y");
            })
        .answer()
        .onFailure(failure::complete);
    assertEquals("it has no y", FakeCluster.await(failure.future()).getMessage());
    assertEquals(0, FakeCluster.await(cluster.gateway.statistics()).offered());
  }

  private static Submission silent(long sloNanos) {
    return Submission.of("silent", tensors(), Objective.ofNanos(sloNanos));
  }

  private static Submission unknown() {
    return Submission.of("unknown", new Payload.Generated(1), Objective.NONE);
  }

  private static Submission echo() {
    return Submission.of("fp32", tensors(), Objective.ofNanos(3_000_000_000_000L));
  }

  private static Payload tensors() {
    return new Payload.Ordered(new Tensors(1, List.of(ByteBuffer.allocate(16))));
  }
}
