package org.clockwork.core.scheduler;

/** Turns what happens into what is to be done: a {@link Scheduler}, or one that is recorded. */
public interface Decider {

  /** One event, at a time that is never before that of the last. */
  void on(Event event, long now, Commands out);
}
