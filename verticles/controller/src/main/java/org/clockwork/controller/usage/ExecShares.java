package org.clockwork.controller.usage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionSent;

/**
 * Divides the time that a batch executed among those who were in it, by rows. Padding is paid for
 * by all in proportion, so that what tenants pay for together is what devices did. A request that
 * was given up while it was executed pays all the same: the device worked for it.
 */
final class ExecShares {
  /**
   * Batches that are remembered while they are out, the oldest forgotten first: more than all
   * workers of a cluster have, but the outcomes of a worker that was lost never come.
   */
  static final int BATCHES_MAX = 10_000;

  private final LinkedHashMap<ActionId, Batch> out = new LinkedHashMap<>();
  private final Map<RequestId, Seat> seats = new HashMap<>();

  /** What was sent together; what a row costs is known once it has run. */
  private static final class Batch {
    private final List<RequestId> requests = new ArrayList<>();
    private int rows;
    private boolean ran;
    private double nanosPerRow;
  }

  /** A request's place in a batch, and its payer once it has ended. */
  private static final class Seat {
    private final Batch batch;
    private final int rows;
    private TenantUsage payer;

    private Seat(Batch batch, int rows) {
      this.batch = batch;
      this.rows = rows;
    }

    private void pay(TenantUsage tenant) {
      tenant.executed(batch.nanosPerRow * rows);
    }
  }

  void sent(ActionSent sent) {
    if (!(sent.action() instanceof Action.Infer infer)) {
      return;
    }
    Batch batch = new Batch();
    for (Action.Part part : infer.parts()) {
      batch.requests.add(part.request());
      batch.rows += part.rows();
      seats.put(part.request(), new Seat(batch, part.rows()));
    }
    if (out.size() == BATCHES_MAX) {
      leave(out.pollFirstEntry().getValue());
    }
    out.put(infer.id(), batch);
  }

  /** Requests that it succeeded for end right after it. */
  void ended(ActionEnded action) {
    Batch batch = out.remove(action.outcome().action());
    if (batch == null) {
      return;
    }
    if (!(action.outcome() instanceof Outcome.Inferred run)) {
      leave(batch);
      return;
    }
    batch.ran = true;
    batch.nanosPerRow = (double) run.exec().nanos() / batch.rows;
    for (RequestId request : batch.requests) {
      Seat seat = seats.get(request);
      if (seat != null && seat.batch == batch && seat.payer != null) {
        seat.pay(seat.payer);
        seats.remove(request);
      }
    }
  }

  void ended(RequestId request, TenantUsage tenant) {
    Seat seat = seats.get(request);
    if (seat == null) {
      return; // It was never sent.
    }
    if (seat.batch.ran) {
      seat.pay(tenant);
      seats.remove(request);
    } else {
      seat.payer = tenant;
    }
  }

  /** Its requests go elsewhere, or were given up; nothing was executed for them. */
  private void leave(Batch batch) {
    for (RequestId request : batch.requests) {
      Seat seat = seats.get(request);
      if (seat != null && seat.batch == batch) {
        seats.remove(request);
      }
    }
  }
}
