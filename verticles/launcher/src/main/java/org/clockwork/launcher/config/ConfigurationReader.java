package org.clockwork.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.clockwork.client.ClientConfig;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.JsonValue;
import org.clockwork.codecs.json.Position;
import org.clockwork.codecs.json.Problem;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.worker.WorkerNodeConfig;

/**
 * Reads the configuration of all roles out of one folder, {@code conf}, and lays the environment
 * over it. Command lines are laid over the result by the commands. Whatever is wrong in any of the
 * files is told at once.
 */
public final class ConfigurationReader {
  private final List<Problem> problems = new ArrayList<>();

  private ConfigurationReader() {}

  /**
   * A file that is missing leaves its role at its defaults.
   *
   * @param environment variables by name, as {@link System#getenv()} gives them
   */
  public static Configuration read(Path folder, Map<String, String> environment)
      throws ConfigurationException {
    return new ConfigurationReader().readAll(folder, environment);
  }

  private Configuration readAll(Path folder, Map<String, String> environment)
      throws ConfigurationException {
    ControllerConfig controller =
        read(folder, "controller.json", ControllerFields::read, ControllerConfig.DEFAULT);
    WorkerNodeConfig worker =
        read(folder, "worker.json", WorkerFields::read, WorkerNodeConfig.DEFAULT);
    GatewayConfig gateway =
        read(folder, "gateway.json", GatewayFields::read, GatewayConfig.DEFAULT);
    ClientConfig client = read(folder, "client.json", ClientFields::read, ClientConfig.DEFAULT);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems.stream().map(Problem::toString).toList());
    }
    return new Environment(environment)
        .over(new Configuration(controller, worker, gateway, client));
  }

  private <T> T read(Path folder, String name, Function<JsonFields, T> reader, T defaults) {
    Path file = folder.resolve(name);
    if (Files.notExists(file)) {
      return defaults;
    }
    return parse(file)
        .map(value -> JsonFields.of(file.toString(), value, problems))
        .flatMap(fields -> build(file, fields, reader))
        .orElse(defaults);
  }

  /** Values that are fine one by one may not fit together; the record says so when it is made. */
  private <T> Optional<T> build(Path file, JsonFields fields, Function<JsonFields, T> reader) {
    try {
      return Optional.of(reader.apply(fields));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(file.toString(), Position.START, e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<JsonValue> parse(Path file) {
    try {
      return Optional.of(Json.read(file));
    } catch (JsonException e) {
      problems.add(e.problem());
    } catch (IOException e) {
      problems.add(
          new Problem(
              file.toString(),
              Position.START,
              "can't be read: " + e + "; mend its permissions or remove it to have the defaults"));
    }
    return Optional.empty();
  }
}
