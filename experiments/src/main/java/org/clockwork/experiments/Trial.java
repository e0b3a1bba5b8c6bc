package org.clockwork.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongConsumer;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Payloads;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.RecordedLoad;
import org.clockwork.core.workload.Workload;
import org.clockwork.experiments.Measurement.Extra;

/** One policy in one setting with one seed. */
public final class Trial {
  /**
   * When clients start, in the trial's time: the workers have said what they could serve. Their
   * load begins a message there and back later, once their models are registered.
   */
  public static final long JOINED_NANOS = 100_000_000;

  /** So long the load goes on after what is measured, where some of it is to be asked again. */
  private static final long RETRIED_NANOS_MAX = 10_000_000_000L;

  /** And where it is not: the last that count are to find what all others found. */
  private static final long BESIDE_OTHERS_NANOS_MAX = 500_000_000;

  /** Every answer is there by then, but where an objective never binds. */
  private static final long DRAIN_NANOS = 2_000_000_000;

  /** How often one is told how far a trial is, in simulated time. */
  private static final long TOLD_NANOS = 100_000_000;

  private static final GatewayId RETRYING = new GatewayId("R");

  private final Setting setting;
  private final SequencedMap<GatewayId, Setting.Party> clients = new LinkedHashMap<>();
  private final Observation observation;
  private final Optional<Stopwatch> stopwatch;
  private final Optional<Surroundings> surroundings;
  private final World world;

  private Trial(
      Setting setting, Policy.Factory policy, long seed, Optional<Surroundings> surroundings) {
    this.setting = setting;
    this.surroundings = surroundings;
    SequencedMap<GatewayId, String> names = new LinkedHashMap<>();
    for (Setting.Party party : setting.parties()) {
      GatewayId client = new GatewayId("G" + clients.size());
      clients.put(client, party);
      names.put(client, party.name());
    }
    this.observation = new Observation(names, JOINED_NANOS, setting, this::repeat);
    this.stopwatch = surroundings.isPresent() ? Optional.empty() : Optional.of(stopwatch());
    this.world =
        new World(
            seed,
            surroundings.map(Surroundings::conditions).orElse(setting.conditions()),
            setting.config(),
            policy,
            observation,
            stopwatch.<Tap>map(tap -> tap).orElseGet(() -> surroundings.get().tap(this::world)));
  }

  private Stopwatch stopwatch() {
    return looksAt(Extra.CODECS) ? new CodecStopwatch() : new Stopwatch();
  }

  private World world() {
    return world;
  }

  /** Runs it to its end; the same arguments give the same figures, but for processor time. */
  public static Figures run(Setting setting, Policy.Factory policy, long seed) {
    return run(setting, policy, seed, _ -> {});
  }

  /**
   * The same.
   *
   * @param progress is told how far it is, in simulated nanoseconds
   */
  public static Figures run(
      Setting setting, Policy.Factory policy, long seed, LongConsumer progress) {
    return new Trial(setting, policy, seed, Optional.empty()).run(seed, progress);
  }

  /**
   * The same in other surroundings than the setting's, as a live run is played: the load ends with
   * what is measured, and nothing is asked again after a refusal. The scheduler is not timed.
   */
  public static Figures within(
      Surroundings surroundings, Setting setting, Policy.Factory policy, long seed) {
    return new Trial(setting, policy, seed, Optional.of(surroundings)).run(seed, _ -> {});
  }

  /** Which seed the party of that place plays its workload with. */
  public static long clientSeed(long seed, int party) {
    return seed * 1_000_003 + party;
  }

  private Figures run(long seed, LongConsumer progress) {
    for (int machine = 0; machine < setting.machines().size(); machine++) {
      if (setting.beginsWith(machine)) {
        start(machine);
      }
    }
    Measured whole = new Measured(0, setting.measurement().untilNanos() + afterwardsNanos());
    world.at(JOINED_NANOS, () -> world.startClient(RETRYING, new RecordedLoad(List.of())));
    int started = 0;
    for (GatewayId client : clients.keySet()) {
      long clientSeed = clientSeed(seed, started++);
      world.at(
          JOINED_NANOS,
          () ->
              world.startClient(
                  client, clients.get(client).workload(), whole, payloads(), clientSeed));
    }
    for (Fault fault : setting.faults()) {
      world.at(JOINED_NANOS + fault.atNanos(), () -> befall(fault));
    }
    long endNanos = JOINED_NANOS + whole.runNanos();
    for (long toldNanos = 0; toldNanos < endNanos; toldNanos += TOLD_NANOS) {
      world.runUntil(toldNanos);
      progress.accept(toldNanos);
    }
    world.runUntil(endNanos);
    world.drain(DRAIN_NANOS);
    return observation.figures(
        stopwatch.map(Stopwatch::seconds).orElse(0.0), world.nowNanos() / 1e9);
  }

  private boolean looksAt(Extra extra) {
    return setting.measurement().looksAt(extra);
  }

  /** How long load is offered after what is measured; never longer than that. */
  private long afterwardsNanos() {
    if (surroundings.isPresent()) {
      return 0;
    }
    return Math.min(
        looksAt(Extra.RETRIES) ? RETRIED_NANOS_MAX : BESIDE_OTHERS_NANOS_MAX,
        setting.measurement().nanos());
  }

  /** Inputs take no time unless a link has a rate; without one there is no need to have any. */
  private Payloads payloads() {
    Conditions conditions = surroundings.map(Surroundings::conditions).orElse(setting.conditions());
    return conditions.linkBytesPerSecond() == 0 ? Payloads.GENERATED : Payloads.ONE_ROW;
  }

  private void start(int machine) {
    Setting.Machine started = setting.machines().get(machine);
    if (surroundings.isPresent()) {
      world.startWorker(
          worker(machine),
          started.gpus(),
          started.sources(),
          surroundings.get().disturbance(world::nowNanos));
    } else {
      world.startWorker(worker(machine), started.gpus(), started.sources());
    }
  }

  private static WorkerId worker(int machine) {
    return new WorkerId("W" + machine);
  }

  private void befall(Fault fault) {
    switch (fault) {
      case Fault.Crash crash -> world.crash(worker(crash.machine()));
      case Fault.Drain drain -> world.shutDown(worker(drain.machine()), drain.graceNanos());
      case Fault.Join join -> {
        start(join.machine());
        // As waiting clients do: what nobody held when it was asked for is forgotten.
        world.at(world.nowNanos() + JOINED_NANOS, () -> setting.parties().forEach(this::want));
      }
    }
  }

  private void want(Setting.Party party) {
    for (Workload.Copies copies : party.workload().models()) {
      copies.names().forEach(name -> world.want(name, copies.source()));
    }
  }

  private void repeat(Retries.Delay delay, Submission submission) {
    world.at(
        world.nowNanos() + delay.nanos(),
        () -> observation.repeated(world.submit(RETRYING, submission), delay));
  }
}
