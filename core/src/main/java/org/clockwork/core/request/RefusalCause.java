package org.clockwork.core.request;

/** Why a request was refused: exactly one cause, the same word behind every door. */
public enum RefusalCause {
  /** The work in front of it leaves no time. */
  QUEUE,
  /** Its model is on no GPU and can't be loaded in time. */
  COLD_START,
  /** No device could make it even when idle, or none holds the model. */
  NO_CAPACITY,
  /** Its tenant has used up its share. */
  TENANT_LIMIT,
  /** The node that has it is shutting down. */
  DRAINING;

  /** As it stands in answers, metrics and logs. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
