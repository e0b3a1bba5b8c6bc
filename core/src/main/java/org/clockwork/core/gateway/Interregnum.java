package org.clockwork.core.gateway;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the present controller is still to be asked: requests that the one before it has not
 * answered, and those that came before it said that their model is ready. It knows nothing of what
 * the other one was asked, and at first not which models there are. Holds nothing that isn't
 * outstanding; who is answered meanwhile, at the deadline at the latest, is let go.
 */
final class Interregnum {
  private static final long NO_TERM = Long.MIN_VALUE;

  /** Models of which the present controller has not said yet that they are ready. */
  private final Set<String> unsettled = new HashSet<>();

  private final Map<String, Set<Pending>> waiting = new HashMap<>();
  private long term = NO_TERM;

  /**
   * A controller of this term is there; nothing changes where it was before. Those who are
   * outstanding are asked again in the order of their deadlines.
   */
  void controllerCame(long newTerm, ModelTable models, Collection<Pending> outstanding) {
    if (newTerm <= term) {
      return;
    }
    boolean first = term == NO_TERM;
    term = newTerm;
    if (first) {
      return; // All that is known was said by this one.
    }
    models.all().forEach(status -> unsettled.add(status.name()));
    outstanding.stream().sorted(Pending.BY_DEADLINE).forEach(this::keep);
  }

  /** Whether the request has to wait; it is kept then. */
  boolean keeps(Pending pending) {
    boolean waits = unsettled.contains(pending.model);
    if (waits) {
      keep(pending);
    }
    return waits;
  }

  /** The present controller has said that this model is ready: it can be asked now. */
  void ready(String model, Consumer<Pending> ask) {
    unsettled.remove(model);
    Set<Pending> kept = waiting.remove(model);
    if (kept != null) {
      kept.forEach(ask);
    }
  }

  /** It was answered, or nobody waits for it any more. */
  void letGo(Pending pending) {
    waiting.computeIfPresent(
        pending.model,
        (_, kept) -> {
          kept.remove(pending);
          return kept.isEmpty() ? null : kept;
        });
  }

  private void keep(Pending pending) {
    waiting.computeIfAbsent(pending.model, _ -> new LinkedHashSet<>()).add(pending);
  }
}
