package org.clockwork.core.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Chronicle;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Legs.Leg;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.workload.Load;
import org.clockwork.core.workload.LoadEngine;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.RecordedEngine;
import org.clockwork.core.workload.RecordedLoad;
import org.clockwork.core.workload.Tally;
import org.clockwork.core.workload.Workload;

/**
 * A cluster in virtual time: the production scheduler, workers and gateways, unchanged, on
 * simulated devices and a simulated network. Everything that happens is a function of the seed.
 */
public final class World {
  private final Conditions conditions;
  private final Witness witness;
  private final Tap tap;
  private final SplittableRandom chance;
  private final Agenda agenda = new Agenda();
  private final Network network;
  private final ControllerNode controller;
  private final SequencedMap<WorkerId, WorkerNode> workers = new LinkedHashMap<>();

  /** The processes that the controller takes for the workers. */
  private final Map<WorkerId, WorkerNode> joined = new HashMap<>();

  private final SequencedMap<GatewayId, ClientNode> clients = new LinkedHashMap<>();
  private final SequencedMap<String, ModelStatus> statuses = new LinkedHashMap<>();
  private int processesEver;

  public World(
      long seed,
      Conditions conditions,
      SchedulerConfig config,
      Policy.Factory policy,
      Witness witness,
      Tap tap) {
    this(seed, conditions, config, policy, Optional.empty(), witness, tap);
  }

  /** The same, with a chronicle kept of its scheduler. */
  public World(
      long seed,
      Conditions conditions,
      SchedulerConfig config,
      Policy.Factory policy,
      Chronicle chronicle,
      Witness witness,
      Tap tap) {
    this(seed, conditions, config, policy, Optional.of(chronicle), witness, tap);
  }

  private World(
      long seed,
      Conditions conditions,
      SchedulerConfig config,
      Policy.Factory policy,
      Optional<Chronicle> chronicle,
      Witness witness,
      Tap tap) {
    this.conditions = conditions;
    this.witness = witness;
    this.tap = tap;
    this.chance = new SplittableRandom(seed);
    this.network = new Network(agenda, conditions, chance.split());
    this.controller =
        new ControllerNode(
            agenda,
            config,
            policy,
            chronicle,
            conditions.wakeStepNanos(),
            witness,
            tap,
            new ControllerWires());
  }

  /** True time, from 0. */
  public long nowNanos() {
    return agenda.nowNanos();
  }

  /** Has this happen then. */
  public void at(long nanos, Runnable happening) {
    agenda.at(nanos, happening);
  }

  /**
   * Starts a worker with these simulated GPUs and the sources' files. One of that name may have
   * crashed before, noticed or not.
   */
  public void startWorker(WorkerId id, List<DeviceSpec> gpus, List<ModelSource> sources) {
    startWorker(id, gpus, sources, Disturbance.noise(chance.nextLong(), conditions.execSigma()));
  }

  /** The same, with devices that are disturbed in some other way. */
  public void startWorker(
      WorkerId id, List<DeviceSpec> gpus, List<ModelSource> sources, Disturbance disturbance) {
    WorkerNode before = workers.get(id);
    if (before != null && !before.crashed()) {
      throw new IllegalArgumentException("worker %s is there already".formatted(id));
    }
    long skewNanos =
        conditions.skewNanosMax() == 0
            ? 0
            : chance.nextLong(-conditions.skewNanosMax(), conditions.skewNanosMax() + 1);
    SkewedClock clock = new SkewedClock(agenda, skewNanos);
    List<Device> devices = new ArrayList<>();
    for (DeviceSpec gpu : gpus) {
      devices.add(new SimulatedDevice(gpu, clock, disturbance, SimulatedDevice.NO_LINK));
    }
    NodeId process = new NodeId("process-" + processesEver++);
    WorkerNode node =
        new WorkerNode(
            id, process, agenda, clock, devices, sources, witness, tap, new WorkerWires());
    workers.put(id, node);
    node.join();
  }

  /** The worker's process dies; the controller notices after a while. */
  public void crash(WorkerId id) {
    crash(id, conditions.detectionNanos());
  }

  /** The same, where it takes so long until the controller notices. */
  public void crash(WorkerId id, long detectionNanos) {
    WorkerNode node = workers.get(id);
    if (node == null || node.crashed()) {
      return;
    }
    node.crash();
    agenda.at(agenda.nowNanos() + detectionNanos, () -> leave(node));
  }

  /** The worker shuts down: takes nothing new, ends what it has, and is gone after this long. */
  public void shutDown(WorkerId id, long graceNanos) {
    WorkerNode node = workers.get(id);
    if (node == null || node.crashed()) {
      return;
    }
    node.drain();
    agenda.at(
        agenda.nowNanos() + graceNanos,
        () -> {
          if (!node.crashed()) {
            node.crash();
            leave(node);
          }
        });
  }

  private void leave(WorkerNode node) {
    if (workers.remove(node.id(), node)) {
      controller.left(node.id());
    }
  }

  /** Whether a worker of that name is there. */
  public boolean present(WorkerId id) {
    return workers.containsKey(id) && !workers.get(id).crashed();
  }

  /** The controller takes no new requests; what it has is still served. */
  public void drainController() {
    controller.happen(new Event.Draining());
  }

  public void drainGateway(GatewayId id) {
    clients.get(id).drain();
  }

  /** Asks for a model to be served under this name. */
  public void want(String name, String source) {
    controller.happen(new Event.ModelWanted(name, source));
  }

  public void unwant(String name) {
    controller.happen(new Event.ModelUnwanted(name));
  }

  /** Starts a client that asks for the workload's models and plays it once they are ready. */
  public void startClient(GatewayId id, Workload workload, Measured measured, long seed) {
    startClient(id, workload, measured, Payloads.GENERATED, seed);
  }

  /** The same, with requests that carry these inputs. */
  public void startClient(
      GatewayId id, Workload workload, Measured measured, Payloads payloads, long seed) {
    Set<String> awaited = new HashSet<>();
    workload.models().forEach(copies -> awaited.addAll(copies.names()));
    addClient(
        id,
        GatewayConfig.DEFAULT,
        awaited,
        new LoadEngine(workload, measured.runNanos(), seed),
        payloads,
        new Tally(measured));
    for (Workload.Copies copies : workload.models()) {
      for (String name : copies.names()) {
        want(name, copies.source());
      }
    }
  }

  /**
   * Starts a client that plays a recorded load from this moment on, whether or not its models are
   * there; asking for them is left to the caller. It takes as many requests and objectives as the
   * recorded gateway took, however that was configured.
   */
  public void startClient(GatewayId id, RecordedLoad load) {
    GatewayConfig usual = GatewayConfig.DEFAULT;
    GatewayConfig lenient =
        new GatewayConfig(
            usual.defaultSloNanos(),
            Long.MAX_VALUE / 2,
            usual.inlineBytes(),
            Integer.MAX_VALUE,
            usual.maxHeldBytes());
    addClient(
            id,
            lenient,
            Set.of(),
            new RecordedEngine(load),
            Payloads.recorded(load),
            new Tally(Measured.ALL))
        .begin();
  }

  private ClientNode addClient(
      GatewayId id,
      GatewayConfig config,
      Set<String> awaited,
      Load load,
      Payloads payloads,
      Tally tally) {
    ClientNode client =
        new ClientNode(
            id, agenda, config, awaited, load, payloads, tally, witness, tap, new ClientWires());
    clients.put(id, client);
    for (ModelStatus status : List.copyOf(statuses.values())) {
      client.receive(status);
    }
    return client;
  }

  /** Sends one request through that client's gateway, beside whatever load it plays. */
  public RequestId submit(GatewayId id, Submission submission) {
    return clients.get(id).submit(submission);
  }

  /** One of the client's outstanding requests, chosen by chance, is given up. */
  public void giveUpOne(GatewayId id) {
    ClientNode client = clients.get(id);
    List<RequestId> outstanding = client.outstanding().stream().sorted().toList();
    if (!outstanding.isEmpty()) {
      client.giveUp(outstanding.get(chance.nextInt(outstanding.size())));
    }
  }

  public void stopLoad() {
    clients.values().forEach(ClientNode::stop);
  }

  /** Lets time pass up to this moment. */
  public void runUntil(long nanos) {
    while (agenda.step(nanos)) {
      // Each step is one thing happening.
    }
  }

  /** Lets everything end that was begun, for at most this long; then tells the witness. */
  public void drain(long atMostNanos) {
    stopLoad();
    runUntil(agenda.nowNanos() + atMostNanos);
    witness.quiet(agenda.nowNanos());
  }

  public boolean done(GatewayId client) {
    return clients.get(client).done();
  }

  public Tally.Totals totals(GatewayId client) {
    return clients.get(client).tally().totals();
  }

  /** Pages that the worker itself counts as free on that GPU. */
  public int freePages(WorkerId worker, int gpu) {
    return workers.get(worker).machine().freePages(gpu);
  }

  private static final String CONTROLLER = "controller";

  private Optional<WorkerNode> alive(WorkerId id, WorkerNode expected) {
    return Optional.ofNullable(workers.get(id)).filter(node -> node == expected);
  }

  private final class ControllerWires implements ControllerNode.Wires {
    @Override
    public void action(WorkerId to, Action action) {
      // Not to one that was started anew under the name, and has not said so yet.
      WorkerNode node = joined.get(to);
      tap.action(
          to,
          action,
          passed ->
              network.carry(
                  Leg.CONTROLLER_TO_WORKER, CONTROLLER, to.value(), () -> node.receive(passed)));
    }

    @Override
    public void verdict(Verdict verdict) {
      GatewayId to = verdict.request().gateway();
      network.carry(
          Leg.CONTROLLER_TO_GATEWAY,
          CONTROLLER,
          to.value(),
          () -> clients.get(to).receive(verdict));
    }

    @Override
    public void status(ModelStatus status) {
      statuses.put(status.name(), status);
      for (ClientNode client : clients.values()) {
        network.carry(
            Leg.CONTROLLER_TO_GATEWAY,
            CONTROLLER,
            client.id().value(),
            () -> client.receive(status));
      }
    }
  }

  private final class WorkerWires implements WorkerNode.Wires {
    @Override
    public void outcome(WorkerId from, Outcome outcome) {
      WorkerNode node = workers.get(from);
      tap.outcome(
          from,
          outcome,
          passed ->
              network.carry(
                  Leg.WORKER_TO_CONTROLLER,
                  from.value(),
                  CONTROLLER,
                  () -> alive(from, node).ifPresent(_ -> controller.receive(from, passed))));
    }

    @Override
    public void inputsArrived(WorkerId from, ActionId infer, long nanos) {
      WorkerNode node = workers.get(from);
      network.carry(
          Leg.WORKER_TO_CONTROLLER,
          from.value(),
          CONTROLLER,
          () -> alive(from, node).ifPresent(_ -> controller.inputsArrived(from, infer, nanos)));
    }

    @Override
    public void outputs(WorkerId from, Outputs outputs) {
      GatewayId to = outputs.request().gateway();
      network.carry(
          Leg.WORKER_TO_GATEWAY, from.value(), to.value(), () -> clients.get(to).receive(outputs));
    }

    @Override
    public void announce(WorkerId from, Announcement announcement) {
      WorkerNode node = workers.get(from);
      network.carry(
          Leg.WORKER_TO_CONTROLLER,
          from.value(),
          CONTROLLER,
          () ->
              alive(from, node)
                  .ifPresent(
                      _ -> {
                        joined.put(from, node);
                        witness.joined(announcement, agenda.nowNanos());
                        controller.announced(announcement);
                      }));
    }

    @Override
    public void retire(WorkerId from) {
      WorkerNode node = workers.get(from);
      network.carry(
          Leg.WORKER_TO_CONTROLLER,
          from.value(),
          CONTROLLER,
          () -> alive(from, node).ifPresent(_ -> controller.happen(new Event.WorkerRetires(from))));
    }
  }

  private final class ClientWires implements ClientNode.Wires {
    @Override
    public void ask(GatewayId from, Request request) {
      network.carry(
          Leg.GATEWAY_TO_CONTROLLER, from.value(), CONTROLLER, () -> controller.receive(request));
    }

    @Override
    public void cancel(GatewayId from, RequestId request) {
      network.carry(
          Leg.GATEWAY_TO_CONTROLLER, from.value(), CONTROLLER, () -> controller.cancel(request));
    }

    @Override
    public void push(GatewayId from, WorkerId to, Inputs inputs) {
      WorkerNode node = workers.get(to);
      network.carry(
          Leg.GATEWAY_TO_WORKER,
          from.value(),
          to.value(),
          inputs.tensors().bytes(),
          () -> alive(to, node).ifPresent(worker -> worker.receive(inputs)));
    }

    @Override
    public void withdraw(GatewayId from, WorkerId to, RequestId request) {
      WorkerNode node = workers.get(to);
      network.carry(
          Leg.GATEWAY_TO_WORKER,
          from.value(),
          to.value(),
          () -> alive(to, node).ifPresent(worker -> worker.withdraw(request)));
    }
  }
}
