package org.clockwork.core.gateway;

import java.util.HashMap;
import java.util.Map;

/** How many requests each tenant has outstanding; of those alone that have any. */
final class TenantCounts {
  private final Map<String, Integer> counts = new HashMap<>();

  int of(String tenant) {
    return counts.getOrDefault(tenant, 0);
  }

  void more(String tenant) {
    counts.merge(tenant, 1, Integer::sum);
  }

  void less(String tenant) {
    counts.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
  }
}
