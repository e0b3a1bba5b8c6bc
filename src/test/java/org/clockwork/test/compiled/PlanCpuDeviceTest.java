package org.clockwork.test.compiled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.cpu.CpuFeatures;
import org.clockwork.gpunative.cpu.PlanCpuDevice;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.test.CCompiler;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every EXEC here runs in a poisoned workspace, between guards. */
class PlanCpuDeviceTest {
  private static final ModelId MODEL = new ModelId(0);
  private static final ModelId OTHER = new ModelId(1);
  private static final PageSet PAGE = new PageSet(2);
  private static final int PAGES = 5;

  @TempDir Path folder;

  private Perceptron model;
  private PlanCpuDevice device;

  @BeforeEach
  void aDeviceAndAModel() throws Exception {
    assumeTrue(PlanCpuDevice.obstacle().isEmpty(), "compiled models don't run on this machine");
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: no kernels can be compiled");
    model = Perceptron.in(folder.resolve("perceptron"));
    device =
        PlanCpuDevice.watched(
            new DeviceSpec("plan-cpu:test", DeviceSpec.PAGE_BYTES, PAGES, true, 2),
            ProfileStore.NONE,
            CpuFeatures.here());
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
    }
  }

  @Test
  void registeringSaysWhatTheModelTakesAndHowLongEachBatchSizeLasts() throws Exception {
    Hosted hosted = device.register(MODEL, "perceptron#2", source(model));

    assertEquals("perceptron#2", hosted.spec().name());
    assertEquals("perceptron", hosted.spec().source());
    assertEquals(List.of("x", "ids"), hosted.spec().inputs().stream().map(i -> i.name()).toList());
    assertEquals(1, hosted.profile().pages());
    assertEquals(Perceptron.BATCHES, List.copyOf(hosted.profile().execNanos().keySet()));
    assertTrue(hosted.profile().loadNanos() > 0);
    assertEquals(384, device.workspaceBytes(MODEL).orElseThrow());
  }

  @Test
  void everyBatchSizeAnswersWhatTheModelComputes() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    device.load(MODEL, PAGE);
    for (int batch : Perceptron.BATCHES) {
      assertRight(model, batch, run(MODEL, batch, List.of(rows(model, 10, batch))).getFirst(), 10);
    }
  }

  /** A table larger than a page, in pages that are drawn anew each time. */
  @Test
  void weightsMayLieInAnyPages() throws Exception {
    Perceptron large = new Perceptron(folder.resolve("large"), Perceptron.MANY_WORDS, 7).write();
    Hosted hosted = device.register(MODEL, "large", source(large));
    assertEquals(3, hosted.profile().pages());
    device.register(OTHER, "perceptron", source(model));
    Seeds.each(
        20,
        seed -> {
          List<Integer> pages = shuffled(Seeds.random(seed));
          device.load(MODEL, new PageSet(pages.get(0), pages.get(1), pages.get(2)));
          device.load(OTHER, new PageSet(pages.get(3)));
          assertRight(large, 4, run(MODEL, 4, List.of(rows(large, 0, 4))).getFirst(), 0);
          device.unload(MODEL);
          assertRight(model, 2, run(OTHER, 2, List.of(rows(model, 5, 2))).getFirst(), 5);
          device.unload(OTHER);
        });
  }

  @Test
  void eachPartOfABatchGetsItsOwnRows() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    device.load(MODEL, PAGE);

    List<Tensors> answers =
        run(MODEL, 4, List.of(rows(model, 1, 1), rows(model, 2, 2), rows(model, 7, 1)));

    assertRight(model, 1, answers.get(0), 1);
    assertRight(model, 2, answers.get(1), 2);
    assertRight(model, 1, answers.get(2), 7);
  }

  /**
   * Whatever lies in the other rows and came before, a row's answer is the same to the last bit.
   */
  @Test
  void nobodyInABatchSeesAnothersData() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    device.load(MODEL, PAGE);
    Tensors mine = rows(model, 3, 1);
    byte[] alone = bytes(run(MODEL, 4, List.of(mine)).getFirst());
    Seeds.each(
        200,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          run(MODEL, 4, List.of(rows(model, random.nextInt(1000), 4)));
          List<Tensors> parts = new ArrayList<>();
          int at = random.nextInt(4);
          for (int row = 0; row < 4; row++) {
            parts.add(row == at ? mine : rows(model, random.nextInt(1000), 1));
          }
          assertArrayEquals(alone, bytes(run(MODEL, 4, parts).get(at)));
        });
  }

  @Test
  void anIndexBeyondItsTableIsTheClientsErrorAndTouchesNothing() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    device.load(MODEL, PAGE);
    for (long wrong : new long[] {Perceptron.FEW_WORDS, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      Tensors sent = tensors(1, model.x(0), 0, wrong);

      DeviceException e =
          assertThrows(DeviceException.class, () -> device.infer(MODEL, 1, List.of(sent)));

      assertEquals(ErrorCode.INPUT_INVALID, e.code());
      assertEquals(
          "input 'ids' of model 'perceptron' holds %d; its values are from 0 to 4".formatted(wrong),
          e.getMessage());
    }
  }

  @Test
  void inputsOfTheWrongSizeAreRefusedByName() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    Tensors cut = new Tensors(2, rows(model, 0, 1).buffers());

    DeviceException e =
        assertThrows(DeviceException.class, () -> device.infer(MODEL, 2, List.of(cut)));

    assertEquals(ErrorCode.INPUT_BAD_SIZES, e.code());
    assertTrue(e.getMessage().contains("input 'x'"), e.getMessage());
  }

  @Test
  void aBatchSizeThatIsNotCompiledIsRefused() throws Exception {
    device.register(MODEL, "perceptron", source(model));

    assertEquals(
        ErrorCode.INPUT_INVALID_BATCH_SIZE,
        assertThrows(
                DeviceException.class, () -> device.infer(MODEL, 3, List.of(rows(model, 0, 1))))
            .code());
  }

  @Test
  void aModelRunsOnlyWhileItIsLoaded() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    assertEquals(ErrorCode.EXEC_WEIGHTS_MISSING, refusalOfExec());
    for (int round = 0; round < 3; round++) {
      PageSet page = new PageSet(round);
      device.load(MODEL, page);
      assertEquals(
          ErrorCode.WEIGHTS_ALREADY_LOADED,
          assertThrows(DeviceException.class, () -> device.load(MODEL, page)).code());
      assertRight(model, 1, run(MODEL, 1, List.of(rows(model, 0, 1))).getFirst(), 0);
      device.unload(MODEL);
      assertEquals(ErrorCode.EXEC_WEIGHTS_MISSING, refusalOfExec());
    }
  }

  @Test
  void copiesShareWhatWasPreparedAndNoPage() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    device.register(OTHER, "perceptron#2", source(model));
    device.load(MODEL, new PageSet(0));
    device.load(OTHER, new PageSet(1));
    device.unload(MODEL);
    device.withdraw(MODEL);

    assertRight(model, 1, run(OTHER, 1, List.of(rows(model, 0, 1))).getFirst(), 0);
  }

  @Test
  void withoutAFreeSlotABatchIsRefusedUntilOneComesBack() throws Exception {
    device.register(MODEL, "perceptron", source(model));
    List<Tensors> inputs = List.of(rows(model, 0, 1));
    Inference first = device.infer(MODEL, 1, inputs);
    Inference second = device.infer(MODEL, 1, inputs);

    assertEquals(
        ErrorCode.IO_POOL_EXHAUSTED,
        assertThrows(DeviceException.class, () -> device.infer(MODEL, 1, inputs)).code());

    first.close();
    device.infer(MODEL, 1, inputs).close();
    second.close();
  }

  @Test
  void aModelLargerThanTheDeviceIsRefused() throws Exception {
    Perceptron large = new Perceptron(folder.resolve("large"), Perceptron.MANY_WORDS, 7).write();
    DeviceSpec two = new DeviceSpec("plan-cpu:test", DeviceSpec.PAGE_BYTES, 2, true, 2);
    try (PlanCpuDevice small = PlanCpuDevice.watched(two, ProfileStore.NONE, CpuFeatures.here())) {
      DeviceException e =
          assertThrows(DeviceException.class, () -> small.register(MODEL, "large", source(large)));

      assertEquals(ErrorCode.INSUFFICIENT_CACHE, e.code());
      assertTrue(e.getMessage().contains("needs 3 pages and this device has 2"), e.getMessage());
    }
  }

  @Test
  void aModelWhoseAnswersAreNotTheGoldenOnesIsRefused() throws Exception {
    Path golden = model.folder().resolve("golden.bin");
    byte[] bytes = Files.readAllBytes(golden);
    bytes[512 + 2] ^= 0x10; // in the first output's first value, about one part in a thousand
    Files.write(golden, bytes);
    model.plan().getJsonObject("golden").put("sha256", Perceptron.sha256(bytes));
    model.save();

    DeviceException e = refusal(source(model));

    assertEquals(ErrorCode.INVALID_MODEL_PATH, e.code());
    assertTrue(e.getMessage().contains("golden.bin with batch size 1"), e.getMessage());
    assertTrue(e.getMessage().contains("output 'y' is up to"), e.getMessage());
  }

  @Test
  void aKernelThatFailsIsToldByName() throws Exception {
    op(2, 4).put("kernel", "__tvm_ffi_fails");
    model.save();

    DeviceException e = refusal(source(model));

    assertTrue(e.getMessage().contains("op 4, kernel '__tvm_ffi_fails', says -1"), e.getMessage());
  }

  @Test
  void aKernelThatWritesBeyondItsAreaIsFoundOut() throws Exception {
    // The workspace ends with what this op writes.
    op(4, 1).put("kernel", "__tvm_ffi_oversteps");
    model.save();

    DeviceException e = refusal(source(model));

    assertTrue(e.getMessage().contains("wrote outside of its areas"), e.getMessage());
  }

  @Test
  void aProcessorThatLacksWhatTheCodeNeedsIsToldSo() throws Exception {
    for (JsonObject targets : targets()) {
      targets.put("cpu:x86-64-v4", targets.remove(Perceptron.CPU));
    }
    model.save();
    try (PlanCpuDevice old =
        PlanCpuDevice.watched(device.spec(), ProfileStore.NONE, new CpuFeatures(Set.of("sse2")))) {
      DeviceException e =
          assertThrows(
              DeviceException.class, () -> old.register(MODEL, "perceptron", source(model)));

      assertTrue(
          e.getMessage()
              .contains(
                  "compiled for [cuda:sm_90, cpu:x86-64-v4], and this processor runs up to"
                      + " cpu:x86-64;"),
          e.getMessage());
    }
  }

  @Test
  void settingsChooseTheBatchSizes() throws Exception {
    Hosted hosted = device.register(MODEL, "perceptron", source(model, List.of(2)));
    assertEquals(Set.of(2), hosted.profile().execNanos().keySet());

    DeviceException e = refusal(source(model, List.of(2, 3)));

    assertTrue(
        e.getMessage().contains("asks for batch sizes [2, 3], and [1, 2, 4] are compiled"),
        e.getMessage());
  }

  private List<JsonObject> targets() {
    List<JsonObject> targets = new ArrayList<>(List.of(model.plan().getJsonObject("targets")));
    for (int i = 0; i < Perceptron.BATCHES.size(); i++) {
      targets.add(model.plan().getJsonArray("batches").getJsonObject(i).getJsonObject("targets"));
    }
    return targets;
  }

  /** That op of that batch size on the CPU. */
  private JsonObject op(int batch, int op) {
    return model
        .plan()
        .getJsonArray("batches")
        .getJsonObject(Perceptron.BATCHES.indexOf(batch))
        .getJsonObject("targets")
        .getJsonObject(Perceptron.CPU)
        .getJsonArray("ops")
        .getJsonObject(op);
  }

  private ErrorCode refusalOfExec() {
    return assertThrows(DeviceException.class, () -> run(MODEL, 1, List.of(rows(model, 0, 1))))
        .code();
  }

  private DeviceException refusal(ModelSource source) {
    return assertThrows(DeviceException.class, () -> device.register(OTHER, source.name(), source));
  }

  private static ModelSource.Compiled source(Perceptron model) {
    return source(model, List.of());
  }

  private static ModelSource.Compiled source(Perceptron model, List<Integer> batchSizes) {
    return new ModelSource.Compiled(
        model.folder().getFileName().toString(),
        model.folder(),
        model.folder(),
        new ModelSettings(Optional.empty(), batchSizes, List.of(), false, 1));
  }

  private List<Tensors> run(ModelId id, int batch, List<Tensors> inputs) throws DeviceException {
    try (Inference inference = device.infer(id, batch, inputs)) {
      inference.input();
      inference.exec();
      return inference.output();
    }
  }

  /** So many rows from that number on. */
  private static Tensors rows(Perceptron model, int first, int count) {
    float[] x = new float[count * Perceptron.X];
    long[] ids = new long[count * 2];
    for (int row = 0; row < count; row++) {
      System.arraycopy(model.x(first + row), 0, x, row * Perceptron.X, Perceptron.X);
      System.arraycopy(model.ids(first + row), 0, ids, row * 2, 2);
    }
    return tensors(count, x, ids);
  }

  private static Tensors tensors(int rows, float[] x, long... ids) {
    ByteBuffer first = ByteBuffer.allocate(x.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer second = ByteBuffer.allocate(ids.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    first.asFloatBuffer().put(x);
    second.asLongBuffer().put(ids);
    return new Tensors(rows, List.of(first, second));
  }

  private static void assertRight(Perceptron model, int rows, Tensors answer, int first) {
    assertEquals(rows, answer.rows());
    for (int row = 0; row < rows; row++) {
      float[] expected = model.y(model.x(first + row), model.ids(first + row));
      float[] found = new float[Perceptron.Y];
      ByteBuffer y = answer.buffers().getFirst();
      for (int j = 0; j < Perceptron.Y; j++) {
        found[j] = y.getFloat((row * Perceptron.Y + j) * 4);
      }
      assertArrayEquals(expected, found, 1e-5f);
      assertEquals(Perceptron.top(expected), answer.buffers().get(1).getInt(row * 4));
    }
  }

  private static byte[] bytes(Tensors answer) {
    ByteBuffer all = ByteBuffer.allocate((int) answer.bytes());
    answer.buffers().forEach(buffer -> all.put(buffer.duplicate()));
    return all.array();
  }

  private static List<Integer> shuffled(RandomGenerator random) {
    List<Integer> pages = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      pages.add(random.nextInt(pages.size() + 1), page);
    }
    return pages;
  }
}
