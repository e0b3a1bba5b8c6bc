package org.clockwork.scripts;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.trace.Traces;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;

/** What the command line handed to a script, and recorded traces, as its prelude asks for them. */
final class ArgumentFunctions {
  private final ScriptPlan plan;
  private final Guest guest;
  private final ScriptTraces traces;

  ArgumentFunctions(ScriptPlan plan, Guest guest) {
    this.plan = plan;
    this.guest = guest;
    this.traces = new ScriptTraces(plan.traces(), plan.seed());
  }

  void offerTo(HostFunctions functions) {
    functions.tell("arguments", arguments());
    functions.offer("argument", this::argument);
    functions.offer("expectArguments", this::expectArguments);
    functions.offer("trace", this::trace);
  }

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
    return HostFunctions.nothing();
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
}
