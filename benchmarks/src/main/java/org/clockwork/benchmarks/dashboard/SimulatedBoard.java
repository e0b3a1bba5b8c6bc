package org.clockwork.benchmarks.dashboard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.clockwork.controller.ModelNames;
import org.clockwork.controller.board.Board;
import org.clockwork.controller.metrics.SchedulerMetrics;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.sim.World;
import org.clockwork.core.telemetry.SpanCounts;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workload;

/**
 * The board of a cluster in virtual time: the production scheduler and the production board, with
 * as many devices and models as nobody has at hand. What it tells is what a browser of the real
 * thing would be sent, line by line.
 *
 * @param devices each of a worker of its own
 * @param perSecond requests; nine of ten go to a tenth of the models
 */
public record SimulatedBoard(int devices, int models, double perSecond) {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long SLO_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int WATCHED = 12;
  private static final double HOT_SHARE = 0.9;
  private static final GatewayId CLIENT = new GatewayId("G0");

  /** A cluster that fills the board, so that it scrolls: some 9 GiB of pages for each device. */
  private static final int PAGES = 560;

  /**
   * Plays it and hands out the stream that was watched meanwhile. Near its end a worker crashes.
   *
   * @param lines takes each frame, the first of which is whole
   * @return processor time that the board took to listen and to make frames, in nanoseconds
   */
  public long record(double seconds, Consumer<String> lines) {
    long runNanos = SETTLED_NANOS + Math.round(seconds * 1e9);
    Watched watched = new Watched();
    World world =
        new World(
            1,
            Conditions.COMMON_GROUND,
            SchedulerConfig.DEFAULT,
            Policies.named(Policies.DEFAULT),
            watched,
            Tap.UNTOUCHED);
    List<ModelSource> zoo = List.copyOf(Zoo.models());
    for (int device = 0; device < devices; device++) {
      world.startWorker(
          new WorkerId("W" + device), List.of(SimulatedDevice.specWithPages(PAGES)), zoo);
    }
    world.runUntil(PERIOD_NANOS);
    world.startClient(CLIENT, workload(), new Measured(0, runNanos), 1);
    for (long frame = SETTLED_NANOS / PERIOD_NANOS; frame * PERIOD_NANOS < runNanos; frame++) {
      long nanos = frame * PERIOD_NANOS;
      world.at(nanos, () -> lines.accept(watched.frame(nanos)));
    }
    world.at(runNanos - SETTLED_NANOS / 2, () -> world.crash(new WorkerId("W" + (devices - 1))));
    world.at(SETTLED_NANOS - PERIOD_NANOS, watched::begin);
    world.runUntil(runNanos);
    return watched.boardNanos;
  }

  private Workload workload() {
    List<Workload.Copies> copies = new ArrayList<>();
    int kinds = Math.min(models, Zoo.models().size());
    for (int kind = 0; kind < kinds; kind++) {
      int count = models / kinds + (kind < models % kinds ? 1 : 0);
      copies.add(new Workload.Copies(Zoo.models().get(kind).name(), count));
    }
    List<String> all =
        copies.stream().map(Workload.Copies::names).flatMap(Collection::stream).toList();
    List<String> hot =
        IntStream.range(0, Math.max(1, models / 10))
            .mapToObj(i -> all.get(i * 10 % models))
            .toList();
    return new Workload(
        "dashboard", copies, List.of(stream(hot, HOT_SHARE), stream(all, 1 - HOT_SHARE)));
  }

  private Workload.Stream stream(List<String> names, double share) {
    return new Workload.Stream(
        names,
        new Workload.Spread.Drawn(),
        new ArrivalProcess.Poisson(Course.constant(share * perSecond)),
        new Workload.Aim.Same(Objective.ofNanos(SLO_NANOS)),
        Request.DEFAULT_TENANT);
  }

  /**
   * Tells the board what a controller would, in the same order. What happens between two frames is
   * told at the second one, so that the time it takes can be measured apart from the world's.
   */
  private static final class Watched implements Witness {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final ModelNames names = new ModelNames();
    private final SchedulerMetrics metrics =
        new SchedulerMetrics(names, () -> 0, () -> SpanCounts.NONE);
    private final Board board = new Board(metrics.pages(), names, 0);
    private final List<Telemetry> heard = new ArrayList<>();
    private boolean begun;
    private long boardNanos;

    @Override
    public void joined(Announcement announcement, long now) {
      metrics.joined(announcement);
    }

    @Override
    public void left(WorkerId worker, long now) {
      metrics.left(worker);
    }

    @Override
    public void published(ModelStatus status, long now) {
      names.changed(status);
    }

    @Override
    public void telemetry(Telemetry event) {
      metrics.accept(event);
      heard.add(event);
    }

    void begin() {
      heard.clear();
      board.watch(
          IntStream.range(0, WATCHED)
              .mapToObj(device -> new GpuId(new WorkerId("W" + device), 0))
              .collect(Collectors.toUnmodifiableSet()));
    }

    String frame(long nanos) {
      boolean whole = !begun;
      begun = true;
      long begunNanos = threads.getCurrentThreadCpuTime();
      heard.forEach(board);
      String frame = board.frame(nanos, whole).encode();
      boardNanos += threads.getCurrentThreadCpuTime() - begunNanos;
      heard.clear();
      return frame;
    }
  }
}
