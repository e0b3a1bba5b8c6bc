package org.clockwork.experiments;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.sim.World;
import org.clockwork.core.workload.Measured;

/** One policy in one setting with one seed. */
public final class Trial {
  /** By then the workers have said what they could serve. */
  private static final long JOINED_NANOS = 100_000_000;

  /** Every answer is there by then, but where an objective never binds. */
  private static final long DRAIN_NANOS = 2_000_000_000;

  private Trial() {}

  /** Runs it to its end; the same arguments give the same figures, but for processor time. */
  public static Figures run(Setting setting, Policy.Factory policy, long seed) {
    SequencedMap<GatewayId, String> clients = new LinkedHashMap<>();
    for (Setting.Party party : setting.parties()) {
      clients.put(new GatewayId("G" + clients.size()), party.name());
    }
    long fromNanos = JOINED_NANOS + setting.warmUpNanos();
    Observation observation =
        new Observation(clients, fromNanos, fromNanos + setting.measuredNanos());
    World world =
        new World(
            seed, setting.conditions(), setting.config(), policy, observation, observation.meter());
    for (int i = 0; i < setting.machines().size(); i++) {
      Setting.Machine machine = setting.machines().get(i);
      world.startWorker(new WorkerId("W" + i), machine.gpus(), machine.sources());
    }
    Measured whole = new Measured(0, setting.warmUpNanos() + setting.measuredNanos());
    int started = 0;
    for (GatewayId client : clients.keySet()) {
      Setting.Party party = setting.parties().get(started);
      long clientSeed = seed * 1_000_003 + started++;
      world.at(JOINED_NANOS, () -> world.startClient(client, party.workload(), whole, clientSeed));
    }
    world.runUntil(JOINED_NANOS + whole.runNanos());
    world.drain(DRAIN_NANOS);
    return observation.figures(world.nowNanos() / 1e9);
  }
}
