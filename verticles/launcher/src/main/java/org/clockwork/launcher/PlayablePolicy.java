package org.clockwork.launcher;

import java.util.List;
import java.util.Locale;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.launcher.config.UnusableException;

/**
 * A policy that a load can be played under.
 *
 * @param name as given
 */
record PlayablePolicy(String name, Policy.Factory factory) {
  /** They execute nothing, or make load of their own. */
  private static final List<String> NOT_PLAYABLE = List.of(Policies.ECHO, Policies.STRESS);

  /**
   * @param option for the message
   */
  static PlayablePolicy named(String option, String name) {
    List<String> playable =
        Policies.names().stream().filter(each -> !NOT_PLAYABLE.contains(each)).toList();
    if (!playable.contains(name.toLowerCase(Locale.ROOT))) {
      throw new UnusableException(
          "%s %s: there are %s to play a load under"
              .formatted(option, name, String.join(", ", playable)));
    }
    return new PlayablePolicy(name, Policies.named(name));
  }
}
