package org.clockwork.launcher.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.launcher.machine.Item.Subject;

/** Open files, locked memory and real-time priority. */
final class LimitChecks {
  /** As published: 1,024 are too few, 16k will do. */
  private static final long OPEN_FILES = 65_535;

  private static final long FEW_OPEN_FILES = 16_384;

  /** A number, since pam_limits refuses a login whose nofile is beyond the kernel's bound. */
  private static final String OPEN_FILES_SET = "1048576";

  /** No priority is higher, so this is as good as no limit. */
  private static final long HIGHEST_PRIORITY = 99;

  private final Limits limits;
  private final LimitSettings settings;
  private final String user;

  private LimitChecks(Machine machine) {
    this.limits = Limits.read(machine.root());
    this.settings = new LimitSettings(machine.root());
    this.user = machine.user();
  }

  static List<Item> of(Machine machine) {
    LimitChecks checks = new LimitChecks(machine);
    return List.of(checks.openFiles(), checks.lockedMemory(), checks.priority());
  }

  private Item openFiles() {
    Subject subject =
        new Subject(
            "open files", Item.EVERY_ROLE, "RLIMIT_NOFILE of at least %d".formatted(OPEN_FILES));
    Optional<Long> limit = limits.of("Max open files");
    if (limit.isEmpty()) {
      return untold(subject);
    }
    String found = "RLIMIT_NOFILE is " + Limits.said(limit.get());
    if (limit.get() >= OPEN_FILES) {
      return subject.ok(found);
    }
    String remedy = remedy("nofile", OPEN_FILES_SET, OPEN_FILES) + systemd();
    return limit.get() >= FEW_OPEN_FILES
        ? subject.warning(found, remedy)
        : subject.fail(found, remedy);
  }

  private Item lockedMemory() {
    Subject subject =
        new Subject("locked memory", Item.GPU_WORKER, "RLIMIT_MEMLOCK without a limit");
    return unlimited(subject, "RLIMIT_MEMLOCK", "Max locked memory", "memlock", Limits.UNLIMITED);
  }

  private Item priority() {
    Subject subject =
        new Subject("real-time priority", Item.GPU_WORKER, "RLIMIT_RTPRIO without a limit");
    return unlimited(subject, "RLIMIT_RTPRIO", "Max realtime priority", "rtprio", HIGHEST_PRIORITY);
  }

  private Item unlimited(Subject subject, String name, String row, String item, long enough) {
    Optional<Long> limit = limits.of(row);
    if (limit.isEmpty()) {
      return untold(subject);
    }
    String found = name + " is " + Limits.said(limit.get());
    return limit.get() >= enough
        ? subject.ok(found)
        : subject.fail(found, remedy(item, "unlimited", enough));
  }

  private static Item untold(Subject subject) {
    return subject.warning("/proc/self/limits doesn't tell", "none: only Linux tells");
  }

  /** By name, since a line for everybody, {@code *}, doesn't count for root. */
  private String remedy(String item, String value, long wanted) {
    List<String> steps = new ArrayList<>();
    for (String place : settings.lower(item, wanted)) {
      steps.add("remove the lower %s in %s".formatted(item, place));
    }
    steps.add(
        "echo '%s - %s %s' | sudo tee -a /etc/security/limits.d/zz-clockwork.conf"
            .formatted(user, item, value));
    steps.add("log in again");
    return String.join("; ", steps);
  }

  /** What systemd starts doesn't go by the files of pam_limits. */
  private String systemd() {
    if (!settings.systemd()) {
      return "";
    }
    StringBuilder remedy = new StringBuilder("; for what systemd starts: ");
    for (String place : settings.lowerOfSystemd(OPEN_FILES)) {
      remedy.append("remove the lower DefaultLimitNOFILE in ").append(place).append("; ");
    }
    return remedy
        .append("printf '[Manager]\\nDefaultLimitNOFILE=%s\\n'".formatted(OPEN_FILES_SET))
        .append(" | sudo install -D /dev/stdin /etc/systemd/system.conf.d/clockwork.conf")
        .append(" (and user.conf.d); restart")
        .toString();
  }
}
