package org.clockwork.launcher.machine;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.gpunative.nvml.Gpu;
import org.clockwork.gpunative.nvml.Gpu.ComputeMode;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;
import org.clockwork.launcher.machine.Item.Subject;

/** How many GPUs there are, and how each is set. */
final class GpuChecks {
  private static final String UNTOLD = "the driver doesn't tell";

  private GpuChecks() {}

  static List<Item> of(Survey survey) {
    Subject count = new Subject("GPUs", Item.GPU_WORKER, "at least one that the driver knows");
    return switch (survey) {
      case Survey.None none ->
          List.of(
              count.warning(
                  "none: " + none.reason(),
                  "none needed: simulated and onnx devices run without; else install NVIDIA's"
                      + " driver"));
      case Survey.Unusable unusable ->
          List.of(
              count.fail(unusable.reason(), "sudo modprobe nvidia; nvidia-smi says what is wrong"));
      case Survey.Found found -> {
        List<Item> items = new ArrayList<>();
        items.add(count.ok(found.said()));
        found.gpus().forEach(gpu -> items.addAll(settings(gpu)));
        yield items;
      }
    };
  }

  private static List<Item> settings(Gpu gpu) {
    return List.of(computeMode(gpu), persistence(gpu), autoBoost(gpu), clocks(gpu));
  }

  private static Item computeMode(Gpu gpu) {
    Subject subject = subject(gpu, "compute mode", "exclusive process");
    if (gpu.computeMode().isEmpty()) {
      return subject.warning(UNTOLD, command(gpu, "-c 3"));
    }
    ComputeMode mode = gpu.computeMode().get();
    return mode == ComputeMode.EXCLUSIVE_PROCESS
        ? subject.ok(mode.words())
        : subject.fail(mode.words(), command(gpu, "-c 3"));
  }

  private static Item persistence(Gpu gpu) {
    Subject subject = subject(gpu, "persistence mode", "on");
    if (gpu.persistence().isEmpty()) {
      return subject.warning(UNTOLD, command(gpu, "-pm 1"));
    }
    return gpu.persistence().get() ? subject.ok("on") : subject.fail("off", command(gpu, "-pm 1"));
  }

  /** Optional, as published: a warning at most. Newer GPUs have none. */
  private static Item autoBoost(Gpu gpu) {
    Subject subject = subject(gpu, "auto boost", "off");
    if (gpu.autoBoost().isEmpty()) {
      return subject.ok("not there on this GPU");
    }
    return gpu.autoBoost().get()
        ? subject.warning("on", command(gpu, "--auto-boost-default=DISABLED"))
        : subject.ok("off");
  }

  /** Optional, too. */
  private static Item clocks(Gpu gpu) {
    Subject subject = subject(gpu, "clocks", "applications at the highest");
    Gpu.Clock graphics = gpu.graphics();
    Gpu.Clock memory = gpu.memory();
    if (graphics.setMegahertz().isEmpty() || graphics.maxMegahertz().isEmpty()) {
      return subject.ok(MachineReport.clocks(gpu) + "; none are set for applications");
    }
    boolean highest =
        graphics.setMegahertz().equals(graphics.maxMegahertz())
            && (memory.setMegahertz().isEmpty()
                || memory.setMegahertz().equals(memory.maxMegahertz()));
    String found = MachineReport.clocks(gpu);
    if (highest) {
      return subject.ok(found);
    }
    int graphicsMax = graphics.maxMegahertz().getAsInt();
    int memoryMax = memory.maxMegahertz().orElse(memory.setMegahertz().orElse(0));
    return subject.warning(
        found,
        "sudo nvidia-smi -i %1$d -ac %2$d,%3$d; sudo nvidia-smi -i %1$d -lgc %3$d; %4$s"
            .formatted(gpu.index(), memoryMax, graphicsMax, LOST));
  }

  private static final String LOST =
      "lost at every restart: ./clockwork profile unit prints a systemd unit that does it";

  private static Subject subject(Gpu gpu, String what, String wanted) {
    return new Subject("GPU %d %s".formatted(gpu.index(), what), Item.GPU_WORKER, wanted);
  }

  private static String command(Gpu gpu, String option) {
    return "sudo nvidia-smi -i %d %s; %s".formatted(gpu.index(), option, LOST);
  }
}
