package org.clockwork.launcher.replay;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clockwork.codecs.record.Recording;

/** A recorded load beside what would have become of it, for people and for machines. */
public final class WhatIfReport {
  private static final String RECORDED = "recorded";
  private static final String SIMULATED = "simulated";

  private final Recording recording;
  private final RecordedRun run;
  private final JsonArray rows = new JsonArray();

  /**
   * @param recording which the run was read from
   */
  public WhatIfReport(Recording recording, RecordedRun run) {
    this.recording = recording;
    this.run = run;
  }

  /** What stands above the table. */
  public String head() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d requests in %.3f s, %,d events",
            run.figures().offered(),
            run.loadSeconds(),
            run.events()));
    if (run.missing() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "the recording misses %,d events, and the requests among them: this is of what is left",
              run.missing()));
    }
    Endings.cut(run.cut()).ifPresent(lines::add);
    lines.add(
        String.format(
            "%-10s %-10s %5s %11s %11s %8s %11s %9s %9s  %s",
            "",
            "policy",
            "GPUs",
            "offered",
            "met",
            "met %",
            "goodput/s",
            "p50 ms",
            "p99 ms",
            "others"));
    return String.join("\n", lines);
  }

  /** The row of what was recorded. */
  public String recorded() {
    return row(RECORDED, run.origin().policy(), run.gpus(), run.figures());
  }

  /** One more row. */
  public String simulated(String policy, int gpus, Figures figures) {
    return row(SIMULATED, policy, gpus, figures);
  }

  private String row(String kind, String policy, int gpus, Figures figures) {
    double seconds = run.loadSeconds();
    rows.add(
        new JsonObject()
            .put("run", kind)
            .put("policy", policy)
            .put("gpus", gpus)
            .mergeIn(figures.json(seconds)));
    boolean any = figures.succeeded() > 0;
    return String.format(
        Locale.ROOT,
        "%-10s %-10s %5d %,11d %,11d %8.3f %11s %9s %9s  %s",
        kind,
        policy,
        gpus,
        figures.offered(),
        figures.met(),
        100 * figures.metFraction(),
        seconds == 0 ? "-" : shown(figures.met() / seconds),
        any ? shown(figures.p50Millis()) : "-",
        any ? shown(figures.p99Millis()) : "-",
        figures.losses());
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%,.2f", value);
  }

  /** The documented shape of {@code --json}; its keys are kept stable and in this order. */
  public JsonObject json() {
    return ReplayReport.head(recording)
        .put("events", run.events())
        .put("recorded_s", run.seconds())
        .put("load_s", run.loadSeconds())
        .put("missing_events", run.missing())
        .put("cut_off", run.cut().isPresent())
        .put("rows", rows);
  }
}
