package org.clockwork.experiments;

/**
 * What befalls a machine in the middle of a trial. Times count from when load is first offered, the
 * warm-up included. A machine whose first fault is that it joins is not there before.
 */
public sealed interface Fault {
  /** Which one, by its place in the setting. */
  int machine();

  long atNanos();

  /** Its process dies; the controller notices after a while. */
  record Crash(int machine, long atNanos) implements Fault {}

  /** It takes nothing new, ends what it has, and is gone after this long. */
  record Drain(int machine, long atNanos, long graceNanos) implements Fault {}

  /** It starts with empty GPUs, for the first time or again. */
  record Join(int machine, long atNanos) implements Fault {}
}
