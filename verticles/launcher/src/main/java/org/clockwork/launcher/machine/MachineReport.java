package org.clockwork.launcher.machine;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.gpunative.nvml.Gpu;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;

/** What a machine is and how its items are, for people and for programs. */
public final class MachineReport {
  private static final Pattern TOTAL_MEMORY =
      Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB", Pattern.MULTILINE);
  private static final Pattern PROCESSOR = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");

  private MachineReport() {}

  /** What the machine is; nothing here is good or bad. */
  public static Map<String, String> machine(Machine machine, Survey survey) {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("host", text(machine, "proc/sys/kernel/hostname"));
    told.put(
        "system",
        "%s %s %s"
            .formatted(
                text(machine, "proc/sys/kernel/ostype"),
                text(machine, "proc/sys/kernel/osrelease"),
                System.getProperty("os.arch"))
            .strip());
    told.put(
        "processor",
        "%s, %d core(s) for this process"
            .formatted(
                first(PROCESSOR, text(machine, "proc/cpuinfo"), System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors()));
    told.put("memory", memory(text(machine, "proc/meminfo")));
    told.put("Java", "%s in %s".formatted(machine.jvm().version(), machine.jvm().home()));
    told.put("heap", gigabytes(Runtime.getRuntime().maxMemory()) + " at most");
    told.put("settings", machine.conf().toString());
    switch (survey) {
      case Survey.None none ->
          told.put(
              "GPUs", "none: %s; simulated and onnx devices need none".formatted(none.reason()));
      case Survey.Unusable unusable -> told.put("GPUs", "can't be used: " + unusable.reason());
      case Survey.Found found -> {
        told.put("GPUs", found.said());
        found.gpus().forEach(gpu -> told.put("GPU " + gpu.index(), said(gpu)));
      }
    }
    return told;
  }

  private static String text(Machine machine, String path) {
    return SystemChecks.text(machine.root().resolve(path));
  }

  private static String memory(String meminfo) {
    String kilobytes = first(TOTAL_MEMORY, meminfo, "");
    return kilobytes.isEmpty() ? "not told" : gigabytes(Long.parseLong(kilobytes) << 10);
  }

  private static String first(Pattern pattern, String text, String otherwise) {
    Matcher found = pattern.matcher(text);
    return found.find() ? found.group(1).strip() : otherwise;
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30));
  }

  private static String said(Gpu gpu) {
    return "%s, %s, compute mode %s, persistence %s, %s"
        .formatted(
            gpu.name(),
            gigabytes(gpu.memoryBytes()),
            gpu.computeMode().map(Gpu.ComputeMode::words).orElse("not told"),
            gpu.persistence().map(on -> on ? "on" : "off").orElse("not told"),
            clocks(gpu));
  }

  /** {@code graphics 1230 MHz of 1380 (now 135), memory 877 MHz of 877 (now 877)}. */
  static String clocks(Gpu gpu) {
    return "graphics %s, memory %s".formatted(clock(gpu.graphics()), clock(gpu.memory()));
  }

  private static String clock(Gpu.Clock clock) {
    return "%s MHz of %s (now %s)"
        .formatted(
            said(clock.setMegahertz()), said(clock.maxMegahertz()), said(clock.nowMegahertz()));
  }

  private static String said(OptionalInt megahertz) {
    return megahertz.isPresent() ? Integer.toString(megahertz.getAsInt()) : "?";
  }

  /** A line for each property. */
  public static String text(Map<String, String> machine) {
    StringBuilder text = new StringBuilder();
    machine.forEach((name, value) -> text.append("%-10s  %s%n".formatted(name, value)));
    return text.toString();
  }

  /** A line for each item, one more where something can be mended, and the counts. */
  public static String text(List<Item> items) {
    StringBuilder text = new StringBuilder();
    for (Item item : items) {
      text.append(
          "%s %s (%s): %s".formatted(item.level().sign(), item.name(), item.role(), item.found()));
      if (item.level() == Level.OK) {
        text.append(System.lineSeparator());
      } else {
        text.append("; wanted: %s%n    mend: %s%n".formatted(item.wanted(), item.remedy()));
      }
    }
    return text.append(
            "%d items: %d %s, %d %s, %d %s%n"
                .formatted(
                    items.size(),
                    count(items, Level.OK),
                    Level.OK.sign(),
                    count(items, Level.WARNING),
                    Level.WARNING.sign(),
                    count(items, Level.FAIL),
                    Level.FAIL.sign()))
        .toString();
  }

  public static long count(List<Item> items, Level level) {
    return items.stream().filter(item -> item.level() == level).count();
  }

  public static JsonObject json(Map<String, String> machine) {
    JsonObject properties = new JsonObject();
    machine.forEach(properties::put);
    return new JsonObject().put("machine", properties);
  }

  public static JsonObject json(List<Item> items) {
    JsonArray array = new JsonArray();
    for (Item item : items) {
      array.add(
          new JsonObject()
              .put("name", item.name())
              .put("role", item.role())
              .put("level", item.level().word())
              .put("found", item.found())
              .put("wanted", item.wanted())
              .put("remedy", item.remedy()));
    }
    return new JsonObject().put("items", array);
  }
}
