package org.clockwork.experiments.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.experiments.Attendance;
import org.clockwork.experiments.Fault;

/** The key {@code faults}: what happens to workers, and when. */
final class FaultFields {
  private static final double GRACE_MILLIS = 1_000;
  private static final double GRACE_MILLIS_MAX = 3_600_000;

  private FaultFields() {}

  private enum Kind {
    CRASH,
    JOIN,
    DRAIN
  }

  static List<Fault> read(JsonFields fields, int machines) {
    List<JsonFields> objects = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    for (JsonFields object : fields.objects("faults").orElse(List.of())) {
      fault(object)
          .ifPresent(
              fault -> {
                objects.add(object);
                faults.add(fault);
              });
    }
    if (machines > 0) {
      Attendance.misfits(faults, machines)
          .forEach((place, reason) -> objects.get(place).refuse("worker", reason));
    }
    return faults;
  }

  private static Optional<Fault> fault(JsonFields fields) {
    fields.require("at_s");
    fields.require("worker");
    fields.require("what");
    Optional<Long> at =
        fields.decimal("at_s", 0, ScenarioFile.DAY_SECONDS).map(ScenarioFile::nanos);
    Optional<Integer> worker = fields.integer("worker", 0, Integer.MAX_VALUE).map(Math::toIntExact);
    Optional<Kind> kind = fields.word("what", Kind.class);
    long graceNanos =
        fields
            .millisAsNanos("grace_ms", 0, GRACE_MILLIS_MAX)
            .orElse(Math.round(GRACE_MILLIS * 1e6));
    if (fields.has("grace_ms") && kind.isPresent() && kind.get() != Kind.DRAIN) {
      fields.refuse("grace_ms", "is for 'drain' alone");
    }
    fields.refuseOthers();
    return at.isEmpty() || worker.isEmpty()
        ? Optional.empty()
        : kind.map(
            what ->
                switch (what) {
                  case CRASH -> new Fault.Crash(worker.get(), at.get());
                  case JOIN -> new Fault.Join(worker.get(), at.get());
                  case DRAIN -> new Fault.Drain(worker.get(), at.get(), graceNanos);
                });
  }
}
