package org.clockwork.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.clockwork.client.ClientConfig;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonValue;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.scripts.Arguments;
import org.clockwork.scripts.Grant;
import org.clockwork.scripts.Script;
import org.clockwork.scripts.ScriptException;
import org.clockwork.scripts.ScriptPlan;

/**
 * Scripts as a verticle to deploy by the name of a file, {@code steady.js}. The config is that of
 * client.json, with {@code "args"}, an object, for the script, and {@code "grant"}, a list.
 */
public final class ScriptNode extends RoleVerticle {
  private static final String ARGUMENTS = "args";
  private static final String GRANTS = "grant";
  private static final List<String> OWN_KEYS = List.of(ARGUMENTS, GRANTS);

  private final List<String> files;

  /**
   * @param files one script each, deployed together
   */
  ScriptNode(List<String> files) {
    super(RoleKind.CLIENT);
    this.files = List.copyOf(files);
  }

  /** The config without what is meant for scripts alone: that of any client. */
  static JsonValue ofClient(JsonValue config) {
    return config instanceof JsonValue.Obj object
        ? new JsonValue.Obj(
            object.at(),
            object.members().stream().filter(member -> !OWN_KEYS.contains(member.key())).toList())
        : config;
  }

  private static JsonObject ofClient(JsonObject config) {
    JsonObject client = config.copy();
    OWN_KEYS.forEach(client::remove);
    return client;
  }

  @Override
  Role role(JsonObject config, Node node, Consumer<String> lines)
      throws ConfigurationException, JsonException {
    Configuration configuration = configuration(ofClient(config));
    ClientConfig client = configuration.client();
    return new ScriptRole(
        configuration.gateway(), plans(client, config), client.patienceSeconds(), node, lines);
  }

  private List<ScriptPlan> plans(ClientConfig client, JsonObject config) {
    try {
      Arguments arguments = arguments(config.getValue(ARGUMENTS, new JsonObject()));
      List<ScriptPlan> plans = new ArrayList<>();
      for (String file : files) {
        plans.add(
            new ScriptPlan(
                Script.read(file, ScriptCommand.ready()),
                arguments,
                client.load().measured(),
                client.seed(),
                client.payloads(),
                client.load().choices().traces(),
                Grant.named(grants(config.getValue(GRANTS, new JsonArray())))));
      }
      return plans;
    } catch (ScriptException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  private static Arguments arguments(Object value) {
    if (!(value instanceof JsonObject object)) {
      throw new UnusableException(
          "a script's config: \"args\" is %s; expected an object, as {\"rate\": 200}"
              .formatted(value));
    }
    object.forEach(
        argument -> {
          if (!(argument.getValue() instanceof Number
              || argument.getValue() instanceof Boolean
              || argument.getValue() instanceof String)) {
            throw new UnusableException(
                "a script's config: \"args\" has %s of %s; expected a number, a text or a boolean"
                    .formatted(argument.getKey(), argument.getValue()));
          }
        });
    return new Arguments(object.getMap());
  }

  private static List<String> grants(Object value) {
    if (!(value instanceof JsonArray list) || !list.stream().allMatch(String.class::isInstance)) {
      throw new UnusableException(
          "a script's config: \"grant\" is %s; expected a list of names, as [\"eventbus\"]"
              .formatted(value));
    }
    return list.stream().map(String.class::cast).toList();
  }
}
