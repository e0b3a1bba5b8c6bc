package org.clockwork.client;

import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.TimedLoad;

/** What a run plays: a load, which part of it counts, and what its requests carry. */
public interface Offering {

  /** As on the command line, for reports. */
  String name();

  Measured measured();

  long seed();

  TimedLoad load();

  /** What enters by the door for an offer of the load; asked for once, when it goes out. */
  Submission submission(Offer offer);

  /**
   * The answer to an offer, in full; the load itself is told just afterwards. Not called where the
   * door broke.
   */
  default void heard(Offer offer, Answer answer) {}
}
