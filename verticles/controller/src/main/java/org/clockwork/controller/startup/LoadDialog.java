package org.clockwork.controller.startup;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.telemetry.PublishedWording;

/**
 * Who asked for a model, who was told to bring it into host memory, and what came of it: a line
 * each way for the first {@link #EACH_MAX} of each, and then one that says that no more follow.
 */
final class LoadDialog {
  /** Enough to see that a cluster is put together as it was meant. */
  static final int EACH_MAX = 20;

  private final Consumer<String> lines;
  private final Allowance requests = new Allowance(EACH_MAX);
  private final Allowance orders = new Allowance(EACH_MAX);

  /** Orders that were told and have no result yet. */
  private final Set<ActionId> ordered = new HashSet<>();

  /** Requests that were told and have no answer yet, by the model's name. */
  private final Map<String, Integer> open = new HashMap<>();

  private int requestsEver;
  private boolean closed;

  LoadDialog(Consumer<String> lines) {
    this.lines = lines;
  }

  void requested(Event.ModelWanted wanted) {
    int number = requestsEver++;
    if (requests.takes()) {
      open.put(wanted.name(), number);
      String copy = wanted.name().equals(wanted.source()) ? "" : " as " + wanted.name();
      lines.accept(
          "Client  --> Req%d:LoadModel path=%s%s".formatted(number, wanted.source(), copy));
    } else {
      close();
    }
  }

  void ordered(WorkerId worker, Action.Register register) {
    if (orders.takes()) {
      ordered.add(register.id());
      lines.accept(
          "Worker <--  %s:%s%s"
              .formatted(register.id(), PublishedWording.order(register), of(worker)));
    } else {
      close();
    }
  }

  void succeeded(WorkerId worker, Outcome.Registered registered) {
    if (ordered.remove(registered.action())) {
      lines.accept(
          "Worker  --> R%d:%s%s"
              .formatted(
                  registered.action().number(), PublishedWording.result(registered), of(worker)));
    }
  }

  void failed(WorkerId worker, Outcome.Refused refused) {
    if (ordered.remove(refused.action())) {
      lines.accept(
          "Worker  --> R%d:LoadModelFromDisk error %d: %s%s"
              .formatted(
                  refused.action().number(),
                  refused.code().number(),
                  refused.reason(),
                  of(worker)));
    }
  }

  void answered(ModelStatus.Ready ready) {
    Integer number = open.remove(ready.name());
    if (number != null) {
      int id = ready.id().value();
      lines.accept(
          "Client <--  Rsp%d:LoadModel model_id=[%d->%d] input=%d output=%d"
              .formatted(number, id, id, ready.spec().inputBytes(), ready.spec().outputBytes()));
    }
  }

  void answered(ModelStatus.Unavailable unavailable) {
    Integer number = open.remove(unavailable.name());
    if (number != null) {
      lines.accept(
          "Client <--  Rsp%d:LoadModel error 1: %s".formatted(number, unavailable.reason()));
    }
  }

  private static String of(WorkerId worker) {
    return " (" + worker + ")";
  }

  private void close() {
    if (!closed) {
      closed = true;
      lines.accept(
          "Further models are registered without a line each: the first %d were told"
              .formatted(EACH_MAX));
    }
  }
}
