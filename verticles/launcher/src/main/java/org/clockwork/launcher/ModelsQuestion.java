package org.clockwork.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clockwork.codecs.Addresses;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Mixin;

/** The options of each {@code clockwork models …}, and how it asks and tells. */
final class ModelsQuestion {
  private static final int DONE = 0;
  private static final int NOT_DONE = 1;
  private static final double MICROS_PER_MILLI = 1e3;
  private static final String ROW = "%-40s %-12s %5s %9s %9s %5s  %s%n";

  @Mixin private MemberOptions member;

  @Mixin private JsonResult json;

  /** Asks any gateway of the cluster, and tells what it says. */
  int ask(JsonObject question, long patienceMillis, Interruption interruption) throws Exception {
    json.check();
    Optional<ClusterQuestion> asked =
        member.run(
            interruption,
            (node, _) ->
                new ClusterQuestion(
                    node,
                    Addresses.MODELS,
                    question,
                    patienceMillis,
                    "models: no gateway answers in this cluster; start serve or gateway, or"
                        + " name the cluster that they are in (--cluster)"));
    Optional<JsonObject> answer = asked.flatMap(ClusterQuestion::answer);
    return answer.isPresent() ? tell(answer.get()) : NOT_DONE;
  }

  private int tell(JsonObject answer) {
    if ("invalid_request".equals(answer.getString("code"))) {
      throw new UnusableException("models: " + answer.getString("error"));
    }
    json.write(answer);
    PrintWriter out = json.people();
    if (answer.containsKey("error")) {
      out.println(answer.getString("error"));
    } else {
      print(models(answer), out);
    }
    out.flush();
    return answer.containsKey("error") ? NOT_DONE : DONE;
  }

  private static List<JsonObject> models(JsonObject answer) {
    JsonArray models = answer.getJsonArray("models");
    return Stream.iterate(0, i -> i < models.size(), i -> i + 1)
        .map(models::getJsonObject)
        .toList();
  }

  private static void print(List<JsonObject> models, PrintWriter out) {
    out.printf(ROW, "model", "state", "batch", "exec ms", "slo ms", "hosts", "source");
    for (JsonObject model : models) {
      boolean ready = model.getString("state").equals("ready");
      out.printf(
          ROW,
          model.getString("name"),
          model.getString("state"),
          ready ? model.getInteger("largest_batch") : "-",
          ready ? millis(model.getLong("smallest_exec_us")) : "-",
          ready && model.getLong("default_slo_us") > 0
              ? millis(model.getLong("default_slo_us"))
              : "-",
          ready ? model.getInteger("hosts") : "-",
          ready ? model.getString("source") : model.getString("reason", ""));
    }
  }

  private static String millis(long micros) {
    return "%.3f".formatted(micros / MICROS_PER_MILLI);
  }
}
