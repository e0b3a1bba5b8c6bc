package org.clockwork.scripts;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a script may do besides offering load, where it was granted by name. */
public enum Grant {
  /** Publish and subscribe on the event bus, on addresses that are not Clockwork's own. */
  EVENTBUS;

  /**
   * Those of these names.
   *
   * @throws ScriptException one that there isn't; the message lists those that there are
   */
  public static Set<Grant> named(Iterable<String> names) {
    Set<Grant> grants = EnumSet.noneOf(Grant.class);
    for (String name : names) {
      grants.add(
          Arrays.stream(values())
              .filter(grant -> grant.word().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ScriptException(
                          "--grant %s: there is no such grant; there is %s"
                              .formatted(name, words()))));
    }
    return grants;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String words() {
    return Arrays.stream(values()).map(Grant::word).collect(Collectors.joining(", "));
  }
}
