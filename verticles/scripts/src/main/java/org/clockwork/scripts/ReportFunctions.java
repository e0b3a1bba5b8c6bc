package org.clockwork.scripts;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.graalvm.polyglot.Value;

/** What a script has to say, as its prelude calls it. */
final class ReportFunctions {
  private static final int REPORTED_MAX = 1_000;

  private final Consumer<String> lines;
  private final Map<String, Object> reported = new LinkedHashMap<>();

  ReportFunctions(Consumer<String> lines) {
    this.lines = lines;
  }

  void offerTo(HostFunctions functions) {
    functions.offer("report", this::report);
    functions.offer("log", this::log);
  }

  /** Last values by name. */
  Map<String, Object> reported() {
    return reported;
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
    return HostFunctions.nothing();
  }

  private Object log(Call call) {
    lines.accept(call.has(0) && call.at(0).isString() ? call.at(0).asString() : call.shown(0));
    return HostFunctions.nothing();
  }
}
