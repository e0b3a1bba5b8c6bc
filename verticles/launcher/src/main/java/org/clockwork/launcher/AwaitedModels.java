package org.clockwork.launcher;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.clockwork.codecs.Addresses;
import org.clockwork.launcher.config.UnusableException;

/**
 * Waits until a load can be served: a controller leads, and its workers have the models that the
 * load sends to. So the processes of a cluster may be started in any order. Whoever waits is woken
 * by the controller's word; it also asks by itself, in case the word went astray.
 */
final class AwaitedModels {
  /** Long enough to be no load, short enough to be no wait. */
  private static final long ASK_AGAIN_MILLIS = 1_000;

  /** A controller that does not answer for so long hangs, or has just gone. */
  private static final long ANSWER_MILLIS = 5_000;

  /**
   * Workers are there, but none with the model: so long another one may still come. Processes that
   * were started together meet within 5 s.
   */
  private static final long LATECOMERS_MILLIS = 5_000;

  /** Names in a message; more would hide what the message is about. */
  private static final int NAMES_MAX = 20;

  private final Vertx vertx;
  private final Context context;
  private final Set<String> wanted;
  private final OptionalInt patienceSeconds;
  private final Consumer<String> lines;
  private final Promise<Served> found = Promise.promise();
  private long patience = -1;
  private long again = -1;
  private long latecomers = -1;
  private boolean asking;
  private boolean changedMeanwhile;
  private boolean told;
  private String lacking = "no controller answered";

  /** What the workers could serve. */
  record Served(int workers, List<String> models) {
    Served {
      models = List.copyOf(models);
    }

    static Served of(JsonObject json) {
      return new Served(
          json.getInteger("workers"),
          json.getJsonArray("models").stream().map(String.class::cast).toList());
    }
  }

  /**
   * @param wanted names of models in repositories; none: a worker is awaited, whatever it has
   * @param lines hears once that there is something to wait for
   */
  AwaitedModels(Vertx vertx, Set<String> wanted, int patienceSeconds, Consumer<String> lines) {
    this(vertx, wanted, OptionalInt.of(patienceSeconds), lines);
  }

  private AwaitedModels(
      Vertx vertx, Set<String> wanted, OptionalInt patienceSeconds, Consumer<String> lines) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.wanted = new TreeSet<>(wanted);
    this.patienceSeconds = patienceSeconds;
    this.lines = lines;
  }

  /** Of a worker that has been started, so that they come, however long it takes. */
  static AwaitedModels ofOwnWorker(Vertx vertx, Set<String> models) {
    return new AwaitedModels(vertx, models, OptionalInt.empty(), _ -> {});
  }

  /**
   * Completes when all of them can be served; fails with an {@link UnusableException} when it is
   * clear that they can't, or when patience is over. To be called once.
   */
  Future<Served> found() {
    context.runOnContext(_ -> begin());
    return found.future();
  }

  private void begin() {
    MessageConsumer<String> changes =
        vertx.eventBus().consumer(Addresses.CATALOGUE_CHANGED, _ -> ask());
    patienceSeconds.ifPresent(
        seconds -> patience = vertx.setTimer(seconds * 1_000L, _ -> giveUp(seconds)));
    found
        .future()
        .onComplete(
            _ -> {
              changes.unregister();
              List.of(patience, again, latecomers).forEach(vertx::cancelTimer);
            });
    ask();
  }

  private void ask() {
    if (found.future().isComplete()) {
      return;
    }
    if (asking) {
      changedMeanwhile = true; // The answer under way may not know of it yet.
      return;
    }
    asking = true;
    vertx.cancelTimer(again);
    vertx
        .eventBus()
        .<JsonObject>request(
            Addresses.CONTROLLER_CATALOGUE, "", new DeliveryOptions().setSendTimeout(ANSWER_MILLIS))
        .onComplete(this::answered);
  }

  private void answered(AsyncResult<Message<JsonObject>> answer) {
    asking = false;
    if (found.future().isComplete()) {
      return;
    }
    if (answer.failed()) {
      lacking = "no controller answered";
      await();
    } else {
      hear(Served.of(answer.result().body()));
    }
  }

  private void hear(Served served) {
    if (served.workers() > 0 && served.models().containsAll(wanted)) {
      found.complete(served);
      return;
    }
    lacking = "the controller has no worker";
    if (served.workers() > 0) {
      lacking = lackingOf(served);
      if (latecomers < 0 && patienceSeconds.isPresent()) {
        latecomers = vertx.setTimer(LATECOMERS_MILLIS, _ -> fail(lacking));
      }
    }
    await();
  }

  private void await() {
    if (!told) {
      told = true;
      lines.accept("Clockwork initializing, retrying Controller initializing");
    }
    if (changedMeanwhile) {
      changedMeanwhile = false;
      ask();
    } else {
      again = vertx.setTimer(ASK_AGAIN_MILLIS, _ -> ask());
    }
  }

  private String lackingOf(Served served) {
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(served.models());
    return "no worker has a model '%s' in its repository; %s"
        .formatted(
            String.join("', '", missing),
            served.models().isEmpty()
                ? "none has any"
                : "there are " + brief(served.models()) + "; choose one with --model");
  }

  private static String brief(List<String> names) {
    String text = String.join(", ", names.subList(0, Math.min(NAMES_MAX, names.size())));
    return names.size() > NAMES_MAX
        ? text + " and %d more".formatted(names.size() - NAMES_MAX)
        : text;
  }

  private void giveUp(int seconds) {
    fail(
        "%s within %d s; start what is missing (./clockwork controller, ./clockwork worker_dummy), in the same cluster"
                .formatted(lacking, seconds)
            + " and, on another machine, with --host; or wait longer with --patience");
  }

  private void fail(String why) {
    found.tryFail(new UnusableException(why));
  }
}
