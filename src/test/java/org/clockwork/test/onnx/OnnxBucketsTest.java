package org.clockwork.test.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** An ONNX model that leaves its sequence length free, with buckets of 4, 8 and 16. */
class OnnxBucketsTest {
  private static final ModelId MODEL = new ModelId(0);
  private static final List<Integer> LENGTHS = List.of(4, 8, 16);

  @TempDir Path folder;

  private final Map<ProfileStore.Key, ProfileStore.Entry> kept = new LinkedHashMap<>();
  private final OnnxDevice device =
      new OnnxDevice(new DeviceSpec("onnx:test", DeviceSpec.PAGE_BYTES, 4, true, 2), store());

  private ProfileStore store() {
    return new ProfileStore() {
      @Override
      public Optional<Entry> find(Key key) {
        return Optional.ofNullable(kept.get(key));
      }

      @Override
      public void keep(Key key, Entry entry) {
        kept.put(key, entry);
      }
    };
  }

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void inputsAndOutputsVaryWithTheLength() throws Exception {
    Hosted hosted = device.register(MODEL, "lookup", lookup(LENGTHS, Map.of("ids", 5L)));

    assertEquals(LENGTHS, hosted.spec().lengths());
    assertEquals(
        List.of(
            new TensorSpec("ids", DataType.INT64, List.of(16), free(5)),
            new TensorSpec("weights", DataType.INT64, List.of(16), free(0))),
        hosted.spec().inputs());
    assertEquals(
        List.of(new TensorSpec("y", DataType.FP32, List.of(16), free(0))), hosted.spec().outputs());
  }

  @Test
  void anOutputOfOneShapeStaysAsItIs() throws Exception {
    Hosted hosted = device.register(MODEL, "sum", sum(LENGTHS));
    assertEquals(List.of(new TensorSpec("y", DataType.FP32, List.of())), hosted.spec().outputs());
  }

  @Test
  void everyBucketIsMeasuredAndKeptByItself() throws Exception {
    Hosted hosted = device.register(MODEL, "lookup", lookup(LENGTHS, Map.of()));

    assertEquals(3, hosted.profiles().buckets().size());
    for (Profile each : hosted.profiles().buckets()) {
      assertEquals(List.of(1, 2, 4, 8, 16), List.copyOf(each.execNanos().keySet()));
    }
    assertEquals(LENGTHS, kept.keySet().stream().map(ProfileStore.Key::sequenceLength).toList());
  }

  @Test
  void onlyABucketThatIsNewIsMeasured() throws Exception {
    device.register(MODEL, "lookup", lookup(List.of(4, 8), Map.of()));
    Map<ProfileStore.Key, ProfileStore.Entry> before = new HashMap<>(kept);

    Hosted hosted = device.register(new ModelId(1), "more", lookup(LENGTHS, Map.of()));

    assertEquals(3, kept.size());
    before.forEach((key, entry) -> assertEquals(entry, kept.get(key)));
    Profile shortest = before.values().iterator().next().profile();
    assertTrue(
        before.values().stream()
            .anyMatch(
                entry ->
                    entry.profile().execNanos().equals(hosted.profiles().bucket(0).execNanos())),
        shortest::toString);
  }

  @Test
  void oneLoadServesAllBuckets() throws Exception {
    device.register(MODEL, "lookup", lookup(LENGTHS, Map.of()));
    device.load(MODEL, new PageSet(0));
    for (int bucket = 0; bucket < LENGTHS.size(); bucket++) {
      int length = LENGTHS.get(bucket);
      long[] ids = new long[length];
      long[] weights = new long[length];
      float[] expected = new float[length];
      for (int i = 0; i < length; i++) {
        ids[i] = i % 8;
        weights[i] = 1;
        expected[i] = 10 * (i % 8);
      }
      assertArrayEquals(expected, run(bucket, tensors(ids, weights)));
    }
  }

  /** The sum of table[ids] × mask, with ids as padding that are no zeros. */
  @Test
  void aPaddedTextGivesWhatItGivesByItself() throws Exception {
    device.register(MODEL, "sum", sum(LENGTHS));
    device.load(MODEL, new PageSet(0));
    float[] exact = run(0, tensors(new long[] {1, 2, 3, 4}, new long[] {1, 1, 1, 1}));
    float[] padded =
        run(1, tensors(new long[] {1, 2, 3, 4, 5, 5, 5, 5}, new long[] {1, 1, 1, 1, 0, 0, 0, 0}));
    assertArrayEquals(new float[] {100}, exact, 1e-6f);
    assertArrayEquals(exact, padded, 1e-6f);
  }

  @Test
  void anInputOfAnotherBucketIsRefused() throws Exception {
    device.register(MODEL, "lookup", lookup(LENGTHS, Map.of()));
    device.load(MODEL, new PageSet(0));
    DeviceException e =
        assertThrows(
            DeviceException.class, () -> run(1, tensors(new long[4], new long[] {1, 1, 1, 1})));
    assertTrue(e.getMessage().contains("holds 32 bytes; expected 64"), e.getMessage());
  }

  @Test
  void oneLengthIsTheLengthOfAllAsEver() throws Exception {
    Hosted hosted = device.register(MODEL, "lookup", lookup(List.of(8), Map.of()));
    assertEquals(List.of(), hosted.spec().lengths());
    assertEquals(
        new TensorSpec("ids", DataType.INT64, List.of(8)), hosted.spec().inputs().getFirst());
  }

  /** Their first runs share memory: the outputs of one lie where the other has its ids. */
  @Test
  void aModelIsLoadedAfterAnotherOneOfOtherShapes() throws Exception {
    ModelId other = new ModelId(1);
    device.register(MODEL, "long", lookup(List.of(64), Map.of()));
    device.register(other, "short", affine());
    device.load(MODEL, new PageSet(0));
    device.load(other, new PageSet(1));
    device.unload(MODEL);
    device.load(MODEL, new PageSet(2));
    assertArrayEquals(new float[64], run(0, tensors(new long[64], new long[64])));
  }

  /** Writes numbers into the slot that are no ids. */
  private Onnx affine() {
    Path file = OnnxFiles.affine(folder.resolve("affine.onnx"), OnnxFiles.BATCH, 16);
    return new Onnx("affine", file, folder, ModelSettings.NONE);
  }

  private static Optional<TensorSpec.Free> free(long padding) {
    return Optional.of(new TensorSpec.Free(0, padding));
  }

  private Onnx lookup(List<Integer> lengths, Map<String, Long> padding) {
    return new Onnx(
        "lookup",
        OnnxFiles.lookup(folder.resolve("lookup.onnx")),
        folder,
        new ModelSettings(Optional.empty(), List.of(), lengths, padding, false, 1));
  }

  private Onnx sum(List<Integer> lengths) {
    return new Onnx(
        "sum",
        OnnxFiles.lookupSum(folder.resolve("sum.onnx")),
        folder,
        new ModelSettings(Optional.empty(), List.of(), lengths, false, 1));
  }

  private float[] run(int bucket, Tensors input) throws DeviceException {
    try (Inference inference = device.infer(MODEL, bucket, 1, List.of(input))) {
      inference.input();
      inference.exec();
      ByteBuffer output = inference.output().getFirst().buffers().getFirst();
      float[] values = new float[output.remaining() / 4];
      output.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  private static Tensors tensors(long[] ids, long[] weights) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (long[] values : List.of(ids, weights)) {
      ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(values);
      buffers.add(bytes);
    }
    return new Tensors(1, buffers);
  }
}
