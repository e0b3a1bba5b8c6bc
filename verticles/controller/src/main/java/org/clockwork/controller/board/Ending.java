package org.clockwork.controller.board;

import java.util.Locale;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/** How a request ended, as the board counts it; refusals are told apart by their cause. */
enum Ending {
  MET(0),
  LATE(1),
  QUEUE(2),
  COLD_START(3),
  NO_CAPACITY(4),
  TENANT_LIMIT(5),
  DRAINING(6),
  TIMED_OUT(7),
  CANCELLED(8),
  FAILED(9);

  private final int place;

  Ending(int place) {
    this.place = place;
  }

  /** Where it stands in rows of counts. */
  int place() {
    return place;
  }

  static Ending of(RequestEnded ended) {
    return switch (ended.result()) {
      case Result.Succeeded _ -> ended.met() ? MET : LATE;
      case Result.Refused refused -> of(refused.cause());
      case Result.TimedOut _ -> TIMED_OUT;
      case Result.Cancelled _ -> CANCELLED;
      case Result.Failed _ -> FAILED;
    };
  }

  private static Ending of(RefusalCause cause) {
    return switch (cause) {
      case QUEUE -> QUEUE;
      case COLD_START -> COLD_START;
      case NO_CAPACITY -> NO_CAPACITY;
      case TENANT_LIMIT -> TENANT_LIMIT;
      case DRAINING -> DRAINING;
    };
  }

  boolean answered() {
    return this == MET || this == LATE;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
