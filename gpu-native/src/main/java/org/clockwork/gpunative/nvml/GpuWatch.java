package org.clockwork.gpunative.nvml;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches one GPU while it is used, on a thread of its own: the clock that it runs at, and whether
 * it is still to be trusted. Of a driver that tells nothing nothing is known, which is no fault.
 */
public final class GpuWatch implements AutoCloseable {
  /** Between two looks at the clock: often enough to see it sink, too seldom to cost anything. */
  private static final int CLOCK_MILLIS = 100;

  /** Looks at the clock between two at temperature and memory errors: a second. */
  private static final int CLOCKS_PER_HEALTH = 10;

  /** Seconds at or above the temperature at which a GPU slows itself down; shorter is a spike. */
  private static final int HOT_SECONDS = 3;

  /** Faults of one process' own making, whichever it was: they say nothing about the GPU. */
  private static final Set<Long> OF_PROCESSES = Set.of(13L, 31L, 43L, 45L, 68L, 69L);

  private final String library;
  private final String busId;
  private final Consumer<String> fault;
  private final Thread thread;
  private volatile boolean closed;
  private volatile int megahertz;
  private int hotSeconds;
  private OptionalLong errorsBefore = OptionalLong.empty();

  private GpuWatch(String library, String busId, Consumer<String> fault, String name) {
    this.library = library;
    this.busId = busId;
    this.fault = fault;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::watch);
  }

  /**
   * Begins to watch.
   *
   * @param busId of the GPU, as the CUDA driver writes it
   * @param fault told, on the watching thread, why the GPU is not to be used any more
   */
  public static GpuWatch begin(int gpu, String busId, Consumer<String> fault) {
    GpuWatch watch = new GpuWatch(Nvml.LIBRARY, busId, fault, "gpu" + gpu + "-watch");
    watch.thread.start();
    return watch;
  }

  /** What the GPU ran at a moment ago; 0 where its driver doesn't tell. */
  public int megahertz() {
    return megahertz;
  }

  @SuppressWarnings("restricted")
  private void watch() {
    try (Arena arena = Arena.ofConfined()) {
      NvmlCalls nvml = new NvmlCalls(SymbolLookup.libraryLookup(library, arena), arena);
      nvml.call("nvmlInit_v2");
      try {
        watch(nvml.deviceAt(busId));
      } finally {
        nvml.shutdown();
      }
    } catch (IllegalArgumentException e) {
      // No NVML beside the driver: the GPU is used without.
      megahertz = 0;
    } catch (NvmlException e) {
      fault.accept("it can't be watched any more: " + e.getMessage());
    }
  }

  private void watch(NvmlCalls.Device device) throws NvmlException {
    Optional<NvmlCalls.Events> faults = device.faults();
    errorsBefore = device.uncorrectedErrors();
    for (int look = 0; !closed; look++) {
      megahertz = device.figure("nvmlDeviceGetClockInfo", NvmlCalls.GRAPHICS_CLOCK).orElse(0);
      if (look % CLOCKS_PER_HEALTH == 0) {
        lookAtHealth(device);
      }
      if (faults.isPresent()) {
        faults.get().await(CLOCK_MILLIS).ifPresent(this::report);
      } else {
        pause();
      }
    }
    faults.ifPresent(NvmlCalls.Events::free);
  }

  private void pause() {
    try {
      Thread.sleep(CLOCK_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void report(long xid) {
    if (!OF_PROCESSES.contains(xid)) {
      fault.accept(
          "the driver reports fault Xid %d (docs.nvidia.com/deploy/xid-errors says what it means)"
              .formatted(xid));
    }
  }

  private void lookAtHealth(NvmlCalls.Device device) throws NvmlException {
    OptionalInt celsius = device.figure("nvmlDeviceGetTemperature", NvmlCalls.TEMPERATURE_OF_GPU);
    OptionalInt slowdown =
        device.figure("nvmlDeviceGetTemperatureThreshold", NvmlCalls.SLOWDOWN_TEMPERATURE);
    boolean hot =
        celsius.isPresent() && slowdown.isPresent() && celsius.getAsInt() >= slowdown.getAsInt();
    hotSeconds = hot ? hotSeconds + 1 : 0;
    if (hotSeconds == HOT_SECONDS) {
      fault.accept(
          "it has had %d °C for %d s and slows itself down at %d °C: see to its cooling"
              .formatted(celsius.getAsInt(), HOT_SECONDS, slowdown.getAsInt()));
    }
    OptionalLong errors = device.uncorrectedErrors();
    if (errors.isPresent()
        && errorsBefore.isPresent()
        && errors.getAsLong() > errorsBefore.getAsLong()) {
      fault.accept(
          "its memory had %d errors that could not be corrected"
              .formatted(errors.getAsLong() - errorsBefore.getAsLong()));
      errorsBefore = errors;
    }
  }

  /** Stops watching; returns once the library is not used any more. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
