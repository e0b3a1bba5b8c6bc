package org.clockwork.gateway.oip;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what all doors of a gateway hold of requests that they are still reading. */
public final class ReadingBudget {
  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  public ReadingBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Whether there was room for so many bytes more; then they are taken. */
  public boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= bytesMax) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  public void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** What a client is told for whom there was none. */
  public Complaint full() {
    return new Complaint(
        Category.REFUSED,
        "queue",
        "requests that are being read take all of maxReadingBytes=%d".formatted(bytesMax),
        Optional.empty(),
        Optional.of(0L),
        Optional.empty());
  }
}
