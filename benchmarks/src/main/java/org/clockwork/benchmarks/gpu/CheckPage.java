package org.clockwork.benchmarks.gpu;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** The results of {@link GpuCheck} as a page for people; what was not run is left out. */
final class CheckPage {
  private final StringBuilder page = new StringBuilder();

  private CheckPage() {}

  static String of(JsonObject result) {
    CheckPage page = new CheckPage();
    page.line("# GPU check");
    page.line("");
    page.line("%s. %s".formatted(result.getValue("driver"), result.getValue("machine")));
    page.line("");
    JsonObject models = result.getJsonObject("models", new JsonObject());
    page.goldens(models);
    page.times(models);
    page.loading(result.getJsonObject("link", new JsonObject()), models);
    page.served(result.getValue("served"));
    return page.page.toString();
  }

  private void goldens(JsonObject models) {
    line("## Right answers");
    line("");
    line("| model | batch sizes | before and after UNLOAD and LOAD into other pages |");
    line("|---|---|---|");
    for (String name : models.fieldNames()) {
      JsonObject model = models.getJsonObject(name);
      JsonArray wrong = model.getJsonArray("golden_wrong");
      line(
          "| %s | %s | %s |"
              .formatted(
                  name,
                  model.getValue("golden_batches", ""),
                  model.containsKey("refused")
                      ? "refused: " + model.getString("refused")
                      : wrong == null
                          ? "not run"
                          : wrong.isEmpty() ? "all right" : "wrong: " + wrong));
    }
    line("");
  }

  private void times(JsonObject models) {
    line("## EXEC, microseconds");
    line("");
    line(
        "By the GPU's clock; then as the executor's thread sees it, launch and waking up"
            + " included.");
    line("");
    line("| model | batch | runs | p50 | p99 | p99.9 | p99.99 | thread p50 | thread p99 |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (String name : models.fieldNames()) {
      JsonObject exec = models.getJsonObject(name).getJsonObject("exec", new JsonObject());
      for (String batch : exec.fieldNames()) {
        JsonObject device = exec.getJsonObject(batch).getJsonObject("device");
        JsonObject thread = exec.getJsonObject(batch).getJsonObject("thread");
        line(
            "| %s | %s | %d | %s | %s | %s | %s | %s | %s |"
                .formatted(
                    name,
                    batch,
                    device.getInteger("runs"),
                    told(device, "p50_us"),
                    told(device, "p99_us"),
                    told(device, "p99.9_us"),
                    told(device, "p99.99_us"),
                    told(thread, "p50_us"),
                    told(thread, "p99_us")));
      }
    }
    line("");
  }

  private void loading(JsonObject link, JsonObject models) {
    line("## LOAD");
    line("");
    line("A plain pinned copy: %s".formatted(link));
    line("");
    line(
        "| model | alone GB/s | while EXEC runs GB/s | EXEC p99 alone | while LOAD runs"
            + " | while plain copies run |");
    line("|---|---|---|---|---|---|");
    for (String name : models.fieldNames()) {
      JsonObject loading = models.getJsonObject(name).getJsonObject("loading");
      if (loading != null) {
        line(
            "| %s | %s | %s | %s | %s | %s |"
                .formatted(
                    name,
                    told(loading.getJsonObject("load_alone"), "gigabytes_per_second"),
                    told(loading.getJsonObject("load_while_executing"), "gigabytes_per_second"),
                    told(loading.getJsonObject("exec_alone"), "p99_us"),
                    told(loading.getJsonObject("exec_while_loading"), "p99_us"),
                    told(loading.getJsonObject("exec_while_copying"), "p99_us")));
      }
    }
    line("");
  }

  private void served(Object served) {
    line("## The whole server, workload simple");
    line("");
    if (served instanceof JsonObject reports) {
      for (String name : reports.fieldNames()) {
        JsonObject report = reports.getJsonObject(name);
        line(
            "- %s: offered %s, met %s, %s per second; latency %s ms"
                .formatted(
                    name,
                    report.getValue("offered"),
                    report.getValue("met"),
                    report.getValue("goodput_per_s"),
                    report.getValue("latency_ms")));
      }
    } else {
      line("%s".formatted(served == null ? "not run" : served));
    }
  }

  private static String told(JsonObject figures, String name) {
    Number figure = figures == null ? null : figures.getNumber(name);
    return figure == null ? "" : String.format(Locale.ROOT, "%.1f", figure.doubleValue());
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
