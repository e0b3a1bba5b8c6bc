package org.clockwork.controller.board;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.controller.ModelNames;
import org.clockwork.controller.metrics.GpuPages;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;

/**
 * Makes the frames of the live board. Each tells what happened since the one before it, and on
 * demand everything as it is, for who has just come. While nobody watches, endings are counted and
 * nothing else. Has one owner, the thread that reads the telemetry.
 */
public final class Board implements Consumer<Telemetry> {
  /** Models' rows are the most of a frame where there are thousands: told once a second. */
  private static final int FRAMES_PER_MODEL_ROWS = 5;

  /** Of requests that were not met, told by name in one frame: what a person could look into. */
  private static final int MISSES_MAX = 8;

  private static final double NANOS_PER_MILLI = 1e6;

  private final long startNanos;
  private final History history;
  private final Devices devices;
  private final Models models;
  private final Runs runs = new Runs();
  private final Map<Figure, Errors> errors = new EnumMap<>(Figure.class);
  private JsonArray moved = new JsonArray();
  private JsonArray misses = new JsonArray();
  private boolean watched;
  private long sequence;

  private record Errors(Buckets early, Buckets late) {}

  /**
   * @param pages is told of LOADs and UNLOADs before this
   * @param startNanos the controller's clock at its start, from which the board counts time
   */
  public Board(GpuPages pages, ModelNames names, long startNanos) {
    this.startNanos = startNanos;
    this.history = new History(startNanos);
    this.devices = new Devices(pages, names);
    this.models = new Models(names);
    for (Figure figure : Figure.values()) {
      errors.put(figure, new Errors(new Buckets(), new Buckets()));
    }
  }

  /** From now on these GPUs are told of action by action, all others in sums. */
  public void watch(Set<GpuId> gpus) {
    watched = true;
    runs.watch(gpus);
  }

  /** Nobody is left. The next frame will be the first of another series. */
  void unwatch() {
    frame(startNanos, false); // What nobody took is not for the next who comes.
    watched = false;
    runs.watch(Set.of());
  }

  @Override
  public void accept(Telemetry event) {
    switch (event) {
      case Telemetry.RequestEnded ended -> ended(ended);
      case Telemetry.ActionEnded ended when watched -> ended(ended);
      case Telemetry.ActionSent sent when watched -> {
        runs.sent(sent);
        if (sent.action() instanceof Action.Unload unload) {
          moved(sent.gpu(), unload.model(), false);
        }
      }
      case Telemetry.ActionEnded _, Telemetry.ActionSent _ -> {}
    }
  }

  private void ended(RequestEnded ended) {
    Ending ending = Ending.of(ended);
    history.count(ended, ending);
    if (!watched) {
      return;
    }
    models.count(ended, ending);
    if (ending != Ending.MET) {
      misses.add(
          new JsonArray()
              .add(ended.request().id().toString())
              .add(ended.request().model().value())
              .add(ending.place())
              .add(ended.latencyNanos() / NANOS_PER_MILLI));
      if (misses.size() > MISSES_MAX) {
        misses.remove(0);
      }
    }
  }

  private void ended(ActionEnded ended) {
    devices.count(ended);
    models.count(ended);
    runs.ended(ended);
    PredictionErrors.each(ended, this::count);
    if (ended.outcome() instanceof Outcome.Loaded) {
      moved(ended.gpu(), ended.model(), true);
    }
  }

  private void count(Figure figure, long errorNanos) {
    Errors both = errors.get(figure);
    (errorNanos < 0 ? both.early : both.late).count(Math.abs(errorNanos));
  }

  private void moved(GpuId gpu, ModelId model, boolean here) {
    devices.number(gpu).ifPresent(no -> moved.add(model.value()).add(no).add(here ? 1 : 0));
  }

  /**
   * What happened since the last frame, as docs/wire.md describes it.
   *
   * @param whole with everything as it is, too
   */
  public JsonObject frame(long nowNanos, boolean whole) {
    sequence++;
    JsonObject frame =
        new JsonObject().put("seq", sequence).put("t", (nowNanos - startNanos) / NANOS_PER_MILLI);
    devices.comeAndGo(frame);
    frame
        .put("seconds", history.changed())
        .put("devices", devices.rows())
        .put("runs", runs.take(devices, nowNanos))
        .put("left_out", runs.leftOut())
        .put("moved", moved)
        .put("misses", misses)
        .put("errors", errors());
    moved = new JsonArray();
    misses = new JsonArray();
    boolean withModels = whole || sequence % FRAMES_PER_MODEL_ROWS == 0;
    if (withModels) {
      models.comeAndGo(frame);
      frame.put("models", models.rows());
    }
    return whole ? frame.put("whole", whole(nowNanos)) : frame;
  }

  private JsonObject whole(long nowNanos) {
    return new JsonObject()
        .put("endings", new JsonArray(Arrays.stream(Ending.values()).map(Ending::word).toList()))
        .put("devices", devices.described())
        .put("models", models.described())
        .put("seconds", history.all(nowNanos));
  }

  /** Of each figure, how far it was early and late; those that were neither are left out. */
  private JsonObject errors() {
    JsonObject json = new JsonObject();
    errors.forEach(
        (figure, both) -> {
          JsonArray early = both.early.json();
          JsonArray late = both.late.json();
          if (!early.isEmpty() || !late.isEmpty()) {
            json.put(figure.name().toLowerCase(Locale.ROOT), new JsonArray().add(early).add(late));
            both.early.clear();
            both.late.clear();
          }
        });
    return json;
  }

  /** The GPU that is called so; empty where that is no GPU's name. */
  static Optional<GpuId> gpu(String name) {
    int mark = name.lastIndexOf("-GPU");
    try {
      return mark < 1
          ? Optional.empty()
          : Optional.of(
              new GpuId(
                  new WorkerId(name.substring(0, mark)),
                  Integer.parseInt(name.substring(mark + "-GPU".length()))));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // No number, or no name of a worker.
    }
  }
}
