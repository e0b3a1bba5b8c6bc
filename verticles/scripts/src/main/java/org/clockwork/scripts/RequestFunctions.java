package org.clockwork.scripts;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clockwork.client.Payloads;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.request.Request;
import org.graalvm.polyglot.Value;

/** Models, requests and their answers, as a script's prelude calls them. */
final class RequestFunctions {
  static final List<String> OPTIONS =
      List.of("sloMillis", "sloFactor", "tenant", "priority", "input", "outputs");

  private static final double SLO_MILLIS_MAX = 86_400e3;
  private static final double FACTOR_MAX = 1e6;
  private static final int COPIES_MAX = 10_000;
  private static final int PRIORITY_MAX = 1_000;

  private final ScriptLoad load;
  private final ScriptModels models;
  private final Guest guest;
  private final Payloads payloads;

  RequestFunctions(ScriptLoad load, ScriptModels models, Guest guest, Payloads payloads) {
    this.load = load;
    this.models = models;
    this.guest = guest;
    this.payloads = payloads;
  }

  void offerTo(HostFunctions functions) {
    functions.tell("options", HostFunctions.list(OPTIONS));
    functions.offer("models", _ -> HostFunctions.list(models.loadable()));
    functions.offer("load", this::load);
    functions.offer("infer", this::infer);
    functions.offer("wrongOptions", RequestFunctions::wrongOptions);
    functions.offer("unknownOption", RequestFunctions::unknownOption);
  }

  private Object load(Call call) {
    String name = call.text(0, "name");
    int copies = call.has(1) ? call.whole(1, "copies", 1, COPIES_MAX) : 1;
    return HostFunctions.list(models.load(name, copies));
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
    return HostFunctions.nothing();
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
              each -> each >= 1e-6 && each <= SLO_MILLIS_MAX);
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
}
