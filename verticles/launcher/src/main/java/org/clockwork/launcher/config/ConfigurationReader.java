package org.clockwork.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.JsonValue;
import org.clockwork.codecs.json.Position;
import org.clockwork.codecs.json.Problem;

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

  /**
   * What one role's file says, and of the others the defaults.
   *
   * @param name what messages call the text
   * @param environment as above
   */
  public static Configuration readRole(
      RoleFile role, String name, JsonValue value, Map<String, String> environment)
      throws ConfigurationException {
    ConfigurationReader reader = new ConfigurationReader();
    return reader.finished(reader.over(Configuration.DEFAULT, role, name, value), environment);
  }

  private Configuration readAll(Path folder, Map<String, String> environment)
      throws ConfigurationException {
    Configuration configuration = Configuration.DEFAULT;
    for (RoleFile role : RoleFile.values()) {
      Path file = folder.resolve(role.fileName());
      Optional<JsonValue> value = Files.exists(file) ? parse(file) : Optional.empty();
      if (value.isPresent()) {
        configuration = over(configuration, role, file.toString(), value.get());
      }
    }
    return finished(configuration, environment);
  }

  private Configuration finished(Configuration files, Map<String, String> environment)
      throws ConfigurationException {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems.stream().map(Problem::toString).toList());
    }
    return new Environment(environment).over(files);
  }

  /** Values that are fine one by one may not fit together; the record says so when it is made. */
  private Configuration over(Configuration before, RoleFile role, String name, JsonValue value) {
    JsonFields fields = JsonFields.of(name, value, problems);
    ClusterConfig cluster =
        role == RoleFile.OPERATORS ? ClusterConfig.DEFAULT : ClusterFields.read(fields);
    try {
      Configuration after =
          switch (role) {
            case CONTROLLER -> before.with(ControllerFields.read(fields));
            case WORKER -> before.with(WorkerFields.read(fields));
            case GATEWAY -> GatewayFields.over(before, fields);
            case CLIENT -> before.with(ClientFields.read(fields));
            case OPERATORS -> before.with(OperatorsFields.read(fields));
          };
      return after.joining(role, cluster);
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(name, Position.START, e.getMessage()));
      return before;
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
