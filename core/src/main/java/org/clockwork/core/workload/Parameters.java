package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a workload was given, checked, by name. */
final class Parameters {
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> given = new HashSet<>();

  /**
   * @throws IllegalArgumentException naming everything that is wrong with them, and the usage
   */
  static Parameters parse(String usage, List<Parameter> expected, List<String> given) {
    Parameters parameters = new Parameters();
    List<String> complaints = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      Parameter parameter = expected.get(i);
      if (i < given.size()) {
        parameter.complaint(given.get(i)).ifPresent(complaints::add);
      } else if (parameter.fallback().isEmpty()) {
        complaints.add(parameter.name() + " is missing; expected " + parameter.meaning());
      }
      if (complaints.isEmpty()) {
        String text = i < given.size() ? given.get(i) : parameter.fallback().orElseThrow();
        parameters.values.put(parameter.name(), text);
        if (i < given.size()) {
          parameters.given.add(parameter.name());
        }
      }
    }
    if (given.size() > expected.size()) {
      complaints.add(
          "it takes no more than %d parameters but got %d, the first too many being '%s'"
              .formatted(expected.size(), given.size(), given.get(expected.size())));
    }
    if (!complaints.isEmpty()) {
      throw new IllegalArgumentException(
          "workload %s: %s; usage: client %s"
              .formatted(usage.split(" ", 2)[0], String.join("; ", complaints), usage));
    }
    return parameters;
  }

  int count(String name) {
    return (int) number(name);
  }

  double rate(String name) {
    return number(name);
  }

  /** Whether it was not left out. */
  boolean has(String name) {
    return given.contains(name);
  }

  String word(String name) {
    return values.get(name);
  }

  double number(String name) {
    return Double.parseDouble(values.get(name));
  }
}
