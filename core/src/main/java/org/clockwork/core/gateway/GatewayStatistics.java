package org.clockwork.core.gateway;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.clockwork.core.request.RefusalCause;

/**
 * What a gateway has counted since it began. {@code offered} is the sum of the five ways a request
 * can end and those outstanding.
 *
 * @param met succeeded within the objective
 * @param failed answered with an error, whoever's; bad input counts here
 * @param lateOutputs that came when the client had been told something else
 * @param heldBytes of inputs held back at this moment
 */
public record GatewayStatistics(
    long offered,
    long succeeded,
    long met,
    Map<RefusalCause, Long> refused,
    long timedOut,
    long failed,
    long cancelled,
    long lateOutputs,
    int outstanding,
    long heldBytes) {
  public GatewayStatistics {
    Map<RefusalCause, Long> byCause = new EnumMap<>(RefusalCause.class);
    byCause.putAll(refused);
    refused = Collections.unmodifiableMap(byCause);
  }

  public long refusedTotal() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }
}
