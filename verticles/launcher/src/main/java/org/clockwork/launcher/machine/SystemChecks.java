package org.clockwork.launcher.machine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clockwork.launcher.machine.Item.Subject;

/** What the kernel and the environment of the process say. */
final class SystemChecks {
  private static final String CACHE = "CUDA_CACHE_DISABLE";
  private static final String JIT = "CUDA_FORCE_PTX_JIT";

  private static final long MAPS = 10_000_000;
  private static final String PERFORMANCE = "performance";

  private SystemChecks() {}

  /** CUDA's two variables. */
  static List<Item> environment(Machine machine) {
    return List.of(cudaCache(machine.environment()), ptxJit(machine.environment()));
  }

  /** Of the kernel. */
  static List<Item> kernel(Machine machine) {
    return List.of(memoryMaps(machine.root()), governor(machine.root()));
  }

  private static Item cudaCache(Map<String, String> environment) {
    Subject subject = new Subject("CUDA cache", Item.GPU_WORKER, CACHE + "=1");
    return environment.getOrDefault(CACHE, "").strip().equals("1")
        ? subject.ok("disabled by %s=1".formatted(CACHE))
        : subject.fail(said(environment, CACHE), "export %s=1".formatted(CACHE));
  }

  private static Item ptxJit(Map<String, String> environment) {
    Subject subject = new Subject("PTX JIT", Item.GPU_WORKER, JIT + " not set, or 0");
    String value = environment.getOrDefault(JIT, "").strip();
    return value.isEmpty() || value.equals("0")
        ? subject.ok("not forced")
        : subject.fail("forced: " + said(environment, JIT), "unset " + JIT);
  }

  private static String said(Map<String, String> environment, String name) {
    return environment.containsKey(name)
        ? "%s is '%s'".formatted(name, environment.get(name))
        : name + " is not set";
  }

  private static Item memoryMaps(Path root) {
    Subject subject =
        new Subject("memory maps", Item.GPU_WORKER, "vm.max_map_count of at least " + MAPS);
    String told = text(root.resolve("proc/sys/vm/max_map_count"));
    if (!told.matches("\\d{1,18}")) {
      return subject.warning(
          "/proc/sys/vm/max_map_count doesn't tell", "none: only Linux has the limit");
    }
    String found = "vm.max_map_count is " + told;
    return Long.parseLong(told) >= MAPS
        ? subject.ok(found)
        : subject.fail(
            found,
            "sudo sysctl -w vm.max_map_count=%1$d; to keep it: echo vm.max_map_count=%1$d | sudo tee /etc/sysctl.d/90-clockwork.conf"
                .formatted(MAPS));
  }

  private static Item governor(Path root) {
    Subject subject = new Subject("CPU governor", Item.EVERY_ROLE, PERFORMANCE + " on all cores");
    Map<String, Long> cores =
        governors(root).stream()
            .collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting()));
    if (cores.isEmpty()) {
      return subject.warning(
          "not told: this kernel doesn't set the clock of its cores",
          "none here; on a virtual machine its host decides");
    }
    String found =
        cores.entrySet().stream()
            .map(each -> "%s on %d core(s)".formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining(", "));
    return cores.keySet().equals(Set.of(PERFORMANCE))
        ? subject.ok(found)
        : subject.fail(
            found,
            "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
  }

  private static List<String> governors(Path root) {
    List<Path> cores = new ArrayList<>();
    try (Stream<Path> all = Files.list(root.resolve("sys/devices/system/cpu"))) {
      all.filter(core -> core.getFileName().toString().matches("cpu\\d+")).forEach(cores::add);
    } catch (IOException e) {
      return List.of();
    }
    return cores.stream()
        .map(core -> text(core.resolve("cpufreq/scaling_governor")))
        .filter(governor -> !governor.isEmpty())
        .toList();
  }

  /**
   * Empty where there is no such file, or it may not be read. In large pieces: a number below /proc
   * is there for the first read alone, and {@link Files#readString} begins with one byte.
   */
  static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      in.transferTo(bytes);
      return bytes.toString(StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
