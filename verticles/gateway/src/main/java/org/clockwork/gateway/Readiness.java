package org.clockwork.gateway;

import java.util.List;

/**
 * Whether requests can be served.
 *
 * @param reasons why not; none where they can
 */
public record Readiness(List<String> reasons) {
  public Readiness {
    reasons = List.copyOf(reasons);
  }

  public boolean ready() {
    return reasons.isEmpty();
  }
}
