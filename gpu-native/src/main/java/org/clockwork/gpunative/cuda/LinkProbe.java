package org.clockwork.gpunative.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.gpunative.cuda.Stopwatch.Waiting;

/** What the driver and the link to one GPU can do at best, to compare LOAD and EXEC with. */
public final class LinkProbe implements AutoCloseable {
  private final GpuContext context;
  private final CopyLane lane;

  private LinkProbe(GpuContext context, CopyLane lane) {
    this.context = context;
    this.lane = lane;
  }

  /**
   * @param index as the driver counts
   */
  public static LinkProbe open(int index) {
    return told(
        () -> {
          GpuContext context = GpuContext.open(index);
          return new LinkProbe(context, CopyLane.open(Waiting.SLEEPING));
        });
  }

  /**
   * Copies pinned memory to the GPU, over and over the same.
   *
   * @return what the GPU took for each of the runs
   */
  public long[] copyNanos(int pages, int pageBytes, int runs) {
    return told(
        () -> {
          context.enter();
          long[] nanos = new long[runs];
          try (GrowingArea area = GrowingArea.reserve(context.index(), (long) pages * pageBytes);
              PinnedMemory host = PinnedMemory.allocate(pageBytes)) {
            area.growTo((long) pages * pageBytes);
            for (int run = 0; run < runs; run++) {
              nanos[run] =
                  lane.run(
                      stream -> {
                        for (int i = 0; i < pages; i++) {
                          stream.copyIn(area.address() + (long) i * pageBytes, host, 0, pageBytes);
                        }
                      });
            }
          }
          return nanos;
        });
  }

  /** How long single calls take this thread, the middle of some tries each, by name. */
  public Map<String, Long> callNanos(int pages, int pageBytes, int tries) {
    return told(
        () -> {
          context.enter();
          Map<String, List<Long>> all = new LinkedHashMap<>();
          for (int i = 0; i < tries; i++) {
            oneOfEach(pages, pageBytes, all);
          }
          Map<String, Long> middle = new LinkedHashMap<>();
          all.forEach(
              (name, nanos) -> middle.put(name, nanos.stream().sorted().toList().get(tries / 2)));
          return middle;
        });
  }

  private void oneOfEach(int pages, int pageBytes, Map<String, List<Long>> nanos)
      throws CudaException {
    int gpu = context.index();
    long bytes = (long) pages * pageBytes;
    Timer timer = new Timer(nanos);
    List<PhysicalMemory> memory = new ArrayList<>();
    for (int i = 0; i < pages; i++) {
      memory.add(PhysicalMemory.create(gpu, pageBytes));
    }
    timer.lap("cuMemCreate × " + pages);
    AddressRange range = AddressRange.reserve(gpu, bytes);
    timer.lap("cuMemAddressReserve");
    for (int i = 0; i < pages; i++) {
      range.map((long) i * pageBytes, memory.get(i));
    }
    timer.lap("cuMemMap × " + pages);
    range.open(0, bytes);
    timer.lap("cuMemSetAccess");
    lane.run(stream -> stream.fill(range.address(), (byte) 0, bytes));
    timer.lap("cuMemsetD8Async and waiting");
    for (int i = 0; i < pages; i++) {
      range.unmap((long) i * pageBytes, pageBytes);
    }
    timer.lap("cuMemUnmap × " + pages);
    range.close();
    timer.lap("cuMemAddressFree");
    for (PhysicalMemory page : memory) {
      page.close();
    }
    timer.lap("cuMemRelease × " + pages);
    PinnedMemory host = PinnedMemory.allocate(pageBytes);
    timer.lap("cuMemHostAlloc of a page");
    host.close();
    timer.lap("cuMemFreeHost");
    try (Stopwatch spinning = Stopwatch.create(Waiting.SPINNING)) {
      timer.lap("cuEventCreate × 2");
      spinning.begin(lane.stream());
      spinning.end(lane.stream());
      spinning.await();
      timer.lap("two events, waiting in a spin");
    }
    timer.skip();
    try (Stopwatch sleeping = Stopwatch.create(Waiting.SLEEPING)) {
      timer.skip();
      sleeping.begin(lane.stream());
      sleeping.end(lane.stream());
      sleeping.await();
      timer.lap("two events, waiting asleep");
    }
  }

  private static final class Timer {
    private final Map<String, List<Long>> nanos;
    private long begunNanos = System.nanoTime();

    Timer(Map<String, List<Long>> nanos) {
      this.nanos = nanos;
    }

    void lap(String name) {
      long nowNanos = System.nanoTime();
      nanos.computeIfAbsent(name, _ -> new ArrayList<>()).add(nowNanos - begunNanos);
      skip();
    }

    void skip() {
      begunNanos = System.nanoTime();
    }
  }

  private interface Calls<T> {
    T made() throws CudaException;
  }

  private static <T> T told(Calls<T> calls) {
    try {
      return calls.made();
    } catch (CudaException e) {
      throw new IllegalStateException("the GPU can't be probed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    told(
        () -> {
          context.enter();
          lane.close();
          context.close();
          return null;
        });
  }
}
