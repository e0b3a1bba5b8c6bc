package org.clockwork.launcher;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork models ls|load|unload}: which models a running cluster serves. */
@Command(
    name = "models",
    description = "Lists the models of a running cluster, has one served, or served no more.",
    footer = {
      "",
      "Exit code 1 where a model is unknown or can't be served, with the reason; 2 where no"
          + " gateway",
      "answers."
    },
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Runnable {
  /** Longer than a node needs to find the others; then there is no gateway. */
  private static final long LIST_MILLIS = 10_000;

  /** A model met for the first time is measured; the gateway gives up after five minutes itself. */
  private static final long LOAD_MILLIS = TimeUnit.MINUTES.toMillis(6);

  @Spec private CommandSpec spec;

  /** Without a verb: say which there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Every model that is known. */
  @Command(
      name = "ls",
      description = "Every model that is known, by name; versions are models named NAME/VERSION.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Ls implements Callable<Integer> {
    @Mixin private ModelsQuestion question;

    private final Interruption interruption;

    Ls(Interruption interruption) {
      this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
      return question.ask(new JsonObject().put("op", "ls"), LIST_MILLIS, interruption);
    }
  }

  /** One more model. */
  @Command(
      name = "load",
      description = {
        "Has a model of the workers' repositories served, and waits until it is ready. Its files"
            + " may",
        "have come since the workers started. NAME/VERSION is that version; NAME alone is the"
            + " highest",
        "that is there, and others go on being served."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Load implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "What it is called from then on.")
    private String name = "";

    @Option(
        names = "--source",
        paramLabel = "NAME",
        description = "Its folder in the repository, where that is called otherwise.")
    private Optional<String> source = Optional.empty();

    @Option(
        names = "--copies",
        paramLabel = "N",
        description = "Also as NAME#2 and so on; copies share memory of the host, and no pages.")
    private int copies = 1;

    @Mixin private ModelsQuestion question;

    private final Interruption interruption;

    Load(Interruption interruption) {
      this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
      return question.ask(
          new JsonObject()
              .put("op", "load")
              .put("name", name)
              .put("source", source.orElse(name))
              .put("copies", copies),
          LOAD_MILLIS,
          interruption);
    }
  }

  /** One model fewer. */
  @Command(
      name = "unload",
      description = {
        "Has a model served no more, and waits until it has gone: what waits for it is answered",
        "first. Its files stay. NAME/VERSION is that version; NAME alone is all of them."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Unload implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "As models ls shows it.")
    private String name = "";

    @Mixin private ModelsQuestion question;

    private final Interruption interruption;

    Unload(Interruption interruption) {
      this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
      return question.ask(
          new JsonObject().put("op", "unload").put("name", name), LOAD_MILLIS, interruption);
    }
  }
}
