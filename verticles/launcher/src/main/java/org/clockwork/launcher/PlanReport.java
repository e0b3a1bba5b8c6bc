package org.clockwork.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.experiments.Account;
import org.clockwork.experiments.plan.Answer;
import org.clockwork.experiments.plan.Answer.Tried;
import org.clockwork.experiments.plan.Demand;
import org.clockwork.experiments.plan.Plan;
import org.clockwork.experiments.plan.Plan.Question;
import org.clockwork.experiments.plan.TrialTime;

/** A plan as people and as programs read it. */
final class PlanReport {
  private final String policy;
  private final long seed;
  private final int pages;
  private final int gpusMax;

  PlanReport(String policy, long seed, int pages, int gpusMax) {
    this.policy = policy;
    this.seed = seed;
    this.pages = pages;
    this.gpusMax = gpusMax;
  }

  /** What is asked. */
  String head(Demand demand) {
    return "%s, %s requests/s in all (%s), SLO %s ms, %s %% to be met, policy %s"
        .formatted(
            demand.models().stream()
                .map(wanted -> wanted.copies() + " x " + wanted.model().name())
                .collect(Collectors.joining(" + ")),
            number(demand.perSecond()),
            word(demand.arrivals()),
            number(demand.sloNanos() / 1e6),
            number(100 * demand.metWanted()),
            policy);
  }

  String text(Plan plan) {
    StringBuilder text = new StringBuilder("\n" + verdict(plan.asked()) + "\n\n");
    text.append(
        "%-12s %9s %8s %6s %9s %10s %8s %8s %8s %7s %7s%n"
            .formatted(
                "",
                "rate/s",
                "SLO ms",
                "GPUs",
                "met %",
                "goodput/s",
                "p50 ms",
                "p99 ms",
                "max ms",
                "busy %",
                "load %"));
    text.append(line(plan.asked().change(), plan.asked()));
    if (plan.asked().answer() instanceof Answer.Enough enough) {
      enough.oneFewer().ifPresent(tried -> text.append(line("one fewer", plan.asked(), tried, "")));
    }
    plan.varied().forEach(question -> text.append(line(question.change(), question)));
    assumptions(plan.asked()).forEach(line -> text.append("\n").append(line));
    return text.toString();
  }

  private String verdict(Question question) {
    return switch (question.answer()) {
      case Answer.Enough enough ->
          "%d GPU%s needed"
              .formatted(enough.at().gpus(), enough.at().gpus() == 1 ? " is" : "s are");
      case Answer.TooFew tooFew ->
          "Not even %d GPU(s) would do: %s"
              .formatted(tooFew.most().gpus(), whatWasMissed(tooFew.most().figures().last().all()));
      case Answer.Hopeless hopeless -> "No number of GPUs is enough: " + hopeless.reason();
    };
  }

  /** Why a request of those that were not met was not. */
  private static String whatWasMissed(Account account) {
    List<String> parts =
        account.refusedByCause().entrySet().stream()
            .sorted(Map.Entry.<RefusalCause, Long>comparingByValue().reversed())
            .map(
                cause ->
                    "%d refused, cause %s (%s)"
                        .formatted(
                            cause.getValue(), cause.getKey().word(), meaning(cause.getKey())))
            .collect(Collectors.toCollection(ArrayList::new));
    if (account.timedOut() > 0) {
      parts.add("%d timed out".formatted(account.timedOut()));
    }
    return "of %d requests %d were met (%.4f %%); %s"
        .formatted(
            account.offered(),
            account.met(),
            100 * account.metFraction().orElse(0.0),
            parts.isEmpty() ? "the others were answered late" : String.join(", ", parts));
  }

  private static String meaning(RefusalCause cause) {
    return switch (cause) {
      case QUEUE -> "the work in front of it leaves no time";
      case COLD_START -> "its model was on no GPU and could not be loaded in time";
      case NO_CAPACITY -> "no GPU could make it even when idle";
      case TENANT_LIMIT -> "its tenant had used up its share";
      case DRAINING -> "what had it was shutting down";
    };
  }

  private String line(String label, Question question) {
    return switch (question.answer()) {
      case Answer.Enough enough -> line(label, question, enough.at(), "");
      case Answer.TooFew tooFew -> line(label, question, tooFew.most(), ">");
      case Answer.Hopeless _ ->
          "%-12s %9s %8s %6s%n"
              .formatted(
                  label,
                  number(question.demand().perSecond()),
                  number(question.demand().sloNanos() / 1e6),
                  "none");
    };
  }

  private static String line(String label, Question question, Tried tried, String sign) {
    Account account = tried.figures().last().all();
    return "%-12s %9s %8s %6s %9.4f %10.1f %8.2f %8.2f %8.2f %7.1f %7.1f%n"
        .formatted(
            label,
            number(question.demand().perSecond()),
            number(question.demand().sloNanos() / 1e6),
            sign + tried.gpus(),
            100 * account.metFraction().orElse(0.0),
            account.goodputPerSecond(),
            account.latencyMillis(50).orElse(0.0),
            account.latencyMillis(99).orElse(0.0),
            account.latencyMillis(100).orElse(0.0),
            100 * tried.executingFraction(),
            100 * loadFraction(question, tried));
  }

  /** What is offered, as a share of what the GPUs could do in their best batches. */
  private static double loadFraction(Question question, Tried tried) {
    return question.demand().gpusFilled() / tried.gpus();
  }

  /** What the answer rests upon, for whoever buys by it. */
  private List<String> assumptions(Question asked) {
    TrialTime time = asked.time();
    Demand demand = asked.demand();
    List<String> lines = new ArrayList<>();
    lines.add(
        "Simulated: %s s of load after %s s of warm-up for each number, seed %d. Another seed is another"
                .formatted(number(time.measuredSeconds()), number(time.warmUpSeconds()), seed)
            + " sample:");
    lines.add("try a few before you buy. Nothing fails: add GPUs for those you can lose.");
    lines.add(
        "Assumed: %d pages of 16 MiB a GPU, a GPU a worker, every worker has the files of all models;"
            .formatted(pages));
    lines.add(
        "profiles of the zoo as published, of one kind of GPU; messages take 0.2 ms (sigma 0.05), executions vary by");
    lines.add(
        "0.1 %, clocks differ by up to 1 ms; inputs take no time; the rate is split evenly over all copies.");
    lines.add(
        "busy: GPUs executed so much of the time, in small batches while there is time; load: what is offered, of");
    lines.add("what they could do in their best batches.");
    if (time.isShortFor(demand)) {
      lines.add(
          "%.0f requests a trial, of which %.1f may be missed: too few to tell for sure; ask for more --seconds."
              .formatted(
                  demand.perSecond() * time.measuredSeconds(),
                  (1 - demand.metWanted()) * demand.perSecond() * time.measuredSeconds()));
    }
    return lines;
  }

  JsonObject json(Plan plan) {
    Question asked = plan.asked();
    Demand demand = asked.demand();
    JsonArray models = new JsonArray();
    demand
        .models()
        .forEach(
            wanted ->
                models.add(
                    new JsonObject()
                        .put("name", wanted.model().name())
                        .put("copies", wanted.copies())));
    JsonObject result =
        new JsonObject()
            .put("models", models)
            .put("arrivals", word(demand.arrivals()))
            .put("met_wanted", demand.metWanted())
            .put("policy", policy)
            .put("seed", seed)
            .put("pages", pages)
            .put("max_gpus", gpusMax);
    question(asked).forEach(entry -> result.put(entry.getKey(), entry.getValue()));
    result.remove("change");
    JsonArray sensitivity = new JsonArray();
    plan.varied().forEach(question -> sensitivity.add(question(question)));
    return result.put("sensitivity", sensitivity);
  }

  private JsonObject question(Question question) {
    JsonObject json =
        new JsonObject()
            .put("change", question.change())
            .put("rate_per_s", question.demand().perSecond())
            .put("slo_ms", question.demand().sloNanos() / 1e6)
            .put("warmup_s", question.time().warmUpSeconds())
            .put("simulated_s", question.time().measuredSeconds());
    return switch (question.answer()) {
      case Answer.Enough enough ->
          json.put("gpus", enough.at().gpus())
              .putNull("reason")
              .put("at", row(question, enough.at()))
              .put("one_fewer", enough.oneFewer().map(tried -> row(question, tried)).orElse(null));
      case Answer.TooFew tooFew ->
          json.putNull("gpus")
              .put("reason", verdict(question))
              .put("at", row(question, tooFew.most()))
              .putNull("one_fewer");
      case Answer.Hopeless _ ->
          json.putNull("gpus").put("reason", verdict(question)).putNull("at").putNull("one_fewer");
    };
  }

  private static JsonObject row(Question question, Tried tried) {
    Account account = tried.figures().last().all();
    JsonObject refused = new JsonObject();
    account.refusedByCause().forEach((cause, count) -> refused.put(cause.word(), count));
    return new JsonObject()
        .put("gpus", tried.gpus())
        .put("offered", account.offered())
        .put("met", account.met())
        .put("met_fraction", account.metFraction().orElse(null))
        .put("goodput_per_s", account.goodputPerSecond())
        .put("p50_ms", account.latencyMillis(50).orElse(null))
        .put("p99_ms", account.latencyMillis(99).orElse(null))
        .put("max_ms", account.latencyMillis(100).orElse(null))
        .put("refused", refused)
        .put("timed_out", account.timedOut())
        .put("cold_fraction", account.coldFraction().orElse(null))
        .put("executing_fraction", tried.executingFraction())
        .put("load_fraction", loadFraction(question, tried));
  }

  private static String word(Demand.Arrivals arrivals) {
    return arrivals.name().toLowerCase(Locale.ROOT);
  }

  /** Without zeros that say nothing. */
  private static String number(double value) {
    return BigDecimal.valueOf(Math.round(value * 1e4), 4).stripTrailingZeros().toPlainString();
  }
}
