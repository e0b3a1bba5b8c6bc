package org.clockwork.launcher.plot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.controller.telemetry.TelemetryLog;
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

/** Logs of made-up runs, written by the controller's own writer. */
final class WrittenLogs {
  static final long MILLIS = 1_000_000;
  static final long SLO_NANOS = 100 * MILLIS;

  /** The controller's clock when it started. */
  private static final long START = 7_000 * MILLIS;

  private static final int MODELS = 5;

  private WrittenLogs() {}

  /**
   * A request every 10 ms on average: of ten seven succeed, some late and some cold.
   *
   * @param fromNanos when the first one arrives, since the controller's start
   */
  static List<RequestEnded> requests(long seed, int count, long fromNanos) {
    Random random = new Random(seed);
    long[] arrivals = new long[MODELS];
    List<RequestEnded> requests = new ArrayList<>();
    long nanos = START + fromNanos;
    for (int i = 0; i < count; i++) {
      int model = random.nextInt(MODELS);
      Request request =
          new Request(
              new RequestId(new GatewayId("G0"), i),
              new ModelId(model),
              1,
              nanos,
              SLO_NANOS,
              0,
              "default",
              0,
              new Input.Generated());
      requests.add(
          new RequestEnded(
              nanos + 1 + (long) (random.nextDouble() * 120 * MILLIS),
              request,
              result(random.nextInt(10)),
              ++arrivals[model],
              0,
              random.nextInt(4) == 0));
      nanos += (long) (random.nextDouble() * 20 * MILLIS);
    }
    requests.sort(Comparator.comparingLong(RequestEnded::nanos));
    return requests;
  }

  private static Telemetry.Result result(int number) {
    return switch (number) {
      case 0, 1 -> new Telemetry.Result.Refused(RefusalCause.QUEUE, "full", 0);
      case 2 -> new Telemetry.Result.TimedOut();
      default -> new Telemetry.Result.Succeeded(2, 3 * MILLIS);
    };
  }

  /**
   * Five INFERs to two LOADs and one that is refused, up to 1 ms too short and 4 ms too late.
   *
   * @param fromNanos when the first one is sent, since the controller's start
   */
  static List<ActionEnded> actions(long seed, int count, long fromNanos) {
    Random random = new Random(seed);
    List<ActionEnded> actions = new ArrayList<>();
    long nanos = START + fromNanos;
    for (int i = 0; i < count; i++) {
      Prediction predicted = new Prediction(nanos, nanos + 2 * MILLIS, 10 * MILLIS);
      long begun = nanos + 2 * MILLIS + (long) (random.nextDouble() * MILLIS);
      long ended = begun + 9 * MILLIS + (long) (random.nextDouble() * 4 * MILLIS);
      ActionId id = new ActionId(1, i);
      Outcome.Stamps stamps = new Outcome.Stamps(nanos, ended);
      Span span = new Span(begun, ended);
      int kind = random.nextInt(8);
      boolean infer = kind > 2;
      Outcome outcome =
          kind == 0
              ? new Outcome.Refused(id, ErrorCode.LOAD_TOO_LATE, "too late", stamps)
              : infer
                  ? new Outcome.Inferred(id, new Span(nanos, begun), span, span, stamps)
                  : new Outcome.Loaded(id, span, stamps);
      actions.add(
          new ActionEnded(
              ended + MILLIS,
              infer ? ActionType.INFER : ActionType.LOAD,
              new GpuId(new WorkerId("W0"), 0),
              new ModelId(0),
              infer ? 1 << random.nextInt(4) : 0,
              predicted,
              outcome,
              0,
              0,
              1));
      nanos = ended + 2 * MILLIS;
    }
    return actions;
  }

  /** What was there is set aside, as each start of a controller and each full file does. */
  static void write(Path folder, List<? extends Telemetry> events) {
    List<String> warnings = new ArrayList<>();
    LogConfig config = new LogConfig(folder, 1 << 30, 100, events.size() + 1);
    try (TelemetryLog log = new TelemetryLog(config, START, warnings::add)) {
      events.forEach(log::accept);
    }
    if (!warnings.isEmpty()) {
      throw new IllegalStateException(warnings.toString());
    }
  }
}
