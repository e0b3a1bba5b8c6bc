package org.clockwork.test.compiled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.cpu.CpuFeatures;
import org.clockwork.gpunative.cpu.PlanCpuDevice;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.test.CCompiler;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real compiled model against what ONNX Runtime answers (its goldens). Every EXEC runs in a
 * poisoned workspace, between guards.
 */
class TextDirectionTest {
  private static final ModelId MODEL = new ModelId(0);
  private static final int PAGES = 4;

  @TempDir static Path folder;

  private static PlanCpuDevice device;
  private static CheckedModel model;
  private static Hosted hosted;

  @BeforeAll
  static void register() throws Exception {
    assumeTrue(PlanCpuDevice.obstacle().isEmpty(), "compiled models don't run on this machine");
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: no kernels can be compiled");
    Path compiled = TextDirection.in(folder.resolve("text-direction"));
    model = CheckedModel.open(compiled, _ -> false);
    device =
        PlanCpuDevice.watched(
            new DeviceSpec("plan-cpu:test", DeviceSpec.PAGE_BYTES, PAGES, true, 2),
            ProfileStore.NONE,
            CpuFeatures.here());
    hosted =
        device.register(
            MODEL,
            "text-direction",
            new ModelSource.Compiled("text-direction", compiled, compiled, ModelSettings.NONE));
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
      model.close();
    }
  }

  @Test
  void everyBatchSizeGivesTheGoldensInWhicheverPages() {
    Seeds.each(
        PAGES,
        seed -> {
          device.load(MODEL, new PageSet((int) seed % PAGES));
          for (int batch : hosted.profile().execNanos().keySet()) {
            Tensors answer = run(batch, List.of(model.golden().inputs(batch))).getFirst();
            assertEquals(Optional.empty(), model.golden().difference(answer));
          }
          device.unload(MODEL);
        });
  }

  /** To the last bit the same, whatever lies in the other rows. */
  @Test
  void nobodyInABatchSeesAnothersData() throws Exception {
    device.load(MODEL, new PageSet(0));
    List<Tensors> rows = rows();
    List<byte[]> alone = new ArrayList<>();
    for (Tensors row : rows) {
      alone.add(bytes(run(4, List.of(row)).getFirst()));
    }
    Seeds.each(
        10,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          List<Integer> drawn = random.ints(4, 0, rows.size()).boxed().toList();
          List<Tensors> answers = run(4, drawn.stream().map(rows::get).toList());
          for (int i = 0; i < drawn.size(); i++) {
            assertArrayEquals(alone.get(drawn.get(i)), bytes(answers.get(i)));
          }
        });
    device.unload(MODEL);
  }

  /** The golden rows, each by itself. */
  private static List<Tensors> rows() {
    int count = model.plan().golden().rows();
    Tensors all = model.golden().inputs(count);
    List<Tensors> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      List<ByteBuffer> buffers = new ArrayList<>();
      for (ByteBuffer buffer : all.buffers()) {
        int bytes = buffer.remaining() / count;
        buffers.add(buffer.slice(row * bytes, bytes));
      }
      rows.add(new Tensors(1, buffers));
    }
    return rows;
  }

  private static List<Tensors> run(int batch, List<Tensors> inputs) throws DeviceException {
    try (Inference inference = device.infer(MODEL, batch, inputs)) {
      inference.input();
      inference.exec();
      return inference.output();
    }
  }

  private static byte[] bytes(Tensors answer) {
    ByteBuffer all = ByteBuffer.allocate((int) answer.bytes());
    answer.buffers().forEach(buffer -> all.put(buffer.duplicate()));
    return all.array();
  }
}
