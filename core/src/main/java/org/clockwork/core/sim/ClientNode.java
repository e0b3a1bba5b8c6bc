package org.clockwork.core.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Gateway;
import org.clockwork.core.gateway.GatewayCommands;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.GatewayEvent;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Load;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Tally;

/** The production gateway in a simulated world, and a client that plays a workload through it. */
final class ClientNode implements GatewayCommands {
  private final GatewayId id;
  private final Agenda agenda;
  private final Gateway gateway;
  private final Load load;
  private final Tally tally;
  private final Witness witness;
  private final Payloads payloads;
  private final Tap tap;
  private final Wires wires;
  private final Set<String> awaited = new HashSet<>();
  private final Map<RequestId, Offer> offers = new HashMap<>();
  private final Agenda.Alarm gatewayAlarm;
  private final Agenda.Alarm loadAlarm;
  private boolean done;

  /** Where the gateway's messages go. */
  interface Wires {
    void ask(GatewayId from, Request request);

    void cancel(GatewayId from, RequestId request);

    void push(GatewayId from, WorkerId to, Inputs inputs);

    void withdraw(GatewayId from, WorkerId to, RequestId request);
  }

  /**
   * @param awaited models that must be ready before the load begins by itself; where there are
   *     none, somebody has to say {@link #begin}
   */
  ClientNode(
      GatewayId id,
      Agenda agenda,
      GatewayConfig config,
      Set<String> awaited,
      Load load,
      Payloads payloads,
      Tally tally,
      Witness witness,
      Tap tap,
      Wires wires) {
    this.id = id;
    this.agenda = agenda;
    this.gateway = new Gateway(id, config);
    this.load = load;
    this.payloads = payloads;
    this.tally = tally;
    this.witness = witness;
    this.tap = tap;
    this.wires = wires;
    this.awaited.addAll(awaited);
    this.gatewayAlarm = agenda.alarm(() -> happen(new GatewayEvent.WakeUp()));
    this.loadAlarm = agenda.alarm(() -> play(new LoadEvent.WakeUp()));
  }

  GatewayId id() {
    return id;
  }

  boolean done() {
    return done;
  }

  Tally tally() {
    return tally;
  }

  /** Requests taken and not yet answered, in order. */
  Set<RequestId> outstanding() {
    return offers.keySet();
  }

  void receive(ModelStatus status) {
    happen(new GatewayEvent.ModelChanged(status));
    if (status instanceof ModelStatus.Ready && awaited.remove(status.name()) && awaited.isEmpty()) {
      begin();
    }
  }

  /** Plays the load from now on; comes by itself once all models that are awaited are ready. */
  void begin() {
    tally.started(agenda.nowNanos());
    play(new LoadEvent.ModelsReady());
  }

  void receive(Verdict verdict) {
    happen(new GatewayEvent.Decided(verdict));
  }

  void receive(Outputs outputs) {
    happen(new GatewayEvent.Returned(outputs));
  }

  /** The client loses interest in this request. */
  void giveUp(RequestId request) {
    happen(new GatewayEvent.Cancelled(request));
  }

  /** One request beside the load; its answer is the witness's to see. */
  RequestId submit(Submission submission) {
    RequestId request = gateway.nextId();
    witness.submitted(request, submission.model(), agenda.nowNanos());
    agenda.at(agenda.nowNanos(), () -> happen(new GatewayEvent.Submitted(request, submission)));
    return request;
  }

  void drain() {
    happen(new GatewayEvent.Draining());
  }

  void stop() {
    play(new LoadEvent.Stop());
  }

  private void happen(GatewayEvent event) {
    gateway.on(event, agenda.nowNanos(), this);
  }

  private void play(LoadEvent event) {
    load.on(event, agenda.nowNanos(), new Playing());
  }

  @Override
  public void ask(Request request) {
    witness.asked(request, agenda.nowNanos());
    wires.ask(id, request);
  }

  @Override
  public void cancel(RequestId request) {
    wires.cancel(id, request);
  }

  @Override
  public void wakeAt(long nanos) {
    gatewayAlarm.setAt(nanos);
  }

  @Override
  public void push(WorkerId worker, Inputs inputs) {
    wires.push(id, worker, inputs);
  }

  @Override
  public void withdraw(WorkerId worker, RequestId request) {
    wires.withdraw(id, worker, request);
  }

  @Override
  public void answer(Answer answer) {
    Consumer<Answer> onward = passed -> agenda.at(agenda.nowNanos(), () -> answered(passed));
    tap.answer(answer, onward);
  }

  private void answered(Answer answer) {
    witness.answered(id, answer, agenda.nowNanos());
    Offer offer = offers.remove(answer.request());
    if (offer != null) {
      Ending ending = Ending.of(answer);
      tally.answered(offer, ending, agenda.nowNanos());
      play(new LoadEvent.Answered(offer, ending));
    }
  }

  /** Carries out what the load wants. */
  private final class Playing implements LoadCommands {
    @Override
    public void submit(Offer offer) {
      RequestId request = gateway.nextId();
      offers.put(request, offer);
      tally.sent(offer, agenda.nowNanos());
      witness.submitted(request, offer.model(), agenda.nowNanos());
      // Not at once: an answer on the spot must not reach the engine in the middle of an event.
      agenda.at(
          agenda.nowNanos(),
          () ->
              happen(
                  new GatewayEvent.Submitted(
                      request, payloads.submission(offer, gateway.models().get(offer.model())))));
    }

    @Override
    public void giveUp(Offer offer) {
      for (Map.Entry<RequestId, Offer> outstanding : offers.entrySet()) {
        if (outstanding.getValue().number() == offer.number()) {
          RequestId request = outstanding.getKey();
          agenda.at(agenda.nowNanos(), () -> ClientNode.this.giveUp(request));
        }
      }
    }

    @Override
    public void wakeAt(long nanos) {
      loadAlarm.setAt(nanos);
    }

    @Override
    public void done() {
      done = true;
    }
  }
}
