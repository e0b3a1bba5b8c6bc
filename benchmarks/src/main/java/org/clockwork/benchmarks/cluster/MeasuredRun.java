package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.Executor;
import org.clockwork.core.model.Profile;
import org.clockwork.core.sim.Legs;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.worker.Task;

/**
 * What a live run took beyond its profiles, read from its action log, in a form in which a
 * simulated world takes the same.
 *
 * <p>All of it is kept by the time at which it was measured, and is what it was then: a machine
 * that stands still for 5 ms delays everything under way by up to 5 ms, once. The same delays drawn
 * one by one would each hold up the messages behind it, and the simulated run would be much worse
 * than the real one.
 */
final class MeasuredRun {
  private static final int SUCCESS = 0;
  private static final int INFER = 2;

  /** A run that took nothing beyond its profiles. */
  static final MeasuredRun NONE = new MeasuredRun(0);

  /** From the controller's decision until the worker has the action. */
  private final Course actionLegs = new Course();

  /** From the end of OUTPUT until the controller acts on it: the worker's event loop is in it. */
  private final Course outcomeLegs = new Course();

  /** On an idle GPU, from the action's coming to the beginning of EXEC. */
  private final Course starting = new Course();

  /** EXEC beyond its profile. */
  private final Course longer = new Course();

  /** On a busy GPU, from one EXEC's end to the beginning of the next. */
  private final Course between = new Course();

  /** From the end of EXEC to that of OUTPUT. */
  private final Course output = new Course();

  private final long begunNanos;
  private long infers;
  private long refused;

  /** One duration over the time of the run. */
  private static final class Course {
    private final NavigableMap<Long, Long> nanosByTime = new TreeMap<>();

    void add(long time, long nanos) {
      // Clocks are known to half a round trip: some durations come out below nothing.
      nanosByTime.put(time, Math.max(0, nanos));
    }

    /** What was measured last before that time. */
    long at(long time) {
      Map.Entry<Long, Long> entry = nanosByTime.floorEntry(time);
      return entry == null ? 0 : entry.getValue();
    }

    long[] sorted() {
      return nanosByTime.values().stream().mapToLong(Long::longValue).sorted().toArray();
    }
  }

  /** One INFER, in nanoseconds since the log began, on the controller's clock. */
  private record Infer(int batch, long received, long begun, long ended, long copied) {}

  private MeasuredRun(long begunNanos) {
    this.begunNanos = begunNanos;
  }

  static MeasuredRun read(Path logs, Profile profile) throws IOException {
    List<Tsv.Row> rows = new ArrayList<>();
    Tsv.read(
        logs,
        "clockwork_action_log",
        row -> {
          if (row.number("action_type") == INFER) {
            rows.add(row);
          }
        });
    MeasuredRun run =
        new MeasuredRun(rows.stream().mapToLong(row -> row.number("t")).min().orElse(0));
    Map<String, List<Infer>> byGpu = new HashMap<>();
    for (Tsv.Row row : rows) {
      if (run.took(row)) {
        byGpu
            .computeIfAbsent(
                row.text("worker_id") + " " + row.text("gpu_id"), _ -> new ArrayList<>())
            .add(infer(row));
      }
    }
    byGpu.values().forEach(infers -> run.took(infers, profile));
    return run;
  }

  /** The way there and back, which a refused action has as well; whether it was run. */
  private boolean took(Tsv.Row row) {
    infers++;
    boolean ran = row.number("status") == SUCCESS;
    long done = row.number(ran ? "worker_copy_output_complete" : "worker_result_sent");
    long sent = row.number("t");
    actionLegs.add(sent, row.number("worker_action_received"));
    outcomeLegs.add(sent + done, row.number("controller_result_enqueue") - done);
    refused += ran ? 0 : 1;
    return ran;
  }

  private static Infer infer(Tsv.Row row) {
    long sent = row.number("t");
    long ended = sent + row.number("worker_exec_complete");
    return new Infer(
        (int) row.number("batch_size"),
        sent + row.number("worker_action_received"),
        ended - row.number("worker_exec_duration"),
        ended,
        sent + row.number("worker_copy_output_complete"));
  }

  private void took(List<Infer> infers, Profile profile) {
    infers.sort(Comparator.comparingLong(Infer::begun));
    long free = Long.MIN_VALUE;
    for (Infer infer : infers) {
      if (infer.received <= free) {
        between.add(free, infer.begun - free);
      } else {
        starting.add(infer.received, infer.begun - infer.received);
      }
      longer.add(infer.begun, infer.ended - infer.begun - profile.execNanos().get(infer.batch));
      output.add(infer.ended, infer.copied - infer.ended);
      free = infer.ended;
    }
  }

  /**
   * Both directions, for a world whose load begins at that time. What passes between gateway and
   * controller is not in the log; it takes the same bus between processes of the same machine, and
   * is taken to be as fast.
   */
  Legs legs(long loadBeginsNanos) {
    long offset = begunNanos - loadBeginsNanos;
    long longest = Math.max(longest(actionLegs), longest(outcomeLegs));
    return new Legs() {
      @Override
      public long nanos(Leg leg, long sentNanos, RandomGenerator chance) {
        return switch (leg) {
          case GATEWAY_TO_CONTROLLER,
              CONTROLLER_TO_GATEWAY,
              CONTROLLER_TO_WORKER,
              GATEWAY_TO_WORKER ->
              actionLegs.at(sentNanos + offset);
          case WORKER_TO_CONTROLLER, WORKER_TO_GATEWAY -> outcomeLegs.at(sentNanos + offset);
        };
      }

      @Override
      public long longestNanos() {
        return longest;
      }
    };
  }

  private static long longest(Course legs) {
    return legs.nanosByTime.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /**
   * What the devices' steps take beyond their profiles.
   *
   * @param now the world's time
   */
  Disturbance disturbance(long loadBeginsNanos, LongSupplier now) {
    long offset = begunNanos - loadBeginsNanos;
    return (step, _, _) -> {
      long time = now.getAsLong() + offset;
      return switch (step) {
        case LOAD -> 0;
        case INPUT -> starting.at(time);
        case EXEC -> longer.at(time);
        case OUTPUT -> output.at(time);
      };
    };
  }

  /** What the EXEC executor needs between two tasks. */
  Tap tap(long loadBeginsNanos) {
    long offset = begunNanos - loadBeginsNanos;
    return new Tap() {
      @Override
      public long freeAgainNanos(Task task, long begunNanos, long endNanos) {
        return task.executor() == Executor.EXEC
            ? endNanos + between.at(endNanos + offset)
            : endNanos;
      }
    };
  }

  /** Whether the log had anything to measure by. */
  boolean isEmpty() {
    return actionLegs.nanosByTime.isEmpty();
  }

  /** The same, for people. */
  void print() {
    System.out.printf(
        "measured in %,d INFERs, %d of them refused by the worker; µs p50 / p99 / p99.9:%n",
        infers, refused);
    row("controller to worker", actionLegs);
    row("OUTPUT's end to controller", outcomeLegs);
    row("action's coming to EXEC, GPU idle", starting);
    row("EXEC beyond its profile", longer);
    row("between two EXECs, GPU busy", between);
    row("EXEC's end to OUTPUT's", output);
  }

  private static void row(String what, Course course) {
    long[] nanos = course.sorted();
    System.out.printf(
        Locale.ROOT,
        "  %-36s %9.1f / %9.1f / %9.1f%n",
        what,
        quantile(nanos, 0.5) / 1e3,
        quantile(nanos, 0.99) / 1e3,
        quantile(nanos, 0.999) / 1e3);
  }

  private static double quantile(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)];
  }
}
