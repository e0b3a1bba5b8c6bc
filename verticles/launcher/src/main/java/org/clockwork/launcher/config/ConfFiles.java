package org.clockwork.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonValue;

/**
 * What stands in some files of {@code conf} at one moment, setting by setting, so that two moments
 * can be compared.
 *
 * @param settings as people write them, by {@code gateway.json maxOutstanding}
 */
public record ConfFiles(SortedMap<String, String> settings) {

  /**
   * One that is another now; empty text where it isn't there.
   *
   * @param name with its file: {@code controller.json scheduler.maxTenants}
   */
  public record Change(String name, String before, String now) {
    @Override
    public String toString() {
      return "%s: %s -> %s".formatted(name, shown(before), shown(now));
    }

    private static String shown(String value) {
      return value.isEmpty() ? "(not set)" : value;
    }
  }

  /** What can't be read has no settings here; reading the configuration says what is wrong. */
  public static ConfFiles read(Path folder, Set<RoleFile> files) {
    SortedMap<String, String> settings = new TreeMap<>();
    for (RoleFile file : files) {
      Path path = folder.resolve(file.fileName());
      try {
        if (Files.exists(path)) {
          collect(file.fileName() + " ", Json.read(path), settings);
        }
      } catch (IOException | JsonException _) {
        // The configuration can't be read either.
      }
    }
    return new ConfFiles(settings);
  }

  private static void collect(String name, JsonValue value, SortedMap<String, String> settings) {
    if (value instanceof JsonValue.Obj object) {
      String prefix = name.endsWith(" ") ? name : name + ".";
      object.members().forEach(member -> collect(prefix + member.key(), member.value(), settings));
    } else {
      settings.put(name, written(value));
    }
  }

  private static String written(JsonValue value) {
    return switch (value) {
      case JsonValue.Obj object ->
          object.members().stream()
              .map(member -> member.key() + ": " + written(member.value()))
              .collect(Collectors.joining(", ", "{", "}"));
      case JsonValue.Arr list ->
          list.elements().stream()
              .map(ConfFiles::written)
              .collect(Collectors.joining(", ", "[", "]"));
      case JsonValue.Str text -> "\"" + text.value() + "\"";
      case JsonValue.Num number -> number.value().toPlainString();
      case JsonValue.Bool truth -> Boolean.toString(truth.value());
      case JsonValue.Null _ -> "null";
    };
  }

  /** What is another in the later ones, by name. */
  public List<Change> changes(ConfFiles later) {
    SortedSet<String> names = new TreeSet<>(settings.keySet());
    names.addAll(later.settings.keySet());
    List<Change> changes = new ArrayList<>();
    for (String name : names) {
      Change change =
          new Change(name, settings.getOrDefault(name, ""), later.settings.getOrDefault(name, ""));
      if (!change.before().equals(change.now())) {
        changes.add(change);
      }
    }
    return changes;
  }
}
