package org.clockwork.test.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.ModelSource.Onnx;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.onnx.OnnxDevice;
import org.clockwork.gpunative.profile.ProfileStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxDeviceTest {
  private static final ModelId MODEL = new ModelId(0);
  private static final ModelId OTHER = new ModelId(1);
  private static final PageSet PAGE = new PageSet(0);

  @TempDir Path folder;

  private final RememberedProfiles profiles = new RememberedProfiles();
  private final OnnxDevice device =
      new OnnxDevice(new DeviceSpec("onnx:test", DeviceSpec.PAGE_BYTES, 4, true, 2), profiles);

  /** A store whose content a test can look at. */
  private static final class RememberedProfiles implements ProfileStore {
    private final Map<Key, Entry> entries = new HashMap<>();

    @Override
    public Optional<Entry> find(Key key) {
      return Optional.ofNullable(entries.get(key));
    }

    @Override
    public void keep(Key key, Entry entry) {
      entries.put(key, entry);
    }
  }

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void registeringSaysWhatTheModelTakesAndHowLongEachBatchSizeLasts() throws Exception {
    Hosted hosted = device.register(MODEL, "affine#2", affine());

    assertEquals("affine#2", hosted.spec().name());
    assertEquals("affine", hosted.spec().source());
    assertEquals(List.of(new TensorSpec("x", DataType.FP32, List.of(3))), hosted.spec().inputs());
    assertEquals(List.of(new TensorSpec("y", DataType.FP32, List.of(3))), hosted.spec().outputs());
    assertEquals(1, hosted.profile().pages());
    assertEquals(List.of(1, 2, 4, 8, 16), List.copyOf(hosted.profile().execNanos().keySet()));
    assertTrue(hosted.profile().loadNanos() > 0);
  }

  @Test
  void everyBatchSizeAnswersAsBareOnnxRuntimeDoes() throws Exception {
    Onnx source = affine();
    Hosted hosted = device.register(MODEL, "affine", source);
    device.load(MODEL, PAGE);
    Random random = new Random(1);
    for (int batch : hosted.profile().execNanos().keySet()) {
      float[] x = new float[3 * batch];
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextFloat() * 100 - 50;
      }

      List<Tensors> answers = run(MODEL, batch, List.of(floats(batch, x)));

      assertArrayEquals(bare(source.file(), batch, x), floatsOf(answers.getFirst()));
    }
  }

  @Test
  void eachPartOfABatchGetsItsOwnRows() throws Exception {
    device.register(MODEL, "affine", affine());
    device.load(MODEL, PAGE);

    List<Tensors> answers =
        run(
            MODEL,
            4,
            List.of(floats(1, 1, 2, 3), floats(2, 4, 5, 6, 7, 8, 9), floats(1, 10, 11, 12)));

    assertEquals(List.of(1, 2, 1), answers.stream().map(Tensors::rows).toList());
    assertArrayEquals(new float[] {3, 5, 7}, floatsOf(answers.get(0)));
    assertArrayEquals(new float[] {9, 11, 13, 15, 17, 19}, floatsOf(answers.get(1)));
    assertArrayEquals(new float[] {21, 23, 25}, floatsOf(answers.get(2)));
  }

  /** The slots hold an earlier batch whose indices are fine and then one whose are not. */
  @Test
  void aPaddedRowRunsNothingOfAnEarlierBatch() throws Exception {
    device.register(MODEL, "lookup", lookup(4));
    device.load(MODEL, PAGE);
    for (int slot = 0; slot < device.spec().ioSlots(); slot++) {
      Tensors wrong = ids(2, new long[] {0, 1, 2, 3, 4, 5, 6, 99}, new long[8]);
      assertThrows(DeviceException.class, () -> run(MODEL, 2, List.of(wrong)));
    }

    Tensors right = ids(1, new long[] {1, 2, 3, 4}, new long[] {1, 1, 1, 2});
    List<Tensors> answers = run(MODEL, 2, List.of(right));

    assertEquals(1, answers.size());
    assertArrayEquals(new float[] {10, 20, 30, 80}, floatsOf(answers.getFirst()));
  }

  @Test
  void anAnswerStaysWhatItIsWhileTheSlotServesOthers() throws Exception {
    device.register(MODEL, "affine", affine());
    device.load(MODEL, PAGE);
    Tensors first = run(MODEL, 1, List.of(floats(1, 1, 1, 1))).getFirst();

    for (int slot = 0; slot < device.spec().ioSlots(); slot++) {
      run(MODEL, 1, List.of(floats(1, 5, 5, 5)));
    }

    assertArrayEquals(new float[] {3, 3, 3}, floatsOf(first));
  }

  @Test
  void anIndexBeyondItsTableIsTheClientsErrorAndHarmsNobodyElse() throws Exception {
    device.register(MODEL, "lookup", lookup(4));
    device.load(MODEL, PAGE);
    Tensors wrong = ids(1, new long[] {0, 1, 2, 30522}, new long[] {1, 1, 1, 1});

    DeviceException e = assertThrows(DeviceException.class, () -> run(MODEL, 1, List.of(wrong)));

    assertEquals(ErrorCode.INPUT_INVALID, e.code());
    assertTrue(e.getMessage().contains("30522"), e.getMessage());
    Tensors right = ids(1, new long[] {7, 0, 0, 1}, new long[] {1, 1, 1, 3});
    assertArrayEquals(
        new float[] {70, 0, 0, 30}, floatsOf(run(MODEL, 1, List.of(right)).getFirst()));
  }

  @Test
  void aFreeSequenceLengthIsTheSettingsOrElse64() throws Exception {
    Hosted stated = device.register(MODEL, "lookup", lookup(5));
    Hosted usual =
        device.register(OTHER, "usual", source("usual", OnnxFiles.lookup(file("usual"))));

    assertEquals(List.of(5), stated.spec().inputs().getFirst().shape());
    assertEquals(List.of(64), usual.spec().inputs().getFirst().shape());
    assertEquals(List.of(64), usual.spec().outputs().getFirst().shape());
  }

  @Test
  void aModelRunsOnlyWhileItIsLoadedAndAsWellAfterASecondLoad() throws Exception {
    device.register(MODEL, "affine", affine());
    Tensors x = floats(1, 1, 2, 3);

    assertEquals(
        ErrorCode.EXEC_WEIGHTS_MISSING,
        assertThrows(DeviceException.class, () -> run(MODEL, 1, List.of(x))).code());
    for (int round = 0; round < 3; round++) {
      device.load(MODEL, PAGE);
      assertArrayEquals(new float[] {3, 5, 7}, floatsOf(run(MODEL, 1, List.of(x)).getFirst()));
      device.unload(MODEL);
    }
    assertEquals(
        ErrorCode.EXEC_WEIGHTS_MISSING,
        assertThrows(DeviceException.class, () -> run(MODEL, 1, List.of(x))).code());
  }

  @Test
  void aSecondLoadWithoutUnloadIsRefused() throws Exception {
    device.register(MODEL, "affine", affine());
    device.load(MODEL, PAGE);

    assertEquals(
        ErrorCode.WEIGHTS_ALREADY_LOADED,
        assertThrows(DeviceException.class, () -> device.load(MODEL, PAGE)).code());
  }

  @Test
  void inputsOfTheWrongSizeAreRefusedByName() throws Exception {
    device.register(MODEL, "affine", affine());
    device.load(MODEL, PAGE);

    DeviceException e =
        assertThrows(DeviceException.class, () -> device.infer(MODEL, 1, List.of(floats(1, 1, 2))));

    assertEquals(ErrorCode.INPUT_BAD_SIZES, e.code());
    assertEquals(
        "input 'x' of model 'affine' holds 8 bytes; expected 12 (1 rows of FP32 [3])",
        e.getMessage());
  }

  @Test
  void aBatchSizeThatTheModelLacksIsRefused() throws Exception {
    device.register(MODEL, "affine", affine());

    assertEquals(
        ErrorCode.INPUT_INVALID_BATCH_SIZE,
        assertThrows(
                DeviceException.class, () -> device.infer(MODEL, 3, List.of(floats(1, 1, 2, 3))))
            .code());
  }

  @Test
  void withoutAFreeSlotABatchIsRefusedUntilOneComesBack() throws Exception {
    device.register(MODEL, "affine", affine());
    device.load(MODEL, PAGE);
    Tensors x = floats(1, 1, 2, 3);
    Inference first = device.infer(MODEL, 1, List.of(x));
    Inference second = device.infer(MODEL, 1, List.of(x));

    assertEquals(
        ErrorCode.IO_POOL_EXHAUSTED,
        assertThrows(DeviceException.class, () -> device.infer(MODEL, 1, List.of(x))).code());
    first.close();
    device.infer(MODEL, 1, List.of(x)).close();
    second.close();
  }

  @Test
  void inputsAreCopiedWhileAnotherBatchRuns() throws Exception {
    device.register(MODEL, "affine", affine());
    device.load(MODEL, PAGE);
    for (int round = 0; round < 200; round++) {
      float value = round;
      try (Inference running = device.infer(MODEL, 16, List.of(floats(1, value, value, value)))) {
        running.input();
        CompletableFuture<Void> exec =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    running.exec();
                  } catch (DeviceException e) {
                    throw new IllegalStateException(e);
                  }
                });
        try (Inference next = device.infer(MODEL, 16, List.of(floats(1, -1, -1, -1)))) {
          next.input();
        }
        exec.join();
        float y = 2 * value + 1;
        assertArrayEquals(new float[] {y, y, y}, floatsOf(running.output().getFirst()));
      }
    }
  }

  @Test
  void aBrokenFileIsToldWithItsPathAndReasonAndHarmsNoOther() throws Exception {
    Path broken = file("broken");
    Files.writeString(broken, "this is no model");

    DeviceException e =
        assertThrows(
            DeviceException.class,
            () -> device.register(MODEL, "broken", source("broken", broken)));

    assertEquals(ErrorCode.INVALID_MODEL_PATH, e.code());
    assertTrue(
        e.getMessage().startsWith("model 'broken': " + broken + " is refused by ONNX Runtime: "),
        e.getMessage());
    device.register(OTHER, "affine", affine());
    device.load(OTHER, PAGE);
    run(OTHER, 1, List.of(floats(1, 1, 2, 3)));
  }

  @Test
  void aMissingAnEmptyAndACutFileAreToldApart() throws Exception {
    Path missing = folder.resolve("nowhere.onnx");
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    byte[] whole = Files.readAllBytes(OnnxFiles.affine(file("whole")));
    Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, 40));

    assertEquals("model 'm': " + missing + " is not there", refusalOf(missing));
    assertEquals("model 'm': " + empty + " is empty", refusalOf(empty));
    assertTrue(refusalOf(cut).contains(cut.toString()), refusalOf(cut));
  }

  @Test
  void aFreeDimensionThatIsNoSequenceIsRefusedByName() {
    Path image = OnnxFiles.affine(file("image"), OnnxFiles.BATCH, 3, "height", "width");

    assertEquals(
        "model 'm': "
            + image
            + " input 'x' leaves its dimension 2 ('height') free; only the batch (dimension 0) and a"
            + " sequence length may be. Fix it when exporting the model",
        refusalOf(image));
  }

  @Test
  void anOutputWithoutABatchDimensionIsRefusedByName() {
    Path total = OnnxFiles.total(file("total"));

    assertTrue(
        refusalOf(total).contains("output 'y' has shape [] for a batch of 2"), refusalOf(total));
  }

  @Test
  void aFileOfAFixedBatchHasThatBatchSizeOnly() throws Exception {
    Hosted hosted =
        device.register(MODEL, "fixed", source("fixed", OnnxFiles.affine(file("fixed"), 4, 3)));
    device.load(MODEL, PAGE);

    assertEquals(List.of(4), List.copyOf(hosted.profile().execNanos().keySet()));
    assertArrayEquals(
        new float[] {3, 5, 7}, floatsOf(run(MODEL, 4, List.of(floats(1, 1, 2, 3))).getFirst()));
  }

  @Test
  void settingsChooseTheBatchSizes() throws Exception {
    ModelSettings settings =
        new ModelSettings(Optional.of(5_000_000L), List.of(1, 3), List.of(), false, 1);
    Onnx source = new Onnx("m", OnnxFiles.affine(file("m")), folder, settings);

    Hosted hosted = device.register(MODEL, "m", source);

    assertEquals(List.of(1, 3), List.copyOf(hosted.profile().execNanos().keySet()));
    assertEquals(5_000_000L, hosted.spec().defaultSloNanos());
  }

  @Test
  void aModelLargerThanTheDeviceIsRefused() throws Exception {
    OnnxDevice small =
        new OnnxDevice(new DeviceSpec("onnx:test", 100, 1, true, 1), ProfileStore.NONE);

    DeviceException e =
        assertThrows(DeviceException.class, () -> small.register(MODEL, "affine", affine()));

    assertEquals(ErrorCode.INSUFFICIENT_CACHE, e.code());
    small.close();
  }

  @Test
  void aKnownProfileIsTakenAsItIsAndNotMeasuredAgain() throws Exception {
    Onnx source = affine();
    device.register(MODEL, "affine", source);
    device.withdraw(MODEL);
    ProfileStore.Key key = profiles.entries.keySet().iterator().next();
    Profile measured = profiles.entries.get(key).profile();
    Profile known = new Profile(1, 123, 4, 5, measured.execNanos());
    profiles.keep(key, new ProfileStore.Entry(known, profiles.entries.get(key).optimisation()));

    assertSame(known, device.register(OTHER, "affine", source).profile());
  }

  @Test
  void whatRunsShowIsKeptWhenTheModelLeaves() throws Exception {
    Onnx source = affine();
    device.register(MODEL, "affine", source);
    device.withdraw(MODEL);
    ProfileStore.Key key = profiles.entries.keySet().iterator().next();
    long hour = 3_600_000_000_000L;
    Profile absurd =
        new Profile(
            1, 123, 4, 5, new TreeMap<>(Map.of(1, hour, 2, hour, 4, hour, 8, hour, 16, hour)));
    profiles.keep(key, new ProfileStore.Entry(absurd, profiles.entries.get(key).optimisation()));
    device.register(MODEL, "affine", source);
    device.load(MODEL, PAGE);
    for (int i = 0; i < 20; i++) {
      run(MODEL, 2, List.of(floats(1, 1, 2, 3)));
    }
    device.unload(MODEL);
    device.withdraw(MODEL);

    Profile fresh = profiles.entries.get(key).profile();
    assertTrue(fresh.execNanos().get(2) < hour, "observed twenty times: " + fresh);
    assertEquals(hour, fresh.execNanos().get(16), "never observed");
  }

  private String refusalOf(Path file) {
    return assertThrows(DeviceException.class, () -> device.register(MODEL, "m", source("m", file)))
        .getMessage();
  }

  private List<Tensors> run(ModelId model, int batch, List<Tensors> parts) throws DeviceException {
    try (Inference inference = device.infer(model, batch, parts)) {
      inference.input();
      inference.exec();
      return inference.output();
    }
  }

  private Onnx affine() {
    return source("affine", OnnxFiles.affine(file("affine")));
  }

  private Onnx lookup(int length) {
    ModelSettings settings =
        new ModelSettings(Optional.empty(), List.of(), List.of(length), false, 1);
    return new Onnx("lookup", OnnxFiles.lookup(file("lookup")), folder, settings);
  }

  private Onnx source(String name, Path file) {
    return new Onnx(name, file, folder, ModelSettings.NONE);
  }

  private Path file(String name) {
    return folder.resolve(name + ".onnx");
  }

  private static Tensors floats(int rows, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return new Tensors(rows, List.of(bytes.flip()));
  }

  private static Tensors ids(int rows, long[] ids, long[] weights) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (long[] values : List.of(ids, weights)) {
      ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      for (long value : values) {
        bytes.putLong(value);
      }
      buffers.add(bytes.flip());
    }
    return new Tensors(rows, buffers);
  }

  private static float[] floatsOf(Tensors tensors) {
    FloatBuffer floats =
        tensors.buffers().getFirst().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }

  private static float[] bare(Path file, int batch, float[] x) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), new long[] {batch, 3});
        OrtSession.Result result = session.run(Map.of("x", input))) {
      FloatBuffer floats = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[floats.remaining()];
      floats.get(values);
      return values;
    }
  }
}
