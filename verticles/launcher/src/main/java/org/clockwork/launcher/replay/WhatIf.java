package org.clockwork.launcher.replay;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.clockwork.codecs.record.Recorder;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.sim.World;

/**
 * Plays the load of a recording against simulated workers: as many GPUs of the recorded kind as one
 * likes, under any policy. Requests come when they came, whatever becomes of them; messages and
 * devices take what they took at that moment of the recording; inputs take no time of their own.
 */
public final class WhatIf {
  /**
   * Workers come so long before everything else: what follows at once on a worker's coming finds it
   * there.
   */
  private static final long LEAD_NANOS = 100_000_000;

  private static final long SLICE_NANOS = 1_000_000_000;

  private final RecordedRun run;

  public WhatIf(RecordedRun run) {
    this.run = run;
  }

  /**
   * Plays it once.
   *
   * @param policy its name
   * @param gpus that are there all the time; as recorded, with all comings and goings, where absent
   * @param progress is told now and then how many nanoseconds of the load are through
   */
  public Figures play(String policy, OptionalInt gpus, LongConsumer progress) {
    Account account = new Account();
    AtomicReference<World> made = new AtomicReference<>();
    World world =
        new World(
            0,
            new Conditions(run.delays().legs(offsetNanos()), 0, 0, 0, 0, 0),
            run.origin().config(),
            Policies.named(policy),
            new Recorder(account),
            new TurnedAway(account),
            run.delays().tap(offsetNanos(), made::get));
    made.set(world);
    if (gpus.isPresent()) {
      startAtOnce(world, gpus.getAsInt());
    } else {
      planAsRecorded(world);
    }
    for (Fleet.Wish wish : run.fleet().wishes()) {
      world.at(
          at(wish.nanos()),
          () ->
              wish.source()
                  .ifPresentOrElse(
                      source -> world.want(wish.name(), source), () -> world.unwant(wish.name())));
    }
    run.drainedNanos().ifPresent(nanos -> world.at(at(nanos), world::drainController));
    // Before any request: none comes before the recording's begin.
    world.at(
        LEAD_NANOS,
        () -> run.requests().loads().forEach((id, load) -> world.startClient(id, load)));
    finish(world, progress);
    return account.figures();
  }

  private void finish(World world, LongConsumer progress) {
    long lastNanos = LEAD_NANOS + run.requests().lastNanos();
    while (world.nowNanos() < lastNanos) {
      world.runUntil(Math.min(lastNanos, world.nowNanos() + SLICE_NANOS));
      progress.accept(world.nowNanos() - LEAD_NANOS);
    }
    // Whatever has not ended by its deadline ends there.
    world.drain(run.requests().longestSloNanos() + SLICE_NANOS);
  }

  /** What has to be added to a simulated time to make it a recorded one. */
  private long offsetNanos() {
    return run.beginNanos() - LEAD_NANOS;
  }

  private long at(long recordedNanos) {
    return recordedNanos - offsetNanos();
  }

  /** Each worker comes and goes when it did. */
  private void planAsRecorded(World world) {
    int number = 0;
    for (Machine machine : run.fleet().machines()) {
      for (Part part : parts(machine)) {
        WorkerId id = new WorkerId("w" + number++);
        long joinsNanos = at(machine.joinedNanos()) - LEAD_NANOS;
        world.at(joinsNanos, () -> start(world, id, part));
        planDeparture(world, machine, id);
      }
    }
  }

  private void planDeparture(World world, Machine machine, WorkerId id) {
    if (machine.retiredNanos().isPresent()) {
      long retiredNanos = machine.retiredNanos().getAsLong();
      long graceNanos = machine.leftNanos().orElse(Long.MAX_VALUE / 2) - retiredNanos;
      world.at(at(retiredNanos), () -> world.shutDown(id, graceNanos));
    } else if (machine.leftNanos().isPresent()) {
      long diedNanos = machine.diedNanos().getAsLong();
      long missedNanos = machine.leftNanos().getAsLong() - diedNanos;
      world.at(at(diedNanos), () -> world.crash(id, missedNanos));
    }
  }

  /** Machines like those that were there, one after the other, until there are GPUs enough. */
  private void startAtOnce(World world, int gpus) {
    List<Part> all = new ArrayList<>();
    run.fleet().machines().forEach(machine -> all.addAll(parts(machine)));
    int left = gpus;
    for (int number = 0; left > 0; number++) {
      Part part = all.get(number % all.size());
      Part fitting =
          new Part(part.machine(), part.gpus().subList(0, Math.min(left, part.gpus().size())));
      start(world, new WorkerId("w" + number), fitting);
      left -= fitting.gpus().size();
    }
  }

  private void start(World world, WorkerId id, Part part) {
    world.startWorker(
        id,
        part.gpus(),
        run.fleet().sources(part.machine(), part.gpus().getFirst()),
        run.delays().disturbance(offsetNanos(), world::nowNanos));
  }

  /** A machine's GPUs of one kind: a simulated worker's models have one profile. */
  private record Part(Machine machine, List<DeviceSpec> gpus) {}

  private static List<Part> parts(Machine machine) {
    Map<String, List<DeviceSpec>> byKind = new LinkedHashMap<>();
    machine
        .gpus()
        .forEach(gpu -> byKind.computeIfAbsent(gpu.kind(), _ -> new ArrayList<>()).add(gpu));
    return byKind.values().stream().map(gpus -> new Part(machine, gpus)).toList();
  }

  /** Requests that never came to the controller are told to the account as well. */
  private static final class TurnedAway implements Witness {
    private final Account account;
    private final Set<RequestId> asked = new HashSet<>();

    TurnedAway(Account account) {
      this.account = account;
    }

    @Override
    public void asked(Request request, long now) {
      asked.add(request.id());
    }

    @Override
    public void answered(GatewayId gateway, Answer answer, long now) {
      if (!asked.remove(answer.request())) {
        account.turnedAway(answer);
      }
    }
  }
}
