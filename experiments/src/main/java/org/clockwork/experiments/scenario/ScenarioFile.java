package org.clockwork.experiments.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.JsonValue;
import org.clockwork.codecs.json.Position;
import org.clockwork.codecs.json.Problem;
import org.clockwork.codecs.json.TenantFields;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.experiments.Fault;
import org.clockwork.experiments.Measurement;
import org.clockwork.experiments.Setting;

/**
 * Reads a setting from a file: JSON with {@code //} comments, every key of which is explained in
 * {@code docs/scenarios.md}. Whatever is wrong in it is told at once.
 */
public final class ScenarioFile {
  static final double DAY_SECONDS = 86_400;

  private static final double WARM_UP_SECONDS = 2;
  private static final double SECONDS = 10;

  private final List<Problem> problems = new ArrayList<>();

  private ScenarioFile() {}

  /**
   * @throws ScenarioException it can't be read or can't be used; with the file, the line and the
   *     column of each mistake
   */
  public static Setting read(Path file) throws ScenarioException {
    ScenarioFile reader = new ScenarioFile();
    return reader.setting(file.toString(), reader.json(file));
  }

  private JsonValue json(Path file) throws ScenarioException {
    try {
      return Json.read(file);
    } catch (JsonException e) {
      throw new ScenarioException(List.of(e.problem()));
    } catch (IOException e) {
      throw new ScenarioException(
          List.of(
              new Problem(
                  file.toString(),
                  Position.START,
                  "can't be read: " + e + "; docs/scenarios.md says what a scenario holds")));
    }
  }

  private Setting setting(String file, JsonValue value) throws ScenarioException {
    JsonFields fields = JsonFields.of(file, value, problems);
    ScenarioModels models = ScenarioModels.read(fields);
    List<Setting.Machine> machines = MachineFields.read(fields, models);
    List<Setting.Party> parties = new PartyFields(models, machines).read(fields);
    Conditions network =
        fields.object("network").map(NetworkFields::read).orElse(Conditions.COMMON_GROUND);
    Conditions conditions =
        fields.decimal("exec_noise", 0, 1).map(network::withExecSigma).orElse(network);
    List<Fault> faults = FaultFields.read(fields, machines.size());
    double warmUpSeconds = fields.decimal("warmup_s", 0, DAY_SECONDS).orElse(WARM_UP_SECONDS);
    double seconds = fields.decimal("seconds", 0.1, DAY_SECONDS).orElse(SECONDS);
    SortedMap<String, Double> weights =
        fields.object("tenant_weights").map(TenantFields::weights).orElse(new TreeMap<>());
    fields.refuseOthers();
    if (!problems.isEmpty()) {
      throw new ScenarioException(problems);
    }
    return new Setting(
        machines,
        parties,
        conditions,
        SchedulerConfig.DEFAULT.withTenants(weights, SchedulerConfig.MAX_TENANTS),
        faults,
        Measurement.of(nanos(warmUpSeconds), nanos(seconds)));
  }

  static long nanos(double seconds) {
    return Math.round(seconds * 1e9);
  }

  /** What a function makes of several objects; a mistake in one hides no mistake in another. */
  static <T> List<T> each(
      Optional<List<JsonFields>> objects, Function<JsonFields, Optional<T>> read) {
    List<T> all = new ArrayList<>();
    objects.orElse(List.of()).forEach(fields -> read.apply(fields).ifPresent(all::add));
    return all;
  }
}
