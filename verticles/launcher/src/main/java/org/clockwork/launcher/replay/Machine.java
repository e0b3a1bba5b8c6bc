package org.clockwork.launcher.replay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.worker.Announcement;

/** One worker of a recording, from its coming to its going. */
final class Machine {
  private final WorkerId worker;
  private final NodeId node;
  private final long joinedNanos;
  private final List<DeviceSpec> gpus;
  private final Map<String, Announcement.Source> sources = new LinkedHashMap<>();
  private OptionalLong retiredNanos = OptionalLong.empty();
  private OptionalLong leftNanos = OptionalLong.empty();
  private long heardNanos;
  private long unanswered;

  Machine(Announcement announcement, long joinedNanos) {
    this.worker = announcement.worker();
    this.node = announcement.node();
    this.gpus = announcement.gpus();
    this.joinedNanos = joinedNanos;
    this.heardNanos = joinedNanos;
  }

  /** It was told to do something. */
  void told() {
    unanswered++;
  }

  /** It said what became of that. */
  void answered(long nanos) {
    unanswered--;
    heardNanos = nanos;
  }

  /** Says anew what it could serve. */
  void announced(Announcement announcement) {
    announcement.hosted().stream()
        .map(hosted -> new Announcement.Source(hosted.spec().source(), 0, false))
        .forEach(source -> sources.putIfAbsent(source.name(), source));
    announcement.sources().forEach(source -> sources.put(source.name(), source));
  }

  void retires(long nanos) {
    if (retiredNanos.isEmpty()) {
      retiredNanos = OptionalLong.of(nanos);
    }
  }

  void left(long nanos) {
    leftNanos = OptionalLong.of(nanos);
  }

  /**
   * When it died, where it did not shut down: one that owed something when it was missed had been
   * silent since it last said anything.
   */
  OptionalLong diedNanos() {
    return unanswered > 0 && leftNanos.isPresent() ? OptionalLong.of(heardNanos) : leftNanos;
  }

  boolean is(Announcement announcement) {
    return announcement.node().equals(node) && announcement.gpus().equals(gpus);
  }

  WorkerId worker() {
    return worker;
  }

  long joinedNanos() {
    return joinedNanos;
  }

  OptionalLong retiredNanos() {
    return retiredNanos;
  }

  OptionalLong leftNanos() {
    return leftNanos;
  }

  List<DeviceSpec> gpus() {
    return gpus;
  }

  Iterable<Announcement.Source> sources() {
    return sources.values();
  }
}
