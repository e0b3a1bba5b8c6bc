package org.clockwork.launcher.config;

import org.clockwork.client.ClientConfig;
import org.clockwork.client.LoadConfig;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Measured;

/** The keys of {@code client.json}. */
final class ClientFields {
  private static final double DAY_SECONDS = 86_400;
  private static final double DAY_MILLIS = DAY_SECONDS * 1e3;

  private ClientFields() {}

  static ClientConfig read(JsonFields fields) {
    ClientConfig defaults = ClientConfig.DEFAULT;
    ClientConfig config =
        new ClientConfig(
            load(fields),
            fields.flag("disableInputs").orElse(defaults.disableInputs()),
            fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(defaults.seed()),
            fields
                .integer("patienceSeconds", 1, 86_400)
                .map(Math::toIntExact)
                .orElse(defaults.patienceSeconds()));
    fields.refuseOthers();
    return config;
  }

  private static LoadConfig load(JsonFields fields) {
    LoadConfig defaults = LoadConfig.DEFAULT;
    Choices choices = defaults.choices();
    choices =
        fields
            .text("model")
            .filter(model -> !model.isBlank())
            .map(choices::withModel)
            .orElse(choices);
    long sloNanos = fields.millisAsNanos("sloMillis", 0, DAY_MILLIS).orElse(0L);
    if (sloNanos > 0) {
      choices = choices.withObjective(Objective.ofNanos(sloNanos));
    }
    long warmUpNanos = seconds(fields, "warmupSeconds");
    long durationNanos = seconds(fields, "durationSeconds");
    LoadConfig load =
        new LoadConfig(
            fields.texts("workload").filter(words -> !words.isEmpty()).orElse(defaults.words()),
            choices,
            new Measured(warmUpNanos, durationNanos == 0 ? Course.NEVER : durationNanos));
    try {
      load.check();
    } catch (IllegalArgumentException e) {
      fields.refuse("workload", "can't be offered: " + e.getMessage());
    }
    return load;
  }

  private static long seconds(JsonFields fields, String key) {
    return fields.decimal(key, 0, DAY_SECONDS).map(seconds -> Math.round(seconds * 1e9)).orElse(0L);
  }
}
