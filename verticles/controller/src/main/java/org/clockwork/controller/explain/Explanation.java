package org.clockwork.controller.explain;

import java.util.List;
import java.util.Optional;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;

/**
 * What is known of one request. All times are the controller's.
 *
 * @param ended empty while it is under way
 * @param attempts in the order in which they were sent
 * @param loads of its model that ended between its arrival and its end
 */
record Explanation(
    RequestId request,
    Optional<RequestEnded> ended,
    List<Attempt> attempts,
    List<ActionEnded> loads) {

  /** Empty where it was answered in time, or is under way. */
  Optional<Cause> cause() {
    return ended.flatMap(end -> Cause.of(end, attempts));
  }
}
