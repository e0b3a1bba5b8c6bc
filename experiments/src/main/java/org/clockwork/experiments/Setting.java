package org.clockwork.experiments;

import java.util.Collections;
import java.util.Comparator;
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
 * @param faults what befalls machines, in any order
 */
public record Setting(
    List<Machine> machines,
    List<Party> parties,
    Conditions conditions,
    SchedulerConfig config,
    List<Fault> faults,
    Measurement measurement) {
  /** Pages of the published machines' GPUs: 21.5 GiB of weights. */
  public static final int PAGES = 1_376;

  public Setting {
    machines = List.copyOf(machines);
    parties = List.copyOf(parties);
    faults = List.copyOf(faults);
    if (machines.isEmpty() || parties.isEmpty()) {
      throw new IllegalArgumentException(
          "a setting needs a machine and a party, got %d and %d"
              .formatted(machines.size(), parties.size()));
    }
    Attendance.misfits(faults, machines.size())
        .forEach(
            (place, reason) -> {
              throw new IllegalArgumentException("fault %d: machine %s".formatted(place, reason));
            });
  }

  /** The common ground, without faults. */
  public Setting(List<Machine> machines, List<Party> parties, Measurement measurement) {
    this(
        machines,
        parties,
        Conditions.COMMON_GROUND,
        SchedulerConfig.DEFAULT,
        List.of(),
        measurement);
  }

  /** The same for one machine and one party. */
  public Setting(Machine machine, Workload workload, Measurement measurement) {
    this(List.of(machine), List.of(new Party("all", workload)), measurement);
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

  public Setting under(Conditions others) {
    return new Setting(machines, parties, others, config, faults, measurement);
  }

  public Setting measured(Measurement otherwise) {
    return new Setting(machines, parties, conditions, config, faults, otherwise);
  }

  public int gpus() {
    return machines.stream().mapToInt(machine -> machine.gpus().size()).sum();
  }

  /** Whether a machine is there from the beginning. */
  public boolean beginsWith(int machine) {
    return faults.stream()
        .filter(fault -> fault.machine() == machine)
        .min(Comparator.comparingLong(Fault::atNanos))
        .filter(Fault.Join.class::isInstance)
        .isEmpty();
  }
}
