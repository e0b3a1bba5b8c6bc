package org.clockwork.core.scheduler;

import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;

/**
 * A request that has been admitted and not yet answered. What decisions look at again and again is
 * kept here, beside its deadline: every object that need not be fetched for it makes them faster.
 */
public final class Pending {
  enum State {
    QUEUED,
    SENT,
    ENDED
  }

  private final Request request;
  private final Model model;
  private final long deadlineNanos;
  private final long sequence;
  private final long sloNanos;
  private final long heldBytesPerRow;
  private final int rows;
  private final boolean coldStart;
  private final long arrivals;

  State state = State.QUEUED;
  boolean alone;
  boolean promised;

  private long demandNanos;

  Pending(Request request, Model model, long deadlineNanos, boolean coldStart, long sequence) {
    this.request = request;
    this.model = model;
    this.deadlineNanos = deadlineNanos;
    this.sequence = sequence;
    this.sloNanos = request.sloNanos();
    this.rows = request.rows();
    this.heldBytesPerRow = request.input() instanceof Input.Held(long bytes) ? bytes / rows : 0;
    this.coldStart = coldStart;
    this.arrivals = model.weights().arrivals;
  }

  public Request request() {
    return request;
  }

  public Model model() {
    return model;
  }

  public int rows() {
    return rows;
  }

  /** Its objective. */
  public long sloNanos() {
    return sloNanos;
  }

  /** Bytes of each of its rows that a gateway keeps until a worker is to have them. */
  long heldBytesPerRow() {
    return heldBytesPerRow;
  }

  /** When EXEC is to have ended: the client's deadline less the buffer. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** No GPU held the model when it arrived. */
  public boolean coldStart() {
    return coldStart;
  }

  /** It broke a batch, or may have: it runs by itself. */
  public boolean alone() {
    return alone;
  }

  /** It was sent once and its client was told by when it would be answered. */
  public boolean promised() {
    return promised;
  }

  /** Whether it waits in its model's queue now. */
  public boolean queued() {
    return state == State.QUEUED;
  }

  /** Execution time that it adds to its model's demand for LOAD; 0 once it can't wait for one. */
  public long demandNanos() {
    return demandNanos;
  }

  /** Kept by the policy. */
  public void demands(long nanos) {
    demandNanos = nanos;
  }

  long arrivals() {
    return arrivals;
  }

  /** How many were admitted before: orders those with the same deadline. */
  long sequence() {
    return sequence;
  }
}
