package org.clockwork.scripts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.clockwork.client.Payloads;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.request.Request;
import org.clockwork.core.trace.Traces;
import org.clockwork.scripts.ScriptLoad.Timer;
import org.clockwork.scripts.ScriptLoad.Wanted;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * What a script's prelude can call. The preludes give it the shape that is usual in their language;
 * what is meant, and what is refused with which words, stands here once for both. A function that
 * was called wrongly returns a text, {@code "kind: message"}, which the prelude raises; none
 * returns a text otherwise.
 */
final class HostFunctions {
  static final List<String> OPTIONS =
      List.of("sloMillis", "sloFactor", "tenant", "priority", "input", "outputs");

  private static final double DAY_MILLIS = 86_400e3;

  /** Shorter than a millisecond is served late by a thread that sleeps; this is the extreme. */
  private static final double PERIOD_MILLIS_MIN = 0.01;

  private static final double RATE_MAX = 1e6;
  private static final double FACTOR_MAX = 1e6;
  private static final int COPIES_MAX = 10_000;
  private static final int PRIORITY_MAX = 1_000;
  private static final int REPORTED_MAX = 1_000;

  private final ScriptPlan plan;
  private final ScriptLoad load;
  private final ScriptModels models;
  private final Guest guest;
  private final ScriptBus bus;
  private final ScriptTraces traces;
  private final Payloads payloads;
  private final Consumer<String> lines;
  private final Map<String, Object> reported = new LinkedHashMap<>();

  HostFunctions(
      ScriptPlan plan,
      ScriptLoad load,
      ScriptModels models,
      Guest guest,
      ScriptBus bus,
      Consumer<String> lines) {
    this.plan = plan;
    this.load = load;
    this.models = models;
    this.guest = guest;
    this.bus = bus;
    this.traces = new ScriptTraces(plan.traces(), plan.seed());
    this.payloads = plan.payloads();
    this.lines = lines;
  }

  /** Last values by name. */
  Map<String, Object> reported() {
    return reported;
  }

  /** All of them, by the names that the preludes use. */
  ProxyObject proxy() {
    Map<String, Object> functions = new LinkedHashMap<>();
    functions.put("options", ProxyArray.fromList(List.<Object>copyOf(OPTIONS)));
    functions.put("arguments", arguments());
    functions.put("eventbus", plan.grants().contains(Grant.EVENTBUS));
    offer(functions, "models", _ -> list(models.loadable()));
    offer(functions, "load", this::load);
    offer(functions, "infer", this::infer);
    offer(functions, "wrongOptions", HostFunctions::wrongOptions);
    offer(functions, "unknownOption", HostFunctions::unknownOption);
    offer(functions, "everyMillis", this::everyMillis);
    offer(functions, "afterMillis", this::afterMillis);
    offer(functions, "poisson", this::poisson);
    offer(functions, "random", _ -> load.random());
    offer(functions, "argument", this::argument);
    offer(functions, "expectArguments", this::expectArguments);
    offer(functions, "report", this::report);
    offer(functions, "log", this::log);
    offer(functions, "trace", this::trace);
    offer(functions, "publish", this::publish);
    offer(functions, "subscribe", this::subscribe);
    return ProxyObject.fromMap(functions);
  }

  private static void offer(
      Map<String, Object> functions, String name, Function<Call, Object> function) {
    ProxyExecutable executable =
        arguments -> {
          try {
            return function.apply(new Call(name, arguments));
          } catch (Wrong wrong) {
            return wrong.text();
          }
        };
    functions.put(name, executable);
  }

  /** Null in both languages. */
  private static Object nothing() {
    return null;
  }

  private static ProxyArray list(List<String> texts) {
    return ProxyArray.fromList(List.<Object>copyOf(texts));
  }

  // --- Models and requests ---------------------------------------------------------------------

  private Object load(Call call) {
    String name = call.text(0, "name");
    int copies = call.has(1) ? call.whole(1, "copies", 1, COPIES_MAX) : 1;
    return list(models.load(name, copies));
  }

  /** Takes the model, each of {@link #OPTIONS} or null, and a function that takes the answer. */
  private Object infer(Call call) {
    ModelSpec model = models.known(call.text(0, "model"));
    Value settle = call.at(1 + OPTIONS.size());
    boolean outputs = call.has(6) && flag(call, 6);
    load.infer(
        new Wanted(
            model.name(),
            objective(call),
            call.has(3) ? tenant(call) : Request.DEFAULT_TENANT,
            call.has(4) ? call.whole(4, "priority", 0, PRIORITY_MAX) : 0,
            payload(call, model),
            answer -> settle(settle, answer, outputs ? Optional.of(model) : Optional.empty())));
    return nothing();
  }

  private Payload payload(Call call, ModelSpec model) {
    return call.has(5) ? Tensor.payload(model, call.at(5)) : payloads.next(model);
  }

  private static Objective objective(Call call) {
    Objective objective = Objective.NONE;
    if (call.has(2)) {
      objective =
          Objective.ofFactor(
              call.number(
                  2, "sloFactor", "a number above 0", each -> each > 0 && each <= FACTOR_MAX));
    }
    if (call.has(1)) {
      double millis =
          call.number(
              1,
              "sloMillis",
              "milliseconds above 0, at most a day",
              each -> each >= 1e-6 && each <= DAY_MILLIS);
      objective = objective.within(Math.round(millis * 1e6));
    }
    return objective;
  }

  private static String tenant(Call call) {
    String tenant = call.text(3, "tenant");
    if (tenant.isBlank()) {
      throw Wrong.range("infer: tenant is blank; expected a tenant's name");
    }
    return tenant;
  }

  private static boolean flag(Call call, int index) {
    if (!call.at(index).isBoolean()) {
      throw Wrong.type("infer: outputs is %s; expected true or false".formatted(call.shown(index)));
    }
    return call.at(index).asBoolean();
  }

  private static Object wrongOptions(Call call) {
    throw Wrong.type(
        "infer: options are %s; expected some of %s by their names"
            .formatted(call.shown(0), String.join(", ", OPTIONS)));
  }

  private static Object unknownOption(Call call) {
    throw Wrong.type(
        "infer: there is no option %s; there are %s"
            .formatted(call.shown(0), String.join(", ", OPTIONS)));
  }

  /** Status, latency, met, cause, reason, hint, outputs; null where an answer has no such thing. */
  private void settle(Value settle, Optional<Answer> answer, Optional<ModelSpec> outputs) {
    if (answer.isEmpty()) {
      guest.call(settle, "failed", null, false, "no_answer", "the gateway broke", null, null);
      return;
    }
    double latencyMillis = answer.get().latencyNanos() / 1e6;
    switch (answer.get()) {
      case Answer.Succeeded success ->
          guest.call(
              settle,
              "succeeded",
              latencyMillis,
              success.met(),
              null,
              null,
              null,
              outputs.map(model -> Tensor.outputs(model, success.tensors())).orElse(null));
      case Answer.Refused refused ->
          guest.call(
              settle,
              "refused",
              latencyMillis,
              false,
              refused.cause().word(),
              refused.reason(),
              refused.retryAfterNanos() / 1e6,
              null);
      case Answer.TimedOut _ ->
          guest.call(settle, "timed_out", latencyMillis, false, null, null, null, null);
      case Answer.Failed failed ->
          guest.call(
              settle,
              "failed",
              latencyMillis,
              false,
              failed.code().name().toLowerCase(Locale.ROOT),
              failed.reason(),
              null,
              null);
    }
  }

  // --- Time and chance -------------------------------------------------------------------------

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
      return nothing();
    };
  }

  // --- Arguments, results ----------------------------------------------------------------------

  private ProxyArray arguments() {
    List<Object> pairs = new ArrayList<>();
    plan.arguments()
        .values()
        .forEach((name, value) -> pairs.add(ProxyArray.fromArray(name, value)));
    return ProxyArray.fromList(pairs);
  }

  /** Complains of arguments that are none of these names. */
  private Object expectArguments(Call call) {
    List<String> expected = new ArrayList<>();
    for (Value name : call.all()) {
      expected.add(name.asString());
    }
    for (String given : plan.arguments().values().keySet()) {
      if (!expected.contains(given)) {
        throw Wrong.other(
            "%s takes no --%s; it takes %s"
                .formatted(
                    plan.script().name(),
                    given,
                    expected.isEmpty() ? "no arguments" : "--" + String.join(", --", expected)));
      }
    }
    return nothing();
  }

  /** The value of an argument, of the same kind as its default; alone in a list. */
  private Object argument(Call call) {
    String name = call.text(0, "name");
    Object given = plan.arguments().values().get(name);
    Value usual = call.at(1);
    Object value =
        switch (given) {
          case null -> usual;
          case Object any when usual.isString() -> any.toString();
          case Number number when usual.isNumber() -> number;
          case Boolean flag when usual.isBoolean() -> flag;
          default ->
              throw Wrong.type(
                  "--%s is '%s'; expected %s"
                      .formatted(name, given, usual.isNumber() ? "a number" : "true or false"));
        };
    return ProxyArray.fromArray(value);
  }

  private Object report(Call call) {
    String name = call.text(0, "name");
    if (!call.has(1)) {
      throw Wrong.type("report: the value is missing; expected a number, a text or a boolean");
    }
    Value value = call.at(1);
    Object plain;
    if (value.isString()) {
      plain = value.asString();
    } else if (value.isBoolean()) {
      plain = value.asBoolean();
    } else if (value.fitsInLong()) {
      plain = value.asLong();
    } else if (value.isNumber() && Double.isFinite(value.asDouble())) {
      plain = value.asDouble();
    } else {
      throw Wrong.type(
          "report: %s is %s; expected a finite number, a text or a boolean"
              .formatted(name, call.shown(1)));
    }
    if (reported.size() >= REPORTED_MAX && !reported.containsKey(name)) {
      throw Wrong.range(
          "report: '%s' would be one of more than %d names".formatted(name, REPORTED_MAX));
    }
    reported.put(name, plain);
    return nothing();
  }

  private Object log(Call call) {
    lines.accept(call.has(0) && call.at(0).isString() ? call.at(0).asString() : call.shown(0));
    return nothing();
  }

  private Object trace(Call call) {
    int count = call.whole(0, "models", 1, ScriptTraces.MODELS_MAX);
    int day = call.has(1) ? call.whole(1, "day", 1, Traces.DAYS) : 1;
    Object[] rows = new Object[count];
    int[][] counts = guest.waiting(() -> traces.perModel(count, day));
    for (int row = 0; row < count; row++) {
      Object[] minutes = new Object[counts[row].length];
      for (int minute = 0; minute < minutes.length; minute++) {
        minutes[minute] = counts[row][minute];
      }
      rows[row] = ProxyArray.fromArray(minutes);
    }
    return ProxyArray.fromArray(rows);
  }

  // --- The event bus, where it is granted ------------------------------------------------------

  private Object publish(Call call) {
    granted(Grant.EVENTBUS, "publish");
    bus.publish(ScriptBus.address(call), call.text(1, "message"));
    return nothing();
  }

  private Object subscribe(Call call) {
    granted(Grant.EVENTBUS, "subscribe");
    Value callback = call.callable(1, "what to call");
    bus.subscribe(ScriptBus.address(call), text -> guest.call(callback, text));
    load.listens();
    return nothing();
  }

  private void granted(Grant grant, String function) {
    if (!plan.grants().contains(grant)) {
      throw Wrong.other(
          "%s: not granted; start the script with --grant %s".formatted(function, grant.word()));
    }
  }
}
