package org.clockwork.codecs.json;

import java.util.SortedMap;
import java.util.TreeMap;

/** What people write about tenants. */
public final class TenantFields {
  public static final int NAME_CHARS_MAX = 64;
  private static final double WEIGHT_MIN = 1e-3;
  private static final double WEIGHT_MAX = 1e6;

  private TenantFields() {}

  /** Weights by tenant: {@code {"dashboard": 3, "batch": 0.5}}. */
  public static SortedMap<String, Double> weights(JsonFields fields) {
    SortedMap<String, Double> weights = new TreeMap<>();
    for (String tenant : fields.keys()) {
      if (tenant.isBlank() || tenant.length() > NAME_CHARS_MAX) {
        fields.refuse(tenant, "names no tenant; expected 1 to 64 characters, not all blank");
      }
      fields
          .decimal(tenant, WEIGHT_MIN, WEIGHT_MAX)
          .ifPresent(weight -> weights.put(tenant, weight));
    }
    return weights;
  }
}
