package org.clockwork.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.workload.Workload;
import org.clockwork.experiments.Account;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Setting;

/** What came of a scenario: a line and a JSON row for each policy and party. */
final class ScenarioReport {
  private static final String ALL = "all";

  private final String scenario;
  private final Setting setting;
  private final long seed;
  private final JsonArray rows = new JsonArray();

  ScenarioReport(String scenario, Setting setting, long seed) {
    this.scenario = scenario;
    this.setting = setting;
    this.seed = seed;
  }

  String head() {
    return """
        %s: %d GPUs in %d workers, %d parties, %d faults, %.1f s measured after %.1f s, seed %d
        %-10s %-20s %11s %11s %8s %8s %8s %8s %9s %9s %9s %6s %6s"""
        .formatted(
            scenario,
            setting.gpus(),
            setting.machines().size(),
            setting.parties().size(),
            setting.faults().size(),
            setting.measurement().nanos() / 1e9,
            setting.measurement().warmUpNanos() / 1e9,
            seed,
            "policy",
            "party",
            "offered/s",
            "goodput/s",
            "met %",
            "p50 ms",
            "p99 ms",
            "max ms",
            "refused",
            "limited",
            "timed out",
            "late",
            "cold %");
  }

  /** Takes the figures in, and says them. */
  String lines(String policy, Figures figures) {
    StringBuilder lines = new StringBuilder();
    figures
        .last()
        .parties()
        .forEach((party, account) -> add(policy, party, account, figures, lines));
    if (figures.last().parties().size() > 1) {
      add(policy, ALL, figures.last().all(), figures, lines);
    }
    lines.append(
        "%-10s GPUs executed %.1f %% of the time"
            .formatted(policy, 100 * executingFraction(figures)));
    return lines.toString();
  }

  private void add(
      String policy, String party, Account account, Figures figures, StringBuilder lines) {
    rows.add(row(policy, party, account, figures));
    lines.append(
        String.format(
            Locale.ROOT,
            "%-10s %-20s %11.1f %11.1f %8s %8s %8s %8s %9d %9d %9d %6d %6s%n",
            policy,
            party,
            account.offeredPerSecond(),
            account.goodputPerSecond(),
            percent("%.3f", account.metFraction()),
            observed("%.2f", account.latencyMillis(50)),
            observed("%.2f", account.latencyMillis(99)),
            observed("%.2f", account.latencyMillis(100)),
            refused(account),
            account.refusedByCause().getOrDefault(RefusalCause.TENANT_LIMIT, 0L),
            account.timedOut(),
            account.lateAccepted(),
            percent("%.2f", account.coldFraction())));
    if (account.offered() == 0) {
      lines.append(
          "  %s offered nothing: its load begins when all its models are ready%n".formatted(party));
    }
  }

  private static String percent(String format, Optional<Double> fraction) {
    return observed(format, fraction.map(share -> 100 * share));
  }

  /** A dash where nothing was. */
  private static String observed(String format, Optional<Double> figure) {
    return figure.map(number -> String.format(Locale.ROOT, format, number)).orElse("-");
  }

  /** Of the time of all GPUs of the scenario, whether they were there or not. */
  private double executingFraction(Figures figures) {
    return figures.execSeconds() / (figures.seconds() * setting.gpus());
  }

  /** Whose requests the party sends, by name. */
  private JsonArray tenants(String party) {
    return new JsonArray(
        setting.parties().stream()
            .filter(each -> party.equals(ALL) || each.name().equals(party))
            .flatMap(each -> each.workload().streams().stream())
            .map(Workload.Stream::tenant)
            .distinct()
            .sorted()
            .toList());
  }

  private static long refused(Account account) {
    return account.refusedByCause().values().stream().mapToLong(Long::longValue).sum();
  }

  private JsonObject row(String policy, String party, Account account, Figures figures) {
    JsonObject refused = new JsonObject();
    account.refusedByCause().forEach((cause, count) -> refused.put(cause.word(), count));
    return new JsonObject()
        .put("policy", policy)
        .put("party", party)
        .put("tenants", tenants(party))
        .put("offered", account.offered())
        .put("met", account.met())
        .put("offered_per_s", account.offeredPerSecond())
        .put("goodput_per_s", account.goodputPerSecond())
        .put("met_fraction", account.metFraction().orElse(null))
        .put("p50_ms", account.latencyMillis(50).orElse(null))
        .put("p99_ms", account.latencyMillis(99).orElse(null))
        .put("max_ms", account.latencyMillis(100).orElse(null))
        .put("refusal_p50_ms", account.refusalMillis(50).orElse(null))
        .put("refused", refused)
        .put("timed_out", account.timedOut())
        .put("failed", account.failed())
        .put("unanswered", account.unanswered())
        .put("late_accepted", account.lateAccepted())
        .put("cold_fraction", account.coldFraction().orElse(null))
        .put("executing_fraction", executingFraction(figures))
        .put("simulated_s", figures.seconds())
        .put("scheduler_cpu_s", figures.schedulerSeconds())
        .put("promises_kept_fraction", account.promisesKeptFraction().orElse(null))
        .put("promise_slack_p50_ms", account.promiseSlackMillis(50).orElse(null));
  }

  JsonObject json() {
    return new JsonObject()
        .put("experiment", scenario)
        .put("seed", seed)
        .put("gpus", setting.gpus())
        .put("rows", rows);
  }
}
