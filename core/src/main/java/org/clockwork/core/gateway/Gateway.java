package org.clockwork.core.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Admission.Admitted;
import org.clockwork.core.gateway.GatewayEvent.Submitted;
import org.clockwork.core.heap.Heap;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;

/**
 * Takes requests from clients and answers each exactly once, by its deadline, whatever becomes of
 * the controller and the workers. It checks what it is given, resolves the objective, keeps large
 * inputs until the controller says which worker gets them, and bounds what it keeps.
 *
 * <p>A pure state machine: every event costs O(log n) in the requests outstanding, but for the
 * coming of another controller, which looks at each.
 */
public final class Gateway {
  private final GatewayId id;
  private final ModelTable models = new ModelTable();
  private final Map<RequestId, Pending> outstanding = new HashMap<>();
  private final Heap<Pending> byDeadline = new Heap<>();
  private final TenantCounts tenants = new TenantCounts();
  private final Tally tally = new Tally();
  private final ModelTallies modelTallies = new ModelTallies();

  private final Interregnum interregnum = new Interregnum();
  private GatewayConfig config;
  private Admission admission;
  private long heldBytes;
  private long lastNumber;
  private long wakeAtNanos = Long.MAX_VALUE;
  private boolean draining;

  public Gateway(GatewayId id, GatewayConfig config) {
    this.id = id;
    this.config = config;
    this.admission = new Admission(config);
  }

  /** A name for the next request; counts up from 1. */
  public RequestId nextId() {
    return new RequestId(id, ++lastNumber);
  }

  public GatewayStatistics statistics() {
    return tally.read(outstanding.size(), heldBytes);
  }

  /** What has become of the requests for one model. */
  public ModelStatistics statistics(String model) {
    return modelTallies.read(model);
  }

  /**
   * Whether a request for that model would be answered at once, whatever its input is: a door that
   * asks first needn't read the input.
   */
  public boolean turnsAway(String model) {
    return turnsAllAway() || !(models.find(model) instanceof ModelStatus.Ready);
  }

  /** Whether that would be so whatever its model is. */
  public boolean turnsAllAway() {
    return draining || outstanding.size() >= config.maxOutstanding();
  }

  /** Whether no more requests are taken. */
  public boolean draining() {
    return draining;
  }

  /** The input that is kept for a request; empty once it is answered. */
  public Optional<Tensors> held(RequestId request) {
    return Optional.ofNullable(outstanding.get(request)).flatMap(pending -> pending.held);
  }

  /** What this gateway knows of models, for whoever lists them. */
  public ModelTable models() {
    return models;
  }

  public void on(GatewayEvent event, long nowNanos, GatewayCommands out) {
    switch (event) {
      case Submitted submitted -> submitted(submitted, nowNanos, out);
      case GatewayEvent.Unread(RequestId request) -> turnAway(request, nowNanos, out);
      case GatewayEvent.Decided(Verdict verdict) -> decided(verdict, nowNanos, out);
      case GatewayEvent.Returned(Outputs outputs) -> returned(outputs, nowNanos, out);
      case GatewayEvent.Cancelled(RequestId request) -> cancelled(request, nowNanos, out);
      case GatewayEvent.ModelChanged(ModelStatus status) -> changed(status, out);
      case GatewayEvent.ControllerCame(long term) ->
          interregnum.controllerCame(term, models, outstanding.values());
      case GatewayEvent.Configured(GatewayConfig other) -> {
        config = other;
        admission = new Admission(other);
      }
      case GatewayEvent.WakeUp _ -> wakeUp(nowNanos, out);
      case GatewayEvent.Draining _ -> draining = true;
      case GatewayEvent.Closing _ -> close(nowNanos, out);
    }
    armTimer(out);
  }

  private void submitted(Submitted event, long nowNanos, GatewayCommands out) {
    tally.offered();
    RequestId request = event.request();
    if (draining) {
      refuseDraining(request, out);
      return;
    }
    switch (models.find(event.submission().model())) {
      case ModelStatus.Ready ready -> admit(event, ready, nowNanos, out);
      case ModelStatus.Registering(ModelId _, String name) ->
          refuse(
              request,
              RefusalCause.COLD_START,
              "model '%s' is still being brought into host memory".formatted(name),
              0,
              out);
      case ModelStatus.Unavailable(String name, String reason) ->
          refuse(
              request,
              RefusalCause.NO_CAPACITY,
              "model '%s' can't be served: %s".formatted(name, reason),
              0,
              out);
      case ModelStatus.Versioned(String name, _) -> unknown(request, name, out);
      case ModelStatus.Gone(String name) -> unknown(request, name, out);
    }
  }

  /** It was so when its door looked; who hears of it while there is room again may come at once. */
  private void turnAway(RequestId request, long nowNanos, GatewayCommands out) {
    tally.offered();
    if (draining) {
      refuseDraining(request, out);
    } else {
      refuseFull(request, nowNanos, out);
    }
  }

  private void unknown(RequestId request, String name, GatewayCommands out) {
    reject(
        request,
        new Rejection.UnknownModel(
            "model %s is unknown; the list of models has the %d that are known"
                .formatted(Shown.text(name), models.all().size())),
        out);
  }

  private void admit(Submitted event, ModelStatus.Ready model, long nowNanos, GatewayCommands out) {
    switch (admission.check(event.submission(), model)) {
      case Checked.Bad<Admitted>(Rejection rejection) -> reject(event.request(), rejection, out);
      case Checked.Good<Admitted>(Admitted admitted) -> {
        Input input = place(admitted);
        long newBytes = input instanceof Input.Held(long bytes) ? bytes : 0;
        if (newBytes > config.maxHeldBytes()) {
          reject(
              event.request(),
              new Rejection.BadTensor(
                  "the input takes %d bytes; gateway %s holds at most maxHeldBytes=%d in all"
                      .formatted(newBytes, id, config.maxHeldBytes())),
              out);
        } else if (outstanding.size() >= config.maxOutstanding()) {
          refuseFull(event.request(), nowNanos, out);
        } else if (tenants.of(event.submission().tenant()) >= config.maxTenantOutstanding()) {
          refuse(
              event.request(),
              RefusalCause.TENANT_LIMIT,
              "gateway %s: tenant %s has %d requests outstanding, as many as maxTenantOutstanding lets it have"
                  .formatted(
                      id, Shown.text(event.submission().tenant()), config.maxTenantOutstanding()),
              0,
              out);
        } else if (newBytes > config.maxHeldBytes() - heldBytes) {
          refuseFull(
              event.request(),
              "%d bytes of input do not fit beside %d held of at most maxHeldBytes=%d"
                  .formatted(newBytes, heldBytes, config.maxHeldBytes()),
              nowNanos,
              out);
        } else {
          take(event, model, admitted, input, nowNanos, out);
        }
      }
    }
  }

  private Input place(Admitted admitted) {
    if (admitted.tensors().isEmpty()) {
      return new Input.Generated();
    }
    Tensors tensors = admitted.tensors().get();
    return tensors.bytes() <= config.inlineBytes()
        ? new Input.Inline(tensors)
        : new Input.Held(tensors.bytes());
  }

  private void take(
      Submitted event,
      ModelStatus.Ready model,
      Admitted admitted,
      Input input,
      long nowNanos,
      GatewayCommands out) {
    Request request =
        new Request(
            event.request(),
            model.id(),
            admitted.fit().bucket(),
            admitted.rows(),
            nowNanos,
            admitted.sloNanos(),
            admitted.sloFactor(),
            event.submission().tenant(),
            event.submission().priority(),
            event.submission().retryOf(),
            event.submission().trace(),
            input);
    Pending pending =
        new Pending(
            model.name(),
            request,
            admitted.fit(),
            input instanceof Input.Held ? admitted.tensors() : Optional.empty());
    if (outstanding.putIfAbsent(request.id(), pending) != null) {
      throw new IllegalStateException("request " + request.id() + " was submitted twice");
    }
    byDeadline.put(pending.expiry, pending.deadlineNanos);
    heldBytes += pending.heldBytes();
    tenants.more(request.tenant());
    if (!interregnum.keeps(pending)) {
      out.ask(request);
    }
  }

  private void changed(ModelStatus status, GatewayCommands out) {
    models.put(status);
    if (status instanceof ModelStatus.Gone gone) {
      modelTallies.forget(gone.name());
    }
    if (status instanceof ModelStatus.Ready ready) {
      interregnum.ready(ready.name(), pending -> out.ask(pending.request.of(ready.id())));
    }
  }

  private void decided(Verdict verdict, long nowNanos, GatewayCommands out) {
    Pending pending = outstanding.get(verdict.request());
    if (pending == null) {
      // Answered meanwhile: its deadline passed, or its outputs were faster.
      if (verdict instanceof Verdict.Dispatched dispatched) {
        out.withdraw(dispatched.gpu().worker(), dispatched.request());
      }
      return;
    }
    long latencyNanos = nowNanos - pending.arrivedNanos;
    switch (verdict) {
      case Verdict.Dispatched dispatched -> {
        pending.dispatch =
            Optional.of(
                new Pending.Dispatch(
                    dispatched.coldStart(),
                    dispatched.queuedNanos(),
                    dispatched.loadNanos(),
                    latencyNanos + dispatched.promisedInNanos()));
        pending.held.ifPresent(
            tensors -> out.push(dispatched.gpu().worker(), new Inputs(pending.id, tensors)));
      }
      case Verdict.Refused(
              RequestId request,
              RefusalCause cause,
              String reason,
              long retryAfterNanos) ->
          end(
              pending,
              new Answer.Refused(request, latencyNanos, cause, reason, retryAfterNanos),
              out);
      case Verdict.TimedOut(RequestId request) ->
          end(pending, new Answer.TimedOut(request, latencyNanos), out);
      case Verdict.Failed(RequestId request, ErrorCode code, String reason) ->
          end(pending, new Answer.Failed(request, latencyNanos, code, reason), out);
    }
  }

  private void returned(Outputs outputs, long nowNanos, GatewayCommands out) {
    Pending pending = outstanding.get(outputs.request());
    if (pending == null) {
      tally.lateOutputs();
    } else if (nowNanos > pending.deadlineNanos) {
      // The timer is a little behind. The client must hear the same as if it had been on time.
      tally.lateOutputs();
      end(pending, new Answer.TimedOut(pending.id, nowNanos - pending.arrivedNanos), out);
    } else {
      end(pending, pending.succeeded(outputs, nowNanos), out);
    }
  }

  private void cancelled(RequestId request, long nowNanos, GatewayCommands out) {
    Pending pending = outstanding.get(request);
    if (pending != null) {
      forget(pending);
      tally.cancelled();
      modelTallies.cancelled(pending.model);
      out.cancel(request);
      out.answer(
          new Answer.Failed(
              request,
              nowNanos - pending.arrivedNanos,
              ErrorCode.CANCELLED,
              "cancelled by its client"));
    }
  }

  private void wakeUp(long nowNanos, GatewayCommands out) {
    wakeAtNanos = Long.MAX_VALUE;
    while (byDeadline.firstKey() <= nowNanos) {
      Pending pending = byDeadline.first().value();
      out.cancel(pending.id);
      end(pending, new Answer.TimedOut(pending.id, nowNanos - pending.arrivedNanos), out);
    }
  }

  private void close(long nowNanos, GatewayCommands out) {
    draining = true;
    while (!byDeadline.isEmpty()) {
      Pending pending = byDeadline.first().value();
      out.cancel(pending.id);
      end(
          pending,
          new Answer.Refused(
              pending.id,
              nowNanos - pending.arrivedNanos,
              RefusalCause.DRAINING,
              "gateway %s shut down before the answer came".formatted(id),
              0),
          out);
    }
  }

  /** The earliest deadline may have become an earlier one; a later one is left to that wake-up. */
  private void armTimer(GatewayCommands out) {
    if (byDeadline.firstKey() < wakeAtNanos) {
      wakeAtNanos = byDeadline.firstKey();
      out.wakeAt(wakeAtNanos);
    }
  }

  /** Refused for want of room here: there is some by the time that the next deadline has passed. */
  private void refuseDraining(RequestId request, GatewayCommands out) {
    refuse(request, RefusalCause.DRAINING, "gateway %s is shutting down".formatted(id), 0, out);
  }

  private void refuseFull(RequestId request, long nowNanos, GatewayCommands out) {
    refuseFull(
        request,
        "%d requests are outstanding of at most maxOutstanding=%d"
            .formatted(outstanding.size(), config.maxOutstanding()),
        nowNanos,
        out);
  }

  private void refuseFull(RequestId request, String reason, long nowNanos, GatewayCommands out) {
    long retryAfterNanos = byDeadline.isEmpty() ? 0 : Math.max(0, byDeadline.firstKey() - nowNanos);
    refuse(request, RefusalCause.QUEUE, "gateway " + id + ": " + reason, retryAfterNanos, out);
  }

  private void refuse(
      RequestId request,
      RefusalCause cause,
      String reason,
      long retryAfterNanos,
      GatewayCommands out) {
    tell(new Answer.Refused(request, 0, cause, reason, retryAfterNanos), out);
  }

  private void reject(RequestId request, Rejection rejection, GatewayCommands out) {
    tell(new Answer.Failed(request, 0, rejection.code(), rejection.reason()), out);
  }

  private void end(Pending pending, Answer answer, GatewayCommands out) {
    forget(pending);
    modelTallies.answered(pending.model, answer);
    tell(answer, out);
  }

  private void tell(Answer answer, GatewayCommands out) {
    tally.answered(answer);
    out.answer(answer);
  }

  private void forget(Pending pending) {
    outstanding.remove(pending.id);
    byDeadline.remove(pending.expiry);
    heldBytes -= pending.heldBytes();
    tenants.less(pending.request.tenant());
    interregnum.letGo(pending);
  }
}
