package org.clockwork.launcher;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clockwork.client.ClientConfig;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.scripts.Arguments;
import org.clockwork.scripts.Grant;
import org.clockwork.scripts.Script;
import org.clockwork.scripts.ScriptException;
import org.clockwork.scripts.ScriptPlan;
import org.clockwork.scripts.ScriptReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code clockwork client script FILE}: offers the load that a script says. */
@Command(
    name = "script",
    description = {
      "Offers the load that a script in JavaScript or Python says.",
      "A line each second, a total at the end, as of any workload; docs/scripts.md teaches to write",
      "one. The options below are the client's; all others go to the script, which says with -h",
      "after its name what it takes."
    },
    sortOptions = false)
final class ScriptCommand implements Callable<Integer> {
  @ParentCommand private ClientCommand client;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE [--NAME VALUE...]",
      description =
          "The script, ending in .js or .py: as given, or else in workload-scripts; then what it"
              + " takes.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--grant",
      paramLabel = "NAME",
      split = ",",
      description =
          "What the script may do besides: eventbus (publish and subscribe on addresses that are"
              + " not Clockwork's own).")
  private List<String> grants = new ArrayList<>();

  @Option(
      names = {"-h", "--help"},
      description = "Say this; after a script's name, what the script says of itself.")
  private boolean help;

  @Spec private CommandSpec spec;

  /** The folder of the scripts that are ready. */
  static Path ready() {
    return Path.of(System.getProperty("clockwork.root", "."), Script.FOLDER);
  }

  /** What follows the options in the help. */
  static String[] scripts() {
    List<String> lines = new ArrayList<>(List.of("", "Ready scripts:"));
    for (String name : Script.in(ready())) {
      lines.add("  " + name);
      lines.add("      " + firstSentence(Script.read(name, ready()).comment()));
    }
    return lines.toArray(String[]::new);
  }

  /** Without the lines that are about arguments, which are indented. */
  private static String firstSentence(String comment) {
    String text =
        comment.lines().takeWhile(line -> !line.startsWith(" ")).collect(Collectors.joining(" "));
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }

  @Override
  public Integer call() throws Exception {
    if (help && words.isEmpty()) {
      spec.usageMessage().footer(scripts());
      spec.commandLine().usage(spec.commandLine().getOut());
      return 0;
    }
    try {
      Script script = Script.read(file(), ready());
      if (help) {
        spec.commandLine()
            .getOut()
            .println(
                "client script "
                    + script.name()
                    + "\n"
                    + script.comment().indent(2).stripTrailing());
        return 0;
      }
      return run(script);
    } catch (ScriptException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  private String file() {
    int addresses = client.named().words();
    if (client.words().size() > addresses) {
      throw new UnusableException(
          "client %s script: expected nothing but addresses HOST:PORT before 'script'"
              .formatted(client.words().get(addresses)));
    }
    if (words.isEmpty() || words.getFirst().startsWith("-")) {
      throw new UnusableException(
          "client script: expected the script's FILE first, as in client script steady.js --rate"
              + " 200; there are "
              + String.join(", ", Script.in(ready())));
    }
    return words.getFirst();
  }

  private int run(Script script) throws Exception {
    Configuration configuration = client.configuration();
    ClientConfig config = client.timed(configuration.client());
    ScriptPlan plan =
        new ScriptPlan(
            script,
            Arguments.of(words.subList(1, words.size())),
            client.measured(config.load().measured()),
            config.seed(),
            config.payloads(),
            config.load().choices().traces(),
            Grant.named(grants));
    Optional<ScriptRole> role =
        client.joined(
            script.name(),
            config,
            configuration,
            (node, lines) ->
                new ScriptRole(
                    configuration.gateway(), List.of(plan), config.patienceSeconds(), node, lines));
    Optional<JsonObject> total =
        role.flatMap(ended -> ended.reports().stream().findFirst()).map(ScriptReport::json);
    if (total.isPresent()) {
      client.write(total.get());
    } else {
      client.stoppedEarly();
    }
    return 0;
  }
}
