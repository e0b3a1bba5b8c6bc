package org.clockwork.test.telemetry;

import java.util.List;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;

/** Telemetry of a short story in round figures; all times are counted from {@link #START}. */
final class SampleEvents {
  static final long MILLIS = 1_000_000;
  static final long START = 7_000 * MILLIS;

  private static final GpuId GPU = new GpuId(new WorkerId("W0"), 0);
  private static final ModelId MODEL = new ModelId(3);

  private SampleEvents() {}

  static Request request(int number, String tenant) {
    return new Request(
        new RequestId(new GatewayId("G0"), number),
        MODEL,
        1,
        START + 10 * MILLIS,
        100 * MILLIS,
        2.5,
        tenant,
        0,
        new Input.Generated());
  }

  static RequestEnded ended(int number, long latencyMillis, Telemetry.Result result) {
    return ended(request(number, "default"), latencyMillis, result);
  }

  static RequestEnded ended(Request request, long latencyMillis, Telemetry.Result result) {
    return new RequestEnded(
        request.arrivedNanos() + latencyMillis * MILLIS, request, result, 5, 4, true);
  }

  /** One result of each kind, with the number that the published log gives it. */
  static List<Telemetry.Result> results() {
    return List.of(
        new Telemetry.Result.Succeeded(4, 3 * MILLIS),
        new Telemetry.Result.Cancelled(),
        new Telemetry.Result.Failed(ErrorCode.RUNTIME_ERROR, "broke"),
        new Telemetry.Result.Failed(ErrorCode.COULD_NOT_START_IN_TIME, "too late"),
        new Telemetry.Result.TimedOut(),
        new Telemetry.Result.Refused(RefusalCause.QUEUE, "full", 3 * MILLIS));
  }

  /** Sent at 20 ms, predicted to run from 22 to 25, ran from 23 to 27; done at 29. */
  static ActionEnded inferred() {
    long sent = START + 20 * MILLIS;
    return action(
        ActionType.INFER,
        4,
        new Prediction(sent, sent + 2 * MILLIS, 3 * MILLIS),
        new Outcome.Inferred(
            new ActionId(1, 8), span(21, 22), span(23, 27), span(27, 28), stamps()));
  }

  static ActionEnded loaded() {
    long sent = START + 20 * MILLIS;
    return action(
        ActionType.LOAD,
        0,
        new Prediction(sent, sent, 8 * MILLIS),
        new Outcome.Loaded(new ActionId(1, 9), span(20, 27), stamps()));
  }

  static ActionEnded refused() {
    long sent = START + 20 * MILLIS;
    return action(
        ActionType.LOAD,
        0,
        new Prediction(sent, sent, 8 * MILLIS),
        new Outcome.Refused(new ActionId(1, 9), ErrorCode.LOAD_TOO_LATE, "too late", stamps()));
  }

  private static ActionEnded action(
      ActionType type, int batch, Prediction prediction, Outcome outcome) {
    return new ActionEnded(
        START + 29 * MILLIS, type, GPU, MODEL, batch, prediction, outcome, 2, 6, 1);
  }

  private static Outcome.Stamps stamps() {
    return new Outcome.Stamps(START + 21 * MILLIS, START + 28 * MILLIS);
  }

  private static Span span(long begunMillis, long endedMillis) {
    return new Span(START + begunMillis * MILLIS, START + endedMillis * MILLIS);
  }
}
