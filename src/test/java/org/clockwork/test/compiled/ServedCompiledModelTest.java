package org.clockwork.test.compiled;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.cpu.PlanCpuDevice;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.test.CCompiler;
import org.clockwork.test.onnx.OnnxFiles;
import org.clockwork.worker.repository.ModelRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole server on compiled models: the worker, its windows and pages are those of any device.
 */
class ServedCompiledModelTest {
  @TempDir Path folder;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Perceptron model;
  private OneProcess process;

  @BeforeEach
  void aModel() throws Exception {
    assumeTrue(PlanCpuDevice.obstacle().isEmpty(), "compiled models don't run on this machine");
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: no kernels can be compiled");
    model = Perceptron.in(folder.resolve("models/perceptron"));
  }

  @AfterEach
  void stop() throws Exception {
    if (process != null) {
      await(process.stop());
    }
  }

  @Test
  void requestsAreAnsweredWithWhatTheModelComputes() throws Exception {
    start(0, 2);
    List<Future<Answer>> asked = new ArrayList<>();
    for (int row = 0; row < 50; row++) {
      asked.add(ask("perceptron", model.x(row), model.ids(row)));
    }
    for (int row = 0; row < asked.size(); row++) {
      Answer.Succeeded answer = assertInstanceOf(Answer.Succeeded.class, await(asked.get(row)));
      assertArrayEquals(model.y(model.x(row), model.ids(row)), y(answer), 1e-5f);
    }
  }

  @Test
  void whoSendsAnIndexBeyondItsTableIsToldAndNobodyElseIsHarmed() throws Exception {
    start(0, 1);
    Future<Answer> right = ask("perceptron", model.x(0), model.ids(0));
    Future<Answer> wrong = ask("perceptron", model.x(1), 0, 17);
    Future<Answer> alsoRight = ask("perceptron", model.x(2), model.ids(2));

    Answer.Failed failed = assertInstanceOf(Answer.Failed.class, await(wrong));
    assertEquals(ErrorCode.INPUT_INVALID, failed.code());
    assertTrue(failed.reason().contains("holds 17; its values are from 0 to 4"), failed::reason);
    assertInstanceOf(Answer.Succeeded.class, await(right));
    assertInstanceOf(Answer.Succeeded.class, await(alsoRight));
  }

  @Test
  void aModelThatCannotBeUsedIsNamedAndTheRestIsServed() throws Exception {
    Perceptron damaged = Perceptron.in(folder.resolve("models/damaged"));
    Files.write(damaged.folder().resolve("weights.bin"), new byte[1184]);
    start(0, 1);

    assertTrue(
        lines.stream()
            .anyMatch(
                line ->
                    line.startsWith("model damaged can't be served: ")
                        && line.contains("damaged/weights.bin: has sha256")),
        lines::toString);
    assertInstanceOf(Answer.Succeeded.class, await(ask("perceptron", model.x(0), model.ids(0))));
  }

  @Test
  void aPlanForGpusAloneIsNoMatterOfOtherDevices() throws Exception {
    Path plan = Files.createDirectory(folder.resolve("models/elsewhere"));
    Files.writeString(plan.resolve("model.json"), "{\"targets\": {\"cuda:sm_90\": {}}}");
    start(0, 1);

    assertTrue(
        lines.contains(
            "not served: elsewhere: it is compiled for cuda:sm_90 alone, which GPUs run; compile it"
                + " with --target cpu as well for plan-cpu devices"),
        lines::toString);
  }

  @Test
  void withoutADeviceForItItIsToldWhichIsNeeded() throws Exception {
    OnnxFiles.affine(Files.createDirectory(folder.resolve("models/affine")).resolve("model.onnx"));
    start(1, 0);

    assertTrue(
        lines.contains(
            "not served: perceptron: it is a compiled model, which GPUs and plan-cpu devices run; add"
                + " --plan-cpu-devices 1"),
        lines::toString);
  }

  private void start(int onnxDevices, int planCpuDevices) throws Exception {
    Configuration defaults = Configuration.DEFAULT;
    Configuration configuration =
        defaults
            .with(
                defaults
                    .worker()
                    .with(
                        defaults
                            .worker()
                            .devices()
                            .withOnnxDevices(onnxDevices)
                            .withPlanCpuDevices(planCpuDevices)))
            .with(
                defaults
                    .controller()
                    .logging(defaults.controller().log().in(folder.resolve("logs"))));
    List<ModelSource> sources = new ModelRepository(folder.resolve("models")).scan().models();
    process = await(OneProcess.start(configuration, sources, lines::add));
  }

  private Future<Answer> ask(String name, float[] x, long... ids) {
    ByteBuffer first = ByteBuffer.allocate(x.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer second = ByteBuffer.allocate(ids.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    first.asFloatBuffer().put(x);
    second.asLongBuffer().put(ids);
    return process
        .gateway()
        .infer(
            Submission.of(
                name,
                new Payload.Ordered(new Tensors(1, List.of(first, second))),
                Objective.ofNanos(SECONDS.toNanos(20))));
  }

  private static float[] y(Answer.Succeeded answer) {
    float[] y = new float[Perceptron.Y];
    ByteBuffer bytes = answer.tensors().buffers().getFirst();
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(y);
    return y;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }
}
