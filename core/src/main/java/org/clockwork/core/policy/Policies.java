package org.clockwork.core.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.scheduler.Policy;

/** The policies, by the names that command lines and experiments use. */
public final class Policies {
  private static final Map<String, Policy.Factory> BY_NAME =
      new TreeMap<>(Map.of("infer5", Infer5::new));

  private Policies() {}

  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * The policy of this name, in whatever case.
   *
   * @throws IllegalArgumentException there is none; the message lists those that are
   */
  public static Policy.Factory named(String name) {
    Policy.Factory factory = BY_NAME.get(name.toLowerCase(Locale.ROOT));
    if (factory == null) {
      throw new IllegalArgumentException(
          "no policy is called '" + name + "'; there are " + String.join(", ", names()));
    }
    return factory;
  }
}
