package org.clockwork.core.device;

/** The four executors of a device: each runs one thing at a time, on a thread of its own. */
public enum Executor {
  LOAD,
  INPUT,
  EXEC,
  OUTPUT
}
