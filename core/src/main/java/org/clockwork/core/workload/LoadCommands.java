package org.clockwork.core.workload;

/**
 * What a load engine wants done. It is called back during {@link LoadEngine#on} and must not call
 * the engine in turn; an answer that is there at once is brought afterwards.
 */
public interface LoadCommands {

  void submit(Offer offer);

  /**
   * Bring a {@link LoadEvent.WakeUp} at this time or soon after; a later call replaces this one.
   */
  void wakeAt(long nanos);

  /** The run is over and everything is answered. Said once. */
  void done();
}
