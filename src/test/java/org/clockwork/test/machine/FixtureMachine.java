package org.clockwork.test.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.clockwork.gpunative.nvml.Gpu;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;
import org.clockwork.launcher.machine.Checks;
import org.clockwork.launcher.machine.Item;
import org.clockwork.launcher.machine.Machine;

/**
 * A machine made of files in a folder, set as Clockwork wants it until a test changes something.
 */
final class FixtureMachine {
  static final Gpu.Clock HIGHEST = clock(1380);

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final Set<Path> unreadable = new HashSet<>();
  private final Set<Path> unwritable = new HashSet<>();
  private final List<String> flags = new ArrayList<>(List.of("-XX:+UseZGC", "-Xmx2g"));
  private int java = 25;
  private Survey survey = new Survey.Found("550.54.15", 12040, List.of(gpu(0)));

  FixtureMachine(Path root) {
    this.root = root;
    limits("1048576", "unlimited", "unlimited");
    write("proc/sys/vm/max_map_count", "10000000\n");
    write("proc/sys/kernel/hostname", "volta01\n");
    write("proc/sys/kernel/ostype", "Linux\n");
    write("proc/sys/kernel/osrelease", "6.1.0\n");
    write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Xeon E5-2698\nprocessor\t: 1\n");
    write("proc/meminfo", "MemTotal:       264000000 kB\nMemFree:  1 kB\n");
    governor(0, "performance");
    governor(1, "performance");
    write("conf/worker.json", "{}");
    write("conf/jvm.options", "# Short pauses.\n-XX:+UseZGC\n\n-Xmx2g\n");
    environment("CUDA_CACHE_DISABLE", "1");
    environment("CLOCKWORK_MODEL_DIR", folder("models").toString());
    environment("CLOCKWORK_LOG_DIR", folder("logs").toString());
    write("models/resnet/model.measurements", "weights = 8310000L; b1 = 2730000L;");
  }

  static Gpu gpu(int index) {
    return new Gpu(
        index,
        "Tesla V100",
        32L << 30,
        Optional.of(Gpu.ComputeMode.EXCLUSIVE_PROCESS),
        Optional.of(true),
        Optional.of(false),
        HIGHEST,
        clock(877));
  }

  static Gpu.Clock clock(int megahertz) {
    OptionalInt clock = OptionalInt.of(megahertz);
    return new Gpu.Clock(clock, clock, clock);
  }

  FixtureMachine limits(String openFiles, String memlock, String rtprio) {
    return write(
        "proc/self/limits",
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            %-20s 1048576              files
        Max locked memory         %-20s unlimited            bytes
        Max realtime priority     %-20s 99
        """
            .formatted(openFiles, memlock, rtprio));
  }

  FixtureMachine governor(int core, String governor) {
    return write(
        "sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor".formatted(core), governor + "\n");
  }

  FixtureMachine write(String file, String text) {
    try {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FixtureMachine without(String file) {
    try {
      Files.delete(root.resolve(file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder(String name) {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FixtureMachine environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  FixtureMachine unset(String name) {
    environment.remove(name);
    return this;
  }

  FixtureMachine unreadable(String file) {
    unreadable.add(root.resolve(file));
    return this;
  }

  FixtureMachine unwritable(String file) {
    unwritable.add(root.resolve(file));
    return this;
  }

  FixtureMachine flags(String... given) {
    flags.clear();
    flags.addAll(List.of(given));
    return this;
  }

  FixtureMachine java(int feature) {
    java = feature;
    return this;
  }

  FixtureMachine gpus(Gpu... gpus) {
    return survey(new Survey.Found("550.54.15", 12040, List.of(gpus)));
  }

  FixtureMachine survey(Survey other) {
    survey = other;
    return this;
  }

  Machine machine() {
    Survey told = survey;
    return new Machine(
        root,
        environment,
        "ann",
        root.resolve("conf"),
        new Machine.Jvm(java, java + ".0.1", Path.of("/opt/jdk"), flags),
        () -> told,
        new Machine.Access() {
          @Override
          public boolean reads(Path path) {
            return !unreadable.contains(path);
          }

          @Override
          public boolean writes(Path path) {
            return !unwritable.contains(path);
          }
        });
  }

  List<Item> items() {
    return Checks.of(machine(), survey);
  }

  /** The item of that name, of which there is one. */
  Item item(String name) {
    List<Item> found = items().stream().filter(item -> item.name().equals(name)).toList();
    if (found.size() != 1) {
      throw new AssertionError("not one item '%s' in %s".formatted(name, items()));
    }
    return found.getFirst();
  }
}
