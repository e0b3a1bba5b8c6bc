package org.clockwork.controller.telemetry;

import java.util.Optional;
import org.clockwork.core.action.GpuClock;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;

/**
 * A line of {@code clockwork_action_log.tsv}, in the published columns: one for every action, when
 * its outcome has come.
 */
final class ActionRow {
  static final String HEADER =
      "t\taction_id\taction_type\tstatus\tworker_id\tgpu_id\tmodel_id\tbatch_size"
          + "\texpected_exec_duration\tworker_exec_duration\texpected_exec_complete"
          + "\tworker_exec_complete\texpected_gpu_clock\tworker_gpu_clock_before\tworker_gpu_clock"
          + "\tworker_copy_output_complete\tworker_action_received\tworker_result_sent"
          + "\tcontroller_result_enqueue\tcontroller_action_duration\tgoodput\trequests_queued"
          + "\tcopies_loaded\n";

  /** The status of an action that did its work; any other is an error code. */
  static final int SUCCEEDED = 0;

  private ActionRow() {}

  /**
   * @param t when the action was sent, in nanoseconds since the log began; all other times count
   *     from there
   */
  static void append(StringBuilder row, ActionEnded ended, long t) {
    long sentNanos = ended.prediction().sentNanos();
    Outcome outcome = ended.outcome();
    row.append(t);
    field(row, outcome.action().number());
    field(row, ended.type().number());
    field(row, status(outcome));
    row.append('\t').append(ended.gpu().worker());
    field(row, ended.gpu().index());
    field(row, ended.model().value());
    field(row, ended.batch());
    field(row, ended.prediction().durationNanos());
    field(row, exec(outcome).map(Span::nanos).orElse(0L));
    field(row, ended.prediction().endNanos() - sentNanos);
    field(row, exec(outcome).map(span -> span.endedNanos() - sentNanos).orElse(0L));
    GpuClock clock = clock(outcome);
    // Nobody predicts a clock; the published column stays, so that old scripts still read.
    field(row, 0);
    field(row, clock.beforeMegahertz());
    field(row, clock.afterMegahertz());
    field(row, outcome instanceof Outcome.Inferred i ? i.output().endedNanos() - sentNanos : 0);
    field(row, outcome.stamps().receivedNanos() - sentNanos);
    field(row, outcome.stamps().sentNanos() - sentNanos);
    // Taken off the network and acted on in one turn of the event loop, so both are one moment.
    field(row, ended.nanos() - sentNanos);
    field(row, ended.nanos() - sentNanos);
    field(row, ended.goodput());
    field(row, ended.requestsQueued());
    field(row, ended.copiesLoaded());
    row.append('\n');
  }

  /** When the action's own work ran: EXEC of an INFER, the copy of a LOAD. */
  static Optional<Span> exec(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Inferred inferred -> Optional.of(inferred.exec());
      case Outcome.Loaded loaded -> Optional.of(loaded.load());
      case Outcome.Unloaded _,
          Outcome.Registered _,
          Outcome.Versioned _,
          Outcome.Withdrawn _,
          Outcome.Refused _ ->
          Optional.empty();
    };
  }

  /** That the GPU ran at during an INFER; untold of anything else. */
  static GpuClock clock(Outcome outcome) {
    return outcome instanceof Outcome.Inferred inferred ? inferred.clock() : GpuClock.UNTOLD;
  }

  private static int status(Outcome outcome) {
    return outcome instanceof Outcome.Refused refused ? refused.code().number() : SUCCEEDED;
  }

  private static void field(StringBuilder row, long value) {
    row.append('\t').append(value);
  }
}
