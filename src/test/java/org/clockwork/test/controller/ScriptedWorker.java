package org.clockwork.test.controller;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.ClockNews;
import org.clockwork.codecs.Postbag;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;

/**
 * A worker that does everything at once and writes down what it was told, on a clock of its own.
 */
final class ScriptedWorker {
  static final String MODEL = "ready";

  /** A model whose registration fails. */
  static final String BROKEN = "broken";

  static final WorkerId ID = new WorkerId("W0");
  static final NodeId NODE = new NodeId("scripted");
  private static final String KIND = "scripted";
  private static final long MILLIS = 1_000_000;

  final BlockingQueue<Action> actions = new LinkedBlockingQueue<>();

  /** What it was told of its clock, with each question. */
  final BlockingQueue<ClockNews> clockNews = new LinkedBlockingQueue<>();

  private final Vertx vertx;
  private final NodeId node;
  private final long aheadNanos;
  private final MessageConsumer<?> pulse;
  private volatile boolean hesitates;

  /**
   * @param aheadNanos how far its clock is ahead of the controller's
   */
  ScriptedWorker(Vertx vertx, long aheadNanos) {
    this(vertx, NODE, aheadNanos);
  }

  private ScriptedWorker(Vertx vertx, NodeId node, long aheadNanos) {
    this.vertx = vertx;
    this.node = node;
    this.aheadNanos = aheadNanos;
    Postbag.receive(vertx.eventBus(), Addresses.workerActions(ID, node), this::onAction);
    pulse =
        vertx
            .eventBus()
            .consumer(
                Addresses.workerClock(ID),
                message -> {
                  clockNews.add(ClockNews.riding(message.headers()));
                  message.reply(nanos());
                });
  }

  /** The same worker in a process of its own. */
  static ScriptedWorker startedAnew(Vertx vertx) {
    return new ScriptedWorker(vertx, new NodeId("scripted anew"), 0);
  }

  /** It is there, and serves these models unasked. */
  void announce(String... models) {
    announce(1, models);
  }

  /** It is there, and could serve these models. */
  void offer(String... models) {
    announce(0, models);
  }

  private void announce(int served, String... models) {
    List<Announcement.Source> sources =
        List.of(models).stream().map(name -> new Announcement.Source(name, served, false)).toList();
    vertx
        .eventBus()
        .send(
            Addresses.CONTROLLER_ANNOUNCE,
            new Announcement(
                ID,
                node,
                List.of(new DeviceSpec(KIND, DeviceSpec.PAGE_BYTES, 100, false, 4)),
                sources,
                List.of(),
                List.of(Set.<ModelId>of())));
  }

  /** It does not say what its clock shows any more. */
  void hang() {
    pulse.unregister();
  }

  /** INFERs have no outcome from now on. */
  void hesitate() {
    hesitates = true;
  }

  /** An outcome that nobody waits for. */
  void answersSomethingOld() {
    vertx
        .eventBus()
        .send(
            Addresses.CONTROLLER_OUTCOMES,
            new Event.ActionEnded(
                ID,
                new Outcome.Withdrawn(new ActionId(0, 0), new Outcome.Stamps(nanos(), nanos()))));
  }

  void leave() {
    vertx.eventBus().send(Addresses.CONTROLLER_DEPARTURES, ID);
  }

  long nanos() {
    return System.nanoTime() + aheadNanos;
  }

  private void onAction(Action action) {
    long received = nanos();
    actions.add(action);
    if (hesitates && action instanceof Action.Infer) {
      return;
    }
    Outcome.Stamps stamps = new Outcome.Stamps(received, nanos());
    Span span = new Span(received, received + 1000);
    vertx
        .eventBus()
        .send(
            Addresses.CONTROLLER_OUTCOMES,
            new Event.ActionEnded(
                ID,
                switch (action) {
                  case Action.Infer infer ->
                      new Outcome.Inferred(infer.id(), span, span, span, stamps);
                  case Action.Load load -> new Outcome.Loaded(load.id(), span, stamps);
                  case Action.Unload unload -> new Outcome.Unloaded(unload.id(), stamps);
                  case Action.Register register -> registered(register, stamps);
                  case Action.Withdraw withdraw -> new Outcome.Withdrawn(withdraw.id(), stamps);
                }));
  }

  private static Outcome registered(Action.Register register, Outcome.Stamps stamps) {
    if (register.source().equals(BROKEN)) {
      return new Outcome.Refused(
          register.id(), ErrorCode.INVALID_MODEL_PATH, "model.onnx is torn", stamps);
    }
    TensorSpec tensor = new TensorSpec("x", DataType.FP32, List.of(4));
    ModelSpec spec =
        new ModelSpec(
            register.name(), register.source(), List.of(tensor), List.of(tensor), 40_000_000, 0);
    Profile profile =
        new Profile(3, 2 * MILLIS, 0, 0, new TreeMap<>(Map.of(1, MILLIS, 2, MILLIS + MILLIS / 2)));
    return new Outcome.Registered(
        register.id(), HostedModel.of(register.model(), spec, Map.of(KIND, profile)), stamps);
  }

  /** The next action of that kind, whatever comes before it. */
  <A extends Action> Optional<A> next(Class<A> kind) throws InterruptedException {
    for (Action action = poll(); action != null; action = poll()) {
      if (kind.isInstance(action)) {
        return Optional.of(kind.cast(action));
      }
    }
    return Optional.empty();
  }

  private Action poll() throws InterruptedException {
    return actions.poll(20, TimeUnit.SECONDS);
  }
}
