package org.clockwork.core.workload;

/**
 * What a load wants done. It is called back during {@link Load#on} and must not call the load in
 * turn; an answer that is there at once is brought afterwards.
 */
public interface LoadCommands {

  void submit(Offer offer);

  /**
   * The request's client has lost interest; one that was answered meanwhile is none to give up.
   * Only recorded loads want this; whoever plays none may leave it.
   */
  default void giveUp(Offer offer) {}

  /**
   * Bring a {@link LoadEvent.WakeUp} at this time or soon after; a later call replaces this one.
   */
  void wakeAt(long nanos);

  /** The run is over and everything is answered. Said once. */
  void done();
}
