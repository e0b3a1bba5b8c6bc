package org.clockwork.tracing;

import java.util.LinkedHashMap;
import java.util.Optional;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry.ActionSent;

/** When and where requests that have not ended yet were sent last. */
final class Sendings {
  /** The oldest is forgotten first; more than a controller has outstanding. */
  private static final int KEPT = 65_536;

  private final LinkedHashMap<RequestId, Sent> sent = new LinkedHashMap<>();

  record Sent(int times, long nanos, GpuId gpu) {}

  void sent(ActionSent action) {
    if (action.action() instanceof Action.Infer infer) {
      for (Action.Part part : infer.parts()) {
        Sent before = sent.get(part.request());
        if (before == null && sent.size() == KEPT) {
          sent.pollFirstEntry();
        }
        int times = before == null ? 1 : before.times() + 1;
        sent.put(part.request(), new Sent(times, action.nanos(), action.gpu()));
      }
    }
  }

  /** Forgets it; empty where it was never sent. */
  Optional<Sent> ended(RequestId request) {
    return Optional.ofNullable(sent.remove(request));
  }
}
