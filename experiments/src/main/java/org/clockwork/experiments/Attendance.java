package org.clockwork.experiments;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.clockwork.experiments.Fault.Crash;
import org.clockwork.experiments.Fault.Drain;
import org.clockwork.experiments.Fault.Join;

/** Which machines are there while faults befall them, one after the other. */
public final class Attendance {
  private final int machines;

  /** Since when a machine is gone, or when it will be; for those that have gone. */
  private final Map<Integer, Long> goneNanos = new HashMap<>();

  private final Map<Integer, Fault> last = new HashMap<>();

  private Attendance(int machines) {
    this.machines = machines;
  }

  /** Which of these faults can't happen and why, by their place in the list; none where all can. */
  public static SequencedMap<Integer, String> misfits(List<Fault> faults, int machines) {
    Attendance attendance = new Attendance(machines);
    SequencedMap<Integer, String> misfits = new LinkedHashMap<>();
    IntStream.range(0, faults.size())
        .boxed()
        .sorted(Comparator.comparingLong(place -> faults.get(place).atNanos()))
        .forEach(
            place ->
                attendance
                    .misfit(faults.get(place))
                    .ifPresent(reason -> misfits.put(place, reason)));
    return misfits;
  }

  private Optional<String> misfit(Fault fault) {
    int machine = fault.machine();
    if (machine < 0 || machine >= machines) {
      return Optional.of("is %d; there are %d, counted from 0".formatted(machine, machines));
    }
    Long gone = goneNanos.get(machine);
    boolean first = last.put(machine, fault) == null;
    return switch (fault) {
      case Crash crash -> leaves(crash, crash.atNanos(), gone);
      case Drain drain -> leaves(drain, drain.atNanos() + drain.graceNanos(), gone);
      case Join join -> {
        if (!first && gone == null) {
          yield Optional.of("%d is there already at %s".formatted(machine, seconds(join)));
        }
        if (gone != null && gone >= join.atNanos()) {
          yield Optional.of(
              "%d can't join at %s; it is gone only after %s"
                  .formatted(machine, seconds(join), seconds(gone)));
        }
        goneNanos.remove(machine);
        yield Optional.empty();
      }
    };
  }

  private Optional<String> leaves(Fault fault, long untilNanos, Long gone) {
    if (gone != null) {
      return Optional.of(
          "%d is not there at %s, or about to go".formatted(fault.machine(), seconds(fault)));
    }
    goneNanos.put(fault.machine(), untilNanos);
    return Optional.empty();
  }

  private static String seconds(Fault fault) {
    return seconds(fault.atNanos());
  }

  private static String seconds(long nanos) {
    return "%.3f s".formatted(nanos / 1e9);
  }
}
