package org.clockwork.launcher;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clockwork.codecs.Addresses;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clockwork usage}: what each tenant has had since the controller began. */
@Command(
    name = "usage",
    description = "Tells what each tenant has had since the controller began.",
    footer = {
      "",
      "exec_s is the tenant's share of the time that devices executed. Tenants beyond usageTenants"
          + " of",
      "controller.json are told together, as (others)."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class UsageCommand implements Callable<Integer> {
  private static final int TOLD = 0;
  private static final int INTERRUPTED = 1;

  @Mixin private MemberOptions member;

  @Mixin private JsonResult json;

  private final Interruption interruption;

  UsageCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    json.check();
    Optional<JsonObject> usage =
        member
            .run(
                interruption,
                (node, _) ->
                    ClusterQuestion.ofController(node, "usage", Addresses.USAGE, new JsonObject()))
            .flatMap(ClusterQuestion::answer);
    if (usage.isEmpty()) {
      return INTERRUPTED;
    }
    tell(usage.get());
    return TOLD;
  }

  private void tell(JsonObject usage) {
    if (usage.containsKey("error")) {
      throw new UnusableException("usage: " + usage.getString("error"));
    }
    json.write(usage);
    json.people().println("Since " + usage.getString("since"));
    row(
        List.of(
            "tenant",
            "requests",
            "met",
            "late",
            "refused",
            "timed_out",
            "cancelled",
            "failed",
            "cold",
            "exec_s"));
    for (Object each : usage.getJsonArray("tenants")) {
      JsonObject tenant = (JsonObject) each;
      row(
          List.of(
              tenant.getString("tenant"),
              tenant.getLong("requests"),
              tenant.getLong("met"),
              tenant.getLong("late"),
              tenant.getLong("refused"),
              tenant.getLong("timed_out"),
              tenant.getLong("cancelled"),
              tenant.getLong("failed"),
              tenant.getLong("cold_starts"),
              String.format(Locale.ROOT, "%.3f", tenant.getDouble("exec_seconds"))));
    }
    json.people().flush();
  }

  private void row(List<Object> cells) {
    json.people()
        .printf(Locale.ROOT, "%-24s %10s %10s %10s %8s %10s %10s %10s %8s %12s%n", cells.toArray());
  }
}
