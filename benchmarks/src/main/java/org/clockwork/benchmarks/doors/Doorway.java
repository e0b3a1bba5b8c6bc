package org.clockwork.benchmarks.doors;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.clockwork.core.gateway.Answer;

/**
 * One way to ask, and how long that took each time: from the caller's event loop, which it leaves,
 * until the answer is back there.
 */
final class Doorway {
  private final String name;
  private final Context caller;
  private final Supplier<Future<Answer>> ask;
  private final Histogram nanos = new Histogram(3);

  Doorway(String name, Context caller, Supplier<Future<Answer>> ask) {
    this.name = name;
    this.caller = caller;
    this.ask = ask;
  }

  /** Asks once; on the caller's event loop, where it completes too. */
  Future<Void> once() {
    Promise<Void> back = Promise.promise();
    long begunNanos = System.nanoTime();
    ask.get()
        .onComplete(
            answer ->
                caller.runOnContext(
                    _ -> {
                      nanos.recordValue(System.nanoTime() - begunNanos);
                      if (answer.result() instanceof Answer.Succeeded) {
                        back.complete();
                      } else {
                        back.fail(name + " was answered with " + answer);
                      }
                    }));
    return back.future();
  }

  /** What was measured so far counts no more. */
  void forget() {
    nanos.reset();
  }

  String name() {
    return name;
  }

  double millisAt(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }
}
