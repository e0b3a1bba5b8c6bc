package org.clockwork.test.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.ModelSource.Onnx;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.onnx.OnnxDevice;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.launcher.demo.Embedding;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.launcher.demo.Tokenizer;
import org.clockwork.worker.repository.ModelRepository;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real model, from jar to meaning. */
class MiniLMTest {
  private static final ModelId MODEL = new ModelId(0);

  @TempDir static Path cache;

  private static Tokenizer tokenizer;
  private static OnnxDevice device;
  private static ModelSpec spec;

  @BeforeAll
  static void serveIt() throws Exception {
    ModelRepository repository = new ModelRepository(MiniLM.install(cache));
    ModelSource source = repository.find(MiniLM.MODEL);
    tokenizer = new Tokenizer(cache);
    device = new OnnxDevice(OnnxDevice.spec(256 << 20, 2, true), new KnownProfile());
    spec = device.register(MODEL, MiniLM.MODEL, source).spec();
    device.load(MODEL, new PageSet(0, 1, 2, 3, 4, 5));
  }

  /** Spares the seconds that measuring takes; how long anything lasts matters to no test here. */
  private static final class KnownProfile implements ProfileStore {
    @Override
    public Optional<Entry> find(Key key) {
      TreeMap<Integer, Long> execNanos = new TreeMap<>();
      key.batchSizes().forEach(batch -> execNanos.put(batch, 10_000_000L * batch));
      return Optional.of(
          new Entry(
              new Profile(6, 40_000_000, 0, 0, execNanos), Optional.of(GraphOptimisation.BASIC)));
    }

    @Override
    public void keep(Key key, Entry entry) {}
  }

  @AfterAll
  static void close() {
    device.close();
    tokenizer.close();
  }

  @Test
  void itTakesThreeInputsOf64TokensAndGivesAStateForEach() {
    assertEquals(
        List.of(
            new TensorSpec("input_ids", DataType.INT64, List.of(64)),
            new TensorSpec("attention_mask", DataType.INT64, List.of(64)),
            new TensorSpec("token_type_ids", DataType.INT64, List.of(64))),
        spec.inputs());
    assertEquals(
        List.of(new TensorSpec("last_hidden_state", DataType.FP32, List.of(64, 384))),
        spec.outputs());
  }

  @Test
  void sentencesThatMeanTheSameAreCloserThanOthers() throws Exception {
    List<Embedding> embeddings =
        embed(
            1,
            List.of(
                "A man is playing a guitar on stage.",
                "Someone performs music with a guitar.",
                "The stock market fell sharply today."));

    double alike = embeddings.get(0).similarity(embeddings.get(1));
    double unlike = embeddings.get(0).similarity(embeddings.get(2));

    assertTrue(alike > 0.5 && unlike < 0.2, "alike=" + alike + " unlike=" + unlike);
  }

  @Test
  void everyBatchSizeGivesTheSameMeaning() throws Exception {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      sentences.add("Sentence number " + i + " is about the weather in town " + i * i + ".");
    }
    List<Embedding> singly = embed(1, sentences);
    for (int batch : List.of(2, 4, 8, 16)) {
      List<Embedding> together = embed(batch, sentences);
      for (int i = 0; i < sentences.size(); i++) {
        assertEquals(1, singly.get(i).similarity(together.get(i)), 1e-5, "batch " + batch);
      }
    }
  }

  @Test
  void aSentenceIsPaddedOrCutTo64Tokens() {
    Tensors shorter = tokenizer.tokenize("Hello, world!");
    Tensors longer = tokenizer.tokenize("word ".repeat(500));

    assertEquals(6, tokensOf(shorter), "[CLS] hello , world ! [SEP]");
    assertEquals(64, tokensOf(longer));
    assertEquals(3 * 64 * 8, shorter.bytes());
    assertEquals(3 * 64 * 8, longer.bytes());
  }

  /** The states of sixteen tokens, by themselves and with padding behind them. */
  @Test
  void aTextMeansTheSameInEveryBucket() throws Exception {
    ModelId words = new ModelId(1);
    List<Integer> lengths = List.of(16, 32, 64, 128, 256);
    Path file = cache.resolve("models").resolve(MiniLM.MODEL).resolve("model.onnx");
    ModelSettings settings = new ModelSettings(Optional.empty(), List.of(1), lengths, false, 1);
    device.unload(MODEL);
    device.register(words, "words", new Onnx("words", file, file.getParent(), settings));
    device.load(words, new PageSet(0, 1, 2, 3, 4, 5));
    try (Tokenizer longest = new Tokenizer(cache, 256)) {
      Tensors text = longest.tokenize("word ".repeat(14)); // [CLS], [SEP] and these.
      assertEquals(16, tokensOf(text));
      float[] exact = states(words, 0, cut(text, 16));
      for (int bucket = 1; bucket < lengths.size(); bucket++) {
        float[] padded = states(words, bucket, cut(text, lengths.get(bucket)));
        assertArrayEquals(exact, padded, 1e-5f, "padded to " + lengths.get(bucket));
      }
    } finally {
      device.unload(words);
      device.withdraw(words);
      device.load(MODEL, new PageSet(0, 1, 2, 3, 4, 5));
    }
  }

  private static Tensors cut(Tensors text, int tokens) {
    return new Tensors(
        1,
        text.buffers().stream()
            .map(buffer -> buffer.slice(0, tokens * 8).order(ByteOrder.LITTLE_ENDIAN))
            .toList());
  }

  /** Of the first sixteen tokens. */
  private static float[] states(ModelId model, int bucket, Tensors text) throws DeviceException {
    try (Inference inference = device.infer(model, bucket, 1, List.of(text))) {
      inference.input();
      inference.exec();
      float[] states = new float[16 * MiniLM.WIDTH];
      inference.output().getFirst().buffers().getFirst().asFloatBuffer().get(states);
      return states;
    }
  }

  @Test
  void aTokenBeyondTheVocabularyIsTheClientsError() throws Exception {
    Tensors wrong = tokenizer.tokenize("Hello");
    ByteBuffer ids = wrong.buffers().getFirst().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ids.putLong(8, 30_522);

    DeviceException e = assertThrows(DeviceException.class, () -> run(1, List.of(wrong)));

    assertEquals(ErrorCode.INPUT_INVALID, e.code());
    assertTrue(e.getMessage().contains("30522"), e.getMessage());
    assertEquals(1, embed(1, List.of("Served as ever.")).size());
  }

  @Test
  void aDamagedModelInTheCacheIsReplaced(@TempDir Path other) throws Exception {
    Path model = MiniLM.install(other).resolve(MiniLM.MODEL).resolve("model.onnx");
    byte[] whole = Files.readAllBytes(model);
    byte[] damaged = whole.clone();
    damaged[12_345_678]++;
    Files.write(model, damaged);

    MiniLM.install(other);

    assertArrayEquals(whole, Files.readAllBytes(model));
  }

  private static long tokensOf(Tensors tensors) {
    ByteBuffer mask = tensors.buffers().get(1).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long tokens = 0;
    while (mask.hasRemaining()) {
      tokens += mask.getLong();
    }
    return tokens;
  }

  private static List<Embedding> embed(int batch, List<String> sentences) throws DeviceException {
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i += batch) {
      List<Tensors> inputs =
          sentences.subList(i, i + batch).stream().map(tokenizer::tokenize).toList();
      List<Tensors> outputs = run(batch, inputs);
      for (int part = 0; part < batch; part++) {
        embeddings.add(Embedding.of(inputs.get(part), outputs.get(part)));
      }
    }
    return embeddings;
  }

  private static List<Tensors> run(int batch, List<Tensors> inputs) throws DeviceException {
    try (Inference inference = device.infer(MODEL, batch, inputs)) {
      inference.input();
      inference.exec();
      return inference.output();
    }
  }
}
