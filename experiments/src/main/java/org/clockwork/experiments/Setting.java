package org.clockwork.experiments;

import java.util.Collections;
import java.util.List;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.workload.Workload;

/**
 * A world to try policies in: who asks what of whom, under which physics, and which part counts.
 *
 * @param parties clients whose figures are kept apart
 * @param warmUpNanos from when the last party's models are ready; what is sent before the end of it
 *     does not count
 */
public record Setting(
    List<Machine> machines,
    List<Party> parties,
    Conditions conditions,
    SchedulerConfig config,
    long warmUpNanos,
    long measuredNanos) {
  /** Pages of the published machines' GPUs: 21.5 GiB of weights. */
  public static final int PAGES = 1_376;

  public Setting {
    machines = List.copyOf(machines);
    parties = List.copyOf(parties);
    if (machines.isEmpty() || parties.isEmpty() || measuredNanos <= 0) {
      throw new IllegalArgumentException(
          "a setting needs a machine, a party and time to measure, got %d, %d and %d ns"
              .formatted(machines.size(), parties.size(), measuredNanos));
    }
  }

  /** A worker: its GPUs and the models that it has files of. */
  public record Machine(List<DeviceSpec> gpus, List<ModelSource> sources) {
    public Machine {
      gpus = List.copyOf(gpus);
      sources = List.copyOf(sources);
    }

    /** So many GPUs with {@link #PAGES} pages. */
    public static Machine of(int gpus, List<? extends ModelSource> sources) {
      return new Machine(
          Collections.nCopies(gpus, SimulatedDevice.specWithPages(PAGES)), List.copyOf(sources));
    }
  }

  /** One client and what it offers. */
  public record Party(String name, Workload workload) {}

  /** The common ground for one party. */
  public static Setting of(Machine machine, Workload workload, long warmUpNanos, long nanos) {
    return new Setting(
        List.of(machine),
        List.of(new Party("all", workload)),
        Conditions.COMMON_GROUND,
        SchedulerConfig.DEFAULT,
        warmUpNanos,
        nanos);
  }

  public int gpus() {
    return machines.stream().mapToInt(machine -> machine.gpus().size()).sum();
  }

  public Setting under(Conditions others) {
    return new Setting(machines, parties, others, config, warmUpNanos, measuredNanos);
  }

  public Setting between(List<Party> others) {
    return new Setting(machines, others, conditions, config, warmUpNanos, measuredNanos);
  }
}
