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
 * @param warmUpNanos from when the clients start; what is sent before the end of it does not count
 * @param windowNanos figures are kept for each such stretch of the measured part
 * @param withCodecs the scheduler's processor time is to hold that of its messages' codecs
 */
public record Setting(
    List<Machine> machines,
    List<Party> parties,
    Conditions conditions,
    SchedulerConfig config,
    List<Fault> faults,
    long warmUpNanos,
    long measuredNanos,
    long windowNanos,
    boolean withCodecs) {
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
    if (warmUpNanos < 0 || windowNanos <= 0 || measuredNanos < windowNanos) {
      throw new IllegalArgumentException(
          "a setting needs warmUpNanos=%d not below 0 and measuredNanos=%d of at least windowNanos=%d"
              .formatted(warmUpNanos, measuredNanos, windowNanos));
    }
    if (measuredNanos % windowNanos != 0) {
      throw new IllegalArgumentException(
          "measuredNanos=%d are no whole number of windowNanos=%d"
              .formatted(measuredNanos, windowNanos));
    }
    Attendance.misfits(faults, machines.size())
        .forEach(
            (place, reason) -> {
              throw new IllegalArgumentException("fault %d: machine %s".formatted(place, reason));
            });
  }

  /** Measured as a whole, without codecs. */
  public Setting(
      List<Machine> machines,
      List<Party> parties,
      Conditions conditions,
      SchedulerConfig config,
      List<Fault> faults,
      long warmUpNanos,
      long measuredNanos) {
    this(
        machines,
        parties,
        conditions,
        config,
        faults,
        warmUpNanos,
        measuredNanos,
        measuredNanos,
        false);
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

  /** The common ground for one party, measured as a whole. */
  public static Setting of(Machine machine, Workload workload, long warmUpNanos, long nanos) {
    return between(List.of(machine), List.of(new Party("all", workload)), warmUpNanos, nanos);
  }

  /** The same for several. */
  public static Setting between(
      List<Machine> machines, List<Party> parties, long warmUpNanos, long nanos) {
    return new Setting(
        machines,
        parties,
        Conditions.COMMON_GROUND,
        SchedulerConfig.DEFAULT,
        List.of(),
        warmUpNanos,
        nanos,
        nanos,
        false);
  }

  public int windows() {
    return Math.toIntExact(measuredNanos / windowNanos);
  }

  public Setting under(Conditions others) {
    return new Setting(
        machines,
        parties,
        others,
        config,
        faults,
        warmUpNanos,
        measuredNanos,
        windowNanos,
        withCodecs);
  }

  public Setting inWindowsOf(long nanos) {
    return new Setting(
        machines,
        parties,
        conditions,
        config,
        faults,
        warmUpNanos,
        measuredNanos,
        nanos,
        withCodecs);
  }

  public Setting timedWithCodecs() {
    return new Setting(
        machines,
        parties,
        conditions,
        config,
        faults,
        warmUpNanos,
        measuredNanos,
        windowNanos,
        true);
  }

  public Setting befallen(List<Fault> others) {
    return new Setting(
        machines,
        parties,
        conditions,
        config,
        others,
        warmUpNanos,
        measuredNanos,
        windowNanos,
        withCodecs);
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
