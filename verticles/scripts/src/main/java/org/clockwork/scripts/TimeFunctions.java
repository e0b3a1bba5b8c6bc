package org.clockwork.scripts;

import org.clockwork.scripts.ScriptTimers.Timer;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** Time and chance, as a script's prelude calls them. */
final class TimeFunctions {
  private static final double DAY_MILLIS = 86_400e3;

  /** Shorter than a millisecond is served late by a thread that sleeps; this is the extreme. */
  private static final double PERIOD_MILLIS_MIN = 0.01;

  private static final double RATE_MAX = 1e6;

  private final ScriptLoad load;
  private final Guest guest;

  TimeFunctions(ScriptLoad load, Guest guest) {
    this.load = load;
    this.guest = guest;
  }

  void offerTo(HostFunctions functions) {
    functions.offer("everyMillis", this::everyMillis);
    functions.offer("afterMillis", this::afterMillis);
    functions.offer("poisson", this::poisson);
    functions.offer("random", _ -> load.random());
  }

  private Object everyMillis(Call call) {
    double millis =
        call.number(
            0,
            "the period",
            "milliseconds from %s to a day".formatted(PERIOD_MILLIS_MIN),
            each -> each >= PERIOD_MILLIS_MIN && each <= DAY_MILLIS);
    return stopping(load.every(millis, calling(call.callable(1, "what to call"))));
  }

  private Object afterMillis(Call call) {
    double millis =
        call.number(
            0,
            "the delay",
            "milliseconds from 0 to a day",
            each -> each >= 0 && each <= DAY_MILLIS);
    return stopping(load.after(millis, calling(call.callable(1, "what to call"))));
  }

  private Object poisson(Call call) {
    double perSecond =
        call.number(
            0,
            "the rate",
            "a number per second above 0, at most a million",
            each -> each > 0 && each <= RATE_MAX);
    return stopping(load.poisson(perSecond, calling(call.callable(1, "what to call"))));
  }

  private Runnable calling(Value callback) {
    return () -> guest.call(callback);
  }

  private static ProxyExecutable stopping(Timer timer) {
    return _ -> {
      timer.stop();
      return HostFunctions.nothing();
    };
  }
}
