package org.clockwork.codecs.record;

import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;

/** One call of {@link org.clockwork.core.scheduler.Commands}, as it stands in a recording. */
public sealed interface Command {

  /**
   * @param action on the controller's clock. Inputs that ride along are replaced by their size and
   *     check sum: they stand in the event that brought them
   */
  record Send(WorkerId worker, Action action) implements Command {}

  record Tell(Verdict verdict) implements Command {}

  record Publish(ModelStatus status) implements Command {}

  record WakeAt(long nanos) implements Command {}
}
