package org.clockwork.test.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import org.clockwork.client.api.Ask;
import org.clockwork.client.api.Clockwork;
import org.clockwork.client.api.Inference;
import org.clockwork.client.api.NotInferredException;
import org.clockwork.client.api.Tensor;

/** The examples of the client's Javadoc; they compile with every build, and the tests run them. */
final class ClientExamples {
  private ClientExamples() {}

  static Future<float[]> infer(Vertx vertx) {
    // @start region="infer"
    Clockwork clockwork = Clockwork.connect(vertx);
    Tensor image = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2);
    Future<float[]> scores =
        clockwork
            .infer("fp32", Map.of("x", image), Duration.ofMillis(100))
            .map(answer -> answer.output("y").floats());
    // @end
    return scores;
  }

  static Future<Inference> onceMoreWhenRefused(Vertx vertx, Clockwork clockwork, Ask ask) {
    // @start region="refused"
    Future<Inference> answer =
        clockwork
            .infer(ask)
            .recover(
                failure ->
                    failure instanceof NotInferredException why && why.retryAfter().isPresent()
                        ? vertx
                            .timer(Math.max(1, why.retryAfter().get().toMillis()))
                            .compose(
                                _ -> clockwork.infer(ask.retryOf(why.requestId().orElseThrow())))
                        : Future.failedFuture(failure));
    // @end
    return answer;
  }

  static Ask ask(Map<String, Tensor> inputs) {
    // @start region="ask"
    Ask ask =
        Ask.of("fp32", inputs)
            .within(Duration.ofMillis(50))
            .by("tenant-a") // its share of what is scarce
            .named("my-17"); // echoed, and in the logs
    // @end
    return ask;
  }
}
