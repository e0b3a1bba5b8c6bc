package org.clockwork.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Postbag;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayCommands;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;

/**
 * Carries out what the gateway wants: messages go out at the end of the event loop's turn, answers
 * when the gateway has finished its own, because whoever gets one may well ask again from inside
 * the callback.
 */
final class Outbox implements GatewayCommands {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Vertx vertx;
  private final Postbag postbag;
  private final DataLinks links;
  private final LongSupplier clock;
  private final Runnable wakeUp;
  private final Map<RequestId, Promise<Answer>> expected = new HashMap<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private boolean delivering;
  private long timer = -1;

  Outbox(Vertx vertx, DataLinks links, LongSupplier clock, Runnable wakeUp) {
    this.vertx = vertx;
    this.postbag = new Postbag(vertx);
    this.links = links;
    this.clock = clock;
    this.wakeUp = wakeUp;
  }

  /** The answer to a request that is about to be submitted. */
  Future<Answer> expect(RequestId request) {
    Promise<Answer> promise = Promise.promise();
    expected.put(request, promise);
    return promise.future();
  }

  /**
   * Hands out the answers of this turn. A client that answers with its next request gets here again
   * from inside; the outermost call does the work, so the stack doesn't grow.
   */
  void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
        deliver(answer);
      }
    } finally {
      delivering = false;
    }
  }

  private void deliver(Answer answer) {
    try {
      expected.remove(answer.request()).complete(answer);
    } catch (RuntimeException e) {
      // A callback of one client must not cost another its answer: thrown on, where Vert.x reports
      // it.
      vertx.runOnContext(
          _ -> {
            throw e;
          });
    }
  }

  @Override
  public void ask(Request request) {
    postbag.send(Addresses.CONTROLLER_REQUESTS, request);
  }

  /** The controller is to know the request by that name, too. */
  void named(NamedRequest request) {
    postbag.send(Addresses.CONTROLLER_REQUEST_NAMES, request);
  }

  @Override
  public void cancel(RequestId request) {
    postbag.send(Addresses.CONTROLLER_REQUESTS, request);
  }

  @Override
  public void push(WorkerId worker, Inputs inputs) {
    links.push(worker, inputs);
  }

  @Override
  public void withdraw(WorkerId worker, RequestId request) {
    links.withdraw(worker, request);
  }

  @Override
  public void answer(Answer answer) {
    answers.add(answer);
  }

  /** Vert.x timers have steps of 1 ms, so a deadline is noticed up to that much late. */
  @Override
  public void wakeAt(long nanos) {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    long delayMillis = Math.ceilDiv(nanos - clock.getAsLong(), NANOS_PER_MILLI);
    timer = vertx.setTimer(Math.max(1, delayMillis), _ -> wakeUp.run());
  }
}
