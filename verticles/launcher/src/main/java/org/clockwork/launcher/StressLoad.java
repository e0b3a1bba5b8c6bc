package org.clockwork.launcher;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.worker.Announcement;
import org.clockwork.gateway.GatewayVerticle;

/**
 * The load of a controller that tests workers without any client (policy {@code stress}): has the
 * first models of whatever workers offer registered, and asks for each of them over and over, with
 * inputs that the workers make up.
 */
public final class StressLoad extends VerticleBase {
  /** Different enough to find what is wrong with a model, few enough for any GPU's pages. */
  private static final int MODELS_MAX = 16;

  /** Outstanding of each model: with 16 models more than two for each of 200 GPUs. */
  private static final int OUTSTANDING_EACH = 32;

  /** The test is of workers, not of the clock: longer than any queue that it makes. */
  private static final Objective OBJECTIVE = Objective.ofNanos(TimeUnit.MINUTES.toNanos(1));

  /** What was refused or failed is not asked again at once; the refusal may have been as quick. */
  private static final long PAUSE_MILLIS = 10;

  private final GatewayVerticle gateway;
  private final Set<String> models = new HashSet<>();
  private boolean stopped;

  public StressLoad(GatewayVerticle gateway) {
    this.gateway = gateway;
  }

  /** A worker is there and says what it could host; from any thread. */
  public void offered(Announcement announcement) {
    List<String> names = announcement.sources().stream().map(Announcement.Source::name).toList();
    context.runOnContext(_ -> names.stream().sorted().forEach(this::want));
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  private void want(String model) {
    if (!stopped && models.size() < MODELS_MAX && models.add(model)) {
      gateway.load(model, model, 1).onComplete(loaded -> onLoop(() -> begin(model, loaded)));
    }
  }

  private void begin(String model, AsyncResult<List<ModelStatus>> loaded) {
    boolean ready =
        loaded.succeeded()
            && loaded.result().stream().allMatch(ModelStatus.Ready.class::isInstance);
    if (!ready) {
      models.remove(model); // Another one in its place; this one again with the next announcement.
      return;
    }
    for (int i = 0; i < OUTSTANDING_EACH; i++) {
      ask(model);
    }
  }

  private void ask(String model) {
    if (!stopped) {
      gateway
          .infer(Submission.of(model, new Payload.Generated(1), OBJECTIVE))
          .onComplete(answer -> onLoop(() -> answered(model, answer.result())));
    }
  }

  private void answered(String model, Answer answer) {
    if (answer instanceof Answer.Succeeded) {
      ask(model);
    } else if (!stopped) {
      vertx.setTimer(PAUSE_MILLIS, _ -> ask(model));
    }
  }

  private void onLoop(Runnable task) {
    context.runOnContext(_ -> task.run());
  }
}
