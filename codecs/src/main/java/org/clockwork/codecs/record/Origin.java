package org.clockwork.codecs.record;

import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.scheduler.SchedulerConfig;

/**
 * Everything that the scheduler of a recording was made from.
 *
 * @param policy its name
 * @param build version of the program, for people: another one may decide otherwise
 * @param epochMillis when the recording began, by the wall clock, for people
 */
public record Origin(
    Reign reign, SchedulerConfig config, String policy, String build, long epochMillis) {

  /**
   * The same scheduler once more, before its first event.
   *
   * @throws IllegalArgumentException this build has no such policy
   */
  public Scheduler scheduler() {
    return scheduler(Policies.named(policy));
  }

  /** The same but for its policy. */
  public Scheduler scheduler(Policy.Factory other) {
    return new Scheduler(reign, config, other);
  }
}
