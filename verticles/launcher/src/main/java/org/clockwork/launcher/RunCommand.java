package org.clockwork.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonValue;
import org.clockwork.codecs.json.Position;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.NamedNodes;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationReader;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.scripts.Language;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vertx run ROLE -cluster -conf FILE}: a role deployed as a verticle, from its JSON. */
@Command(
    name = "run",
    description = {
      "Deploys a role as a verticle, with a JSON config: vertx run worker -cluster -conf FILE.",
      "Or scripts, each in a verticle: vertx run workload-scripts/steady.js -cluster.",
      "The verticles, for whoever deploys them by name: org.clockwork.launcher.ControllerNode,",
      "WorkerNode, WorkerDummyNode, ClientNode, GatewayNode."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "ROLE|FILE...",
      description =
          "controller, worker, worker_dummy, client or gateway, or a verticle's class; or files of"
              + " scripts, ending in .js or .py.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "-conf",
      paramLabel = "FILE|JSON",
      description =
          "The role's config: a file such as conf/worker.json, or the JSON itself. The defaults"
              + " hold for keys that it leaves out. For scripts that of a client, with \"args\" (an"
              + " object) and \"grant\" (a list).")
  private Optional<String> conf = Optional.empty();

  @Mixin private ClusterArguments cluster;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  RunCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Option(
      names = "-cluster",
      description = "Joins the cluster. Every role does: without it the same happens.")
  void clustered(boolean given) {
    // Taken because who knows the command of Vert.x writes it; there is nothing to remember.
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    boolean scripts = names.stream().allMatch(each -> Language.of(each).isPresent());
    if (names.size() > 1 && !scripts) {
      throw new UnusableException(
          "run %s: expected one role, or scripts (.js, .py) alone"
              .formatted(String.join(" ", names)));
    }
    RoleKind kind = scripts ? RoleKind.CLIENT : RoleKind.named(names.getFirst());
    JsonValue value = config();
    JsonObject json = (JsonObject) plain(value);
    // Read here as well: what is wrong with it is told with its line, before anything has begun.
    Configuration configuration =
        ConfigurationReader.readRole(
            kind.file(), called(), scripts ? ScriptNode.ofClient(value) : value, System.getenv());
    ClusterOptions options =
        kind.onUsualPort(
            cluster.options(
                Path.of(System.getProperty("clockwork.root", "."), "conf"),
                System.getenv(),
                configuration.cluster(kind.file()),
                NamedNodes.NONE,
                _ -> {}));
    if (kind == RoleKind.CLIENT) {
      ClientRole.announce(
          scripts ? String.join(" ", names) : configuration.client().load().workload(),
          configuration.client(),
          "cluster " + options.cluster(),
          out::println);
    }
    RoleVerticle verticle = scripts ? new ScriptNode(names) : kind.verticle();
    new NodeRun(options, kind.vertxOptions(), interruption, out::println)
        .run((node, lines) -> new DeployedRole(node, verticle.on(node, lines), json));
    return 0;
  }

  private String called() {
    return conf.filter(text -> !isJson(text)).orElse("-conf");
  }

  private JsonValue config() {
    if (conf.isEmpty()) {
      return new JsonValue.Obj(Position.START, List.of());
    }
    try {
      return isJson(conf.get())
          ? Json.parse("-conf", conf.get())
          : Json.read(existing(Path.of(conf.get())));
    } catch (JsonException e) {
      throw new UnusableException(e.getMessage());
    } catch (IOException e) {
      throw new UnusableException("-conf %s can't be read: %s".formatted(conf.get(), e));
    }
  }

  private static boolean isJson(String text) {
    return text.stripLeading().startsWith("{");
  }

  private static Path existing(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableException(
          "-conf %s: there is no such file; expected one such as conf/worker.json, or JSON in braces"
              .formatted(file));
    }
    return file;
  }

  /** As Vert.x has it, without comments and places. */
  private static Object plain(JsonValue value) {
    return switch (value) {
      case JsonValue.Obj object -> {
        JsonObject plain = new JsonObject();
        object.members().forEach(member -> plain.put(member.key(), plain(member.value())));
        yield plain;
      }
      case JsonValue.Arr list ->
          new JsonArray(list.elements().stream().map(RunCommand::plain).toList());
      case JsonValue.Str text -> text.value();
      case JsonValue.Num number -> number.value();
      case JsonValue.Bool flag -> flag.value();
      case JsonValue.Null _ -> "";
    };
  }
}
