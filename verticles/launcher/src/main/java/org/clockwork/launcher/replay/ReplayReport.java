package org.clockwork.launcher.replay;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Recording;
import org.clockwork.launcher.replay.Replay.Difference;
import org.clockwork.launcher.replay.Replay.Result;

/**
 * What came of a replay, for people and for machines.
 *
 * @param build the version of this program
 */
public record ReplayReport(Recording recording, Result result, String build) {

  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d events in %.3f s, %,d commands",
            result.events(),
            result.nanos() / 1e9,
            result.commands()));
    lines.add(
        result
            .difference()
            .map(this::text)
            .orElseGet(
                () ->
                    String.format(
                        Locale.ROOT,
                        "all %,d commands are the same, bit for bit",
                        result.commands())));
    result.broke().ifPresent(broke -> lines.add("the scheduler broke then as now: " + broke));
    result.gap().ifPresent(gap -> lines.add(text(gap)));
    Endings.cut(result.cut()).ifPresent(lines::add);
    if (result.ended().equals(Optional.of(Entry.Cause.FULL))) {
      lines.add("the recording ended at its bound (--record-bytes); its controller went on");
    }
    return String.join("\n", lines);
  }

  private String text(Difference difference) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "command %d of event %,d differs, %.6f s after the first event:",
            difference.command(),
            difference.event(),
            difference.elapsedNanos() / 1e9));
    lines.add("  event:    " + difference.happened());
    lines.add("  recorded: " + difference.recorded());
    lines.add("  now:      " + difference.now());
    String recordedBy = recording.origin().build();
    if (!recordedBy.equals(build)) {
      lines.add(
          "build %s recorded it and this is %s, which may decide otherwise"
              .formatted(recordedBy, build));
    }
    return String.join("\n", lines);
  }

  private String text(Entry.Gap gap) {
    return String.format(
        Locale.ROOT,
        "the recording misses the next %,d events, for which its disk was too slow: nothing is"
            + " claimed of the %,d bytes that follow",
        gap.turns(),
        recording.sizeBytes() - recording.atByte());
  }

  /** The documented shape of {@code --json}; its keys are kept stable and in this order. */
  public JsonObject json() {
    return head(recording)
        .put("events", result.events())
        .put("recorded_s", result.nanos() / 1e9)
        .put("commands", result.commands())
        .put("same", result.same())
        .put("first_difference", result.difference().map(ReplayReport::json).orElse(null))
        .put("missing_events", result.gap().map(Entry.Gap::turns).orElse(0L))
        .put("cut_off", result.cut().isPresent())
        .put("broke", result.broke().orElse(null));
  }

  static JsonObject head(Recording recording) {
    return new JsonObject()
        .put("file", recording.file().toString())
        .put("build", recording.origin().build())
        .put("policy", recording.origin().policy());
  }

  private static JsonObject json(Difference difference) {
    return new JsonObject()
        .put("event", difference.event())
        .put("at_s", difference.elapsedNanos() / 1e9)
        .put("command", difference.command())
        .put("happened", difference.happened().toString())
        .put("recorded", difference.recorded())
        .put("now", difference.now());
  }
}
