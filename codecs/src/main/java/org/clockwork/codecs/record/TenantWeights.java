package org.clockwork.codecs.record;

import java.util.SortedMap;
import java.util.TreeMap;
import org.clockwork.codecs.wire.WireReader;
import org.clockwork.codecs.wire.WireWriter;

/** Tenants' weights, as the scheduler began with them and as they were changed. */
final class TenantWeights {
  private TenantWeights() {}

  static void write(WireWriter out, SortedMap<String, Double> weights) {
    out.int32(weights.size());
    weights.forEach(
        (tenant, weight) -> {
          out.text(tenant);
          out.float64(weight);
        });
  }

  static SortedMap<String, Double> read(WireReader in) {
    SortedMap<String, Double> weights = new TreeMap<>();
    int count = in.count("tenantWeights", Integer.BYTES + Double.BYTES);
    for (int i = 0; i < count; i++) {
      weights.put(in.text("tenant"), in.float64("weight"));
    }
    return weights;
  }
}
