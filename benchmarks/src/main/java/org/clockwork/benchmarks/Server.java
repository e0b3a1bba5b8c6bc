package org.clockwork.benchmarks;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.clockwork.client.ClientVerticle;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.scripts.ScriptInferences;
import org.clockwork.scripts.ScriptPlan;
import org.clockwork.scripts.ScriptReport;
import org.clockwork.scripts.ScriptVerticle;
import org.clockwork.worker.DevicesConfig;

/** All roles in this process, for a benchmark that offers load to them. */
public final class Server implements AutoCloseable {
  private final OneProcess process;

  private Server(OneProcess process) {
    this.process = process;
  }

  static Server with(int onnxDevices, int simulatedGpus, String policy, List<ModelSource> sources)
      throws Exception {
    return with(
        DevicesConfig.DEFAULT.onlySimulatedGpus(simulatedGpus).withOnnxDevices(onnxDevices),
        policy,
        sources);
  }

  /** With those devices alone. */
  public static Server with(DevicesConfig devices, String policy, List<ModelSource> sources)
      throws Exception {
    Configuration defaults = Configuration.DEFAULT;
    Configuration configuration =
        defaults
            .with(defaults.worker().with(devices))
            .with(
                defaults
                    .controller()
                    .scheduledBy(policy)
                    .summarizingEvery(0)
                    .logging(defaults.controller().log().in(logFolder())));
    return new Server(await(OneProcess.start(configuration, sources, _ -> {})));
  }

  private static Path logFolder() throws IOException {
    return Files.createTempDirectory("clockwork-bench-logs");
  }

  public List<ModelStatus> models() {
    return process.models();
  }

  /** Offers the load and waits for what it comes to. */
  public Report play(LoadPlan plan, Payloads payloads) throws Exception {
    ClientVerticle client = await(process.play(plan, process.inferences(), payloads, _ -> {}));
    return await(client.report());
  }

  /**
   * Has a script offer its load and waits for what it comes to.
   *
   * @param seconds takes the line of every second, on the script's thread
   */
  ScriptReport play(ScriptPlan plan, Consumer<String> seconds) throws Exception {
    ScriptVerticle script =
        new ScriptVerticle(plan, new Door(process), seconds, System.out::println);
    await(process.vertx().deployVerticle(script));
    return await(script.report());
  }

  /** The process as scripts know it. */
  private record Door(OneProcess process) implements ScriptInferences {
    @Override
    public Future<Answer> infer(Submission submission) {
      return process.gateway().infer(submission);
    }

    @Override
    public Future<List<ModelStatus>> load(String source, int copies) {
      return process.gateway().load(source, source, copies);
    }

    @Override
    public Future<List<String>> loadable() {
      return loaded().map(models -> models.stream().map(ModelStatus::name).toList());
    }

    @Override
    public Future<List<ModelStatus>> loaded() {
      return process.gateway().models();
    }
  }

  /** From any thread. */
  Future<Answer> infer(Submission submission) {
    return process.gateway().infer(submission);
  }

  /** Waits until it is ready. */
  void load(String model) {
    join(process.gateway().load(model, model, 1));
  }

  /** Waits until it has gone. */
  void unload(String model) {
    join(process.gateway().unload(Caller.PROCESS, model));
  }

  private static void join(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().join();
  }

  @Override
  public void close() {
    process.stop().toCompletionStage().toCompletableFuture().join();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.HOURS);
  }
}
