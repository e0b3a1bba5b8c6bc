package org.clockwork.controller.telemetry;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/**
 * A line of {@code clockwork_request_log.tsv}, in the published columns: one for every request,
 * when it has ended.
 */
final class RequestRow {
  static final String HEADER =
      "t\trequest_id\tresult\tuser_id\tmodel_id\tslo_factor\tlatency\tdeadline\tdeadline_met"
          + "\tarrival_count\tdeparture_count\tis_coldstart\n";

  static final int SUCCEEDED = 0;
  static final int REFUSED = 7;

  private RequestRow() {}

  /**
   * @param t the request's arrival in nanoseconds since the log began; latency and deadline count
   *     from there
   */
  static void append(StringBuilder row, RequestEnded ended, long t) {
    row.append(t)
        .append('\t')
        .append(ended.request().id())
        .append('\t')
        .append(number(ended.result()));
    row.append('\t');
    appendField(row, ended.request().tenant());
    row.append('\t').append(ended.request().model().value());
    row.append('\t').append(ended.request().sloFactor());
    row.append('\t').append(ended.latencyNanos());
    row.append('\t').append(ended.request().sloNanos());
    row.append('\t').append(ended.met() ? 1 : 0);
    row.append('\t').append(ended.arrivals());
    row.append('\t').append(ended.departures());
    row.append('\t').append(ended.coldStart() ? 1 : 0);
    row.append('\n');
  }

  /** The published numbers that clients were given. */
  private static int number(Result result) {
    return switch (result) {
      case Result.Succeeded _ -> SUCCEEDED;
      case Result.Cancelled _ -> 1;
      case Result.Failed(ErrorCode code, _) -> code == ErrorCode.COULD_NOT_START_IN_TIME ? 8 : 1;
      case Result.TimedOut _ -> 4;
      case Result.Refused _ -> REFUSED;
    };
  }

  /** A tenant's name is the client's own text; it must not break the table. */
  private static void appendField(StringBuilder row, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      row.append(Character.isISOControl(c) ? ' ' : c);
    }
  }
}
