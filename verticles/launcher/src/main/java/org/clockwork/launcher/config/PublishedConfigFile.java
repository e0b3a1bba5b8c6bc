package org.clockwork.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.clockwork.codecs.json.Problem;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.launcher.config.Libconfig.Setting;
import org.clockwork.launcher.config.Libconfig.Value;

/**
 * The configuration file of a published worker, {@code default.cfg}, which {@code
 * CLOCKWORK_CONFIG_FILE} names: what of it means something here.
 *
 * @param weightsCacheBytes of each GPU
 * @param unused settings that mean nothing here
 */
public record PublishedConfigFile(OptionalLong weightsCacheBytes, List<String> unused) {
  /** The variable that names the file. */
  public static final String VARIABLE = "CLOCKWORK_CONFIG_FILE";

  private static final long CACHE_BYTES_MAX = 1L << 44;

  public PublishedConfigFile {
    unused = List.copyOf(unused);
  }

  /**
   * @throws ConfigurationException it can't be read, is malformed or asks for what can't be
   */
  public static PublishedConfigFile read(Path file) throws ConfigurationException {
    List<String> problems = new ArrayList<>();
    List<String> unused = new ArrayList<>();
    OptionalLong cacheBytes = OptionalLong.empty();
    for (Setting setting : settings(file)) {
      switch (setting.name()) {
        case "weights_cache_size" -> {
          if (isCacheSize(setting.value())) {
            cacheBytes = OptionalLong.of(((Value.Whole) setting.value()).number());
          } else {
            problems.add(
                complaint(
                    file,
                    setting,
                    "a whole number of bytes from %d (one page) to %d"
                        .formatted(DeviceSpec.PAGE_BYTES, CACHE_BYTES_MAX)));
          }
        }
        case "weights_cache_page_size" -> {
          if (!setting.value().equals(new Value.Whole(DeviceSpec.PAGE_BYTES))) {
            problems.add(
                complaint(file, setting, DeviceSpec.PAGE_BYTES + ": pages have one size here"));
          }
        }
        default -> unused.add(setting.name());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new PublishedConfigFile(cacheBytes, unused.stream().distinct().toList());
  }

  private static List<Setting> settings(Path file) throws ConfigurationException {
    try {
      return Libconfig.read(file.toString(), Files.readString(file));
    } catch (Libconfig.MalformedException e) {
      throw new ConfigurationException(List.of(e.problem().toString()));
    } catch (IOException e) {
      throw new ConfigurationException(
          List.of(
              "%s is '%s', which can't be read: %s; unset it or name a file that can"
                  .formatted(VARIABLE, file, e)));
    }
  }

  private static boolean isCacheSize(Value value) {
    return value instanceof Value.Whole(long bytes)
        && bytes >= DeviceSpec.PAGE_BYTES
        && bytes <= CACHE_BYTES_MAX;
  }

  private static String complaint(Path file, Setting setting, String expected) {
    String given =
        switch (setting.value()) {
          case Value.Whole(long number) -> Long.toString(number);
          case Value.Real(double number) -> Double.toString(number);
          case Value.Truth(boolean is) -> Boolean.toString(is);
          case Value.Text(String text) -> "the string '" + text + "'";
          case Value.Several(List<Value> values) -> "a list of " + values.size();
        };
    return new Problem(
            file.toString(),
            setting.where(),
            "%s is %s; expected is %s".formatted(setting.name(), given, expected))
        .toString();
  }
}
