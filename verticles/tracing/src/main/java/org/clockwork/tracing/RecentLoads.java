package org.clockwork.tracing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionType;

/** The LOADs that ended last, for the requests that waited for one. */
final class RecentLoads {
  /** Half a second's of 100 GPUs that do nothing else. */
  private static final int KEPT = 4_096;

  private final ArrayDeque<ActionEnded> recent = new ArrayDeque<>();

  void ended(ActionEnded action) {
    if (action.type() == ActionType.LOAD) {
      if (recent.size() == KEPT) {
        recent.removeFirst();
      }
      recent.addLast(action);
    }
  }

  /** Those of a model that ended between two moments, the last one first. */
  List<ActionEnded> of(ModelId model, long fromNanos, long toNanos) {
    List<ActionEnded> found = new ArrayList<>();
    for (var all = recent.descendingIterator(); all.hasNext(); ) {
      ActionEnded load = all.next();
      if (load.nanos() < fromNanos) {
        break;
      }
      if (load.nanos() <= toNanos && load.model().equals(model)) {
        found.add(load);
      }
    }
    return found;
  }
}
