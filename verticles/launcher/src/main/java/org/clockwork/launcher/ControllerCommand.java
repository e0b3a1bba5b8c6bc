package org.clockwork.launcher;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.NamedNodes;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.RoleFile;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork controller}: the one that decides, as a process of its own. */
@Command(
    name = "controller",
    description = {
      "Decides what runs when and where; one for a cluster, and any number that stand by.",
      "Workers and clients find it, and it finds them, in any order."
    },
    footer = {
      "",
      "As published: controller INFER5 HOST:PORT... schedule_ahead=10000000",
      "  INFER5, INFER4        the published scheduler (--policy infer5)",
      "  ECHO, DIRECT, STRESS  for tests: answers by itself; sends at once; loads workers",
      "  HOST:PORT             a node to join, a worker for instance; all others are found as well"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ControllerCommand implements Callable<Integer> {
  /** The published controllers, and the policies that stand for them. */
  private static final Map<String, String> POLICIES =
      Map.of(
          "INFER4", "infer5",
          "INFER5", "infer5",
          "ECHO", "echo",
          "DIRECT", "direct",
          "STRESS", "stress");

  @Parameters(
      arity = "0..*",
      paramLabel = "[KIND] [HOST:PORT...] [KEY=VALUE...]",
      description = "As published, see below; none is needed.")
  private List<String> words = new ArrayList<>();

  @Mixin private ServerOptions options;

  @Mixin private RecordingOptions recording;

  @Mixin private ClusterArguments cluster;

  @Mixin private PublishedOptions published;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  ControllerCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    List<String> rest = new ArrayList<>(words);
    Optional<String> kind = kind(rest);
    NamedNodes nodes = NamedNodes.leading(rest);
    rest.subList(nodes.words(), rest.size()).forEach(this::option);
    Configuration configuration = options.configuration();
    Consumer<String> out =
        ServerOptions.lines(configuration, "controller", spec.commandLine().getOut()::println);
    ControllerConfig config = recording.over(config(configuration.controller(), kind));
    published.explain(out);
    ClusterOptions joined = joined(configuration, nodes, out);
    new NodeRun(joined, interruption, out)
        .run(
            (node, lines) ->
                AttendedRole.of(
                    new ConfSource(
                        options.folder(),
                        EnumSet.of(RoleFile.CONTROLLER, RoleFile.OPERATORS),
                        options::configuration),
                    configuration,
                    node,
                    lines,
                    operations -> new ControllerRole(config, operations, node, lines)));
    return 0;
  }

  /** Takes the kind off the words that begin with one. */
  private static Optional<String> kind(List<String> words) {
    if (words.isEmpty() || !POLICIES.containsKey(words.getFirst().toUpperCase(Locale.ROOT))) {
      return Optional.empty();
    }
    return Optional.of(words.removeFirst().toUpperCase(Locale.ROOT));
  }

  private void option(String word) {
    if (word.indexOf('=') <= 0) {
      throw new UnusableException(
          "controller %s: '%s' is not understood; expected INFER5, INFER4, ECHO, DIRECT or STRESS, then nodes to join as HOST:PORT, then options as schedule_ahead=10000000"
              .formatted(String.join(" ", words), word));
    }
    published.word(word);
  }

  private ControllerConfig config(ControllerConfig files, Optional<String> kind) {
    ControllerConfig config = files.with(published.over(files.scheduler()));
    if (kind.isEmpty()) {
      return config;
    }
    if (options.namesPolicy()) {
      throw new UnusableException(
          "controller %s names the policy already; leave out --policy".formatted(kind.get()));
    }
    try {
      return config.scheduledBy(POLICIES.get(kind.get()));
    } catch (IllegalArgumentException e) {
      throw new UnusableException("controller %s: %s".formatted(kind.get(), e.getMessage()));
    }
  }

  private ClusterOptions joined(
      Configuration configuration, NamedNodes nodes, Consumer<String> lines) {
    return cluster
        .options(
            options.folder(),
            System.getenv(),
            configuration.cluster(RoleFile.CONTROLLER),
            nodes,
            lines)
        .usuallyFromPort(ClusterOptions.CONTROLLER_PORT);
  }
}
