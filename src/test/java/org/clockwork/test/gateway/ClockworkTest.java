package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clockwork.client.api.Ask;
import org.clockwork.client.api.Clockwork;
import org.clockwork.client.api.Inference;
import org.clockwork.client.api.Model;
import org.clockwork.client.api.NotInferredException;
import org.clockwork.client.api.Tensor;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.model.DataType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client for Java, as a project of somebody else's uses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClockworkTest {
  private static final Map<String, Tensor> INPUTS =
      Map.of("x", Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2));

  private FakeCluster cluster;
  private Clockwork clockwork;

  @BeforeAll
  void start() throws Exception {
    cluster = new FakeCluster();
    clockwork = Clockwork.connect(cluster.vertx);
  }

  @AfterAll
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void anAnswerHasTheOutputsByNameAndWhatItTook() throws Exception {
    assertArrayEquals(
        new float[] {1, 2, 3, 4}, FakeCluster.await(ClientExamples.infer(cluster.vertx)));
    Inference answer = FakeCluster.await(clockwork.infer(Ask.of("fp32", INPUTS)));
    assertEquals("w", answer.timings().worker());
    assertTrue(answer.requestId().startsWith("g-"), answer.requestId());
    assertEquals(List.of(1L, 2L, 2L), answer.output("y").shape());
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> answer.output("z"));
    assertEquals("the model has no output 'z'; it has [y]", wrong.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeComesBackAsItWasSent(DataType type) throws Exception {
    byte[] bytes = new byte[4 * type.bytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (type == DataType.BOOL ? i % 2 : 17 * i + 1);
    }
    Tensor tensor = Tensor.of(type, ByteBuffer.wrap(bytes), 1, 2, 2);
    String model = type.name().toLowerCase(Locale.ROOT);
    Inference answer = FakeCluster.await(clockwork.infer(Ask.of(model, Map.of("x", tensor))));
    assertEquals(tensor, answer.output("y"));
  }

  @Test
  void integersComeBackAsIntegers() {
    assertArrayEquals(new long[] {-1, 1L << 40}, Tensor.of(new long[] {-1, 1L << 40}, 2).longs());
    assertArrayEquals(new int[] {-1, 1 << 20}, Tensor.of(new int[] {-1, 1 << 20}, 2).ints());
  }

  @Test
  void aRefusalSaysItsCauseAndWhenToTryAgain() throws Exception {
    NotInferredException why = refusal(clockwork.infer(Ask.of("refused", INPUTS)));
    assertTrue(why.refused());
    assertEquals(Optional.of("cold_start"), why.cause());
    assertEquals(Optional.of(Duration.ofNanos(7_000)), why.retryAfter());
    assertTrue(why.requestId().isPresent());
    assertEquals("not loaded", why.getMessage());
  }

  @Test
  void aRetryIsMadeAtTheHintAndSaysOfWhat() throws Exception {
    NotInferredException why =
        refusal(
            ClientExamples.onceMoreWhenRefused(
                cluster.vertx, clockwork, Ask.of("refused", INPUTS)));
    assertEquals(Optional.of("cold_start"), why.cause());
  }

  @Test
  void whatIsWrongIsToldWithTheWordToProgramAgainst() throws Exception {
    NotInferredException unknown = refusal(clockwork.infer(Ask.of("nobody's", INPUTS)));
    assertEquals("unknown_model", unknown.code());
    assertFalse(unknown.refused());
    assertEquals(Optional.empty(), unknown.retryAfter());
    Map<String, Tensor> misnamed = Map.of("image", INPUTS.get("x"));
    NotInferredException wrong = refusal(clockwork.infer(Ask.of("fp32", misnamed)));
    assertEquals("invalid_input", wrong.code());
    assertTrue(wrong.getMessage().contains("image"), wrong.getMessage());
  }

  @Test
  void allThatAnAskSaysArrives() throws Exception {
    Inference answer = FakeCluster.await(clockwork.infer(ClientExamples.ask(INPUTS).at(3)));
    assertEquals(List.of(1L, 2L, 2L), answer.output("y").shape());
    NotInferredException priority = refusal(clockwork.infer(Ask.of("fp32", INPUTS).at(-1)));
    assertTrue(priority.getMessage().contains("priority"), priority.getMessage());
  }

  @Test
  void whereNobodyIsThatIsSaid() throws Exception {
    Vertx alone = Vertx.vertx();
    NotInferredException why = refusal(Clockwork.connect(alone).infer(Ask.of("fp32", INPUTS)));
    assertEquals("unreachable", why.code());
    assertTrue(why.getMessage().contains("is Clockwork running"), why.getMessage());
    FakeCluster.await(alone.close());
  }

  @Test
  void modelsAreListedLoadedAndUnloaded() throws Exception {
    Model model =
        FakeCluster.await(clockwork.models()).stream()
            .filter(each -> each.name().equals("int64"))
            .findFirst()
            .orElseThrow();
    assertEquals(Model.State.READY, model.state());
    assertEquals(DataType.INT64, model.inputs().getFirst().type());
    assertEquals(List.of(2, 2), model.outputs().getFirst().shape());
    Model loaded = FakeCluster.await(clockwork.load("loaded", "fp32"));
    assertEquals(Model.State.READY, loaded.state());
    FakeCluster.await(clockwork.unload("loaded"));
    assertEquals("unknown_model", refusal(clockwork.unload("never there")).code());
  }

  @Test
  void whatCannotBeIsRefusedWhereItIsMade() {
    assertEquals(
        "FP32 of shape [1, 3] takes 12 bytes, and 16 are there",
        assertThrows(
                IllegalArgumentException.class, () -> Tensor.of(new float[] {1, 2, 3, 4}, 1, 3))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(new float[0], 0));
    assertThrows(IllegalArgumentException.class, () -> Ask.of("fp32", Map.of()));
    assertThrows(
        IllegalArgumentException.class, () -> Ask.of("fp32", INPUTS).within(Duration.ZERO));
    assertThrows(IllegalStateException.class, () -> INPUTS.get("x").longs());
  }

  @Test
  void javadocFindsItsExamples(@TempDir Path folder) {
    Path root = Path.of(System.getProperty("clockwork.root"));
    StringWriter said = new StringWriter();
    int code =
        ToolProvider.findFirst("javadoc")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-d",
                folder.toString(),
                "-quiet",
                "-Xdoclint:reference,syntax",
                "-Werror",
                "-classpath",
                classPath(Vertx.class, DataType.class, Addresses.class, Clockwork.class),
                "--snippet-path",
                root.resolve("src/test/java").toString(),
                "-sourcepath",
                root.resolve("verticles/client/src/main/java").toString(),
                "org.clockwork.client.api");
    assertEquals(0, code, said::toString);
  }

  /** Where these classes were found. */
  private static String classPath(Class<?>... classes) {
    return Stream.of(classes)
        .map(
            each ->
                Path.of(
                        URI.create(
                            each.getProtectionDomain().getCodeSource().getLocation().toString()))
                    .toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static NotInferredException refusal(Future<?> asked) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> FakeCluster.await(asked));
    return assertInstanceOf(NotInferredException.class, failed.getCause());
  }
}
