package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.clockwork.launcher.demo.Sentences;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./clockwork demo}: the main job, with the real model. */
@Timeout(120)
class DemoTest {
  /** Kept between builds, because measuring a model takes longer than the demo. */
  private static final Path CACHE =
      Path.of(System.getProperty("clockwork.root"), "target", "test-cache");

  @TempDir Path folder;

  @Test
  void standardOutputIsNothingButTheFiguresWhenAskedFor() throws Exception {
    try (Launched demo = demo("--json", "-", "--duration", "3")) {
      assertEquals(0, demo.ended(), demo.err());
      JsonObject figures = new JsonObject(String.join("\n", demo.out()));
      assertEquals("demo", figures.getString("workload"));
      assertEquals(0, figures.getInteger("unanswered"), figures::encode);
      assertTrue(figures.getInteger("succeeded") > 0, figures::encode);
      assertTrue(figures.getInteger("met") <= figures.getInteger("succeeded"), figures::encode);
      JsonObject closest = figures.getJsonArray("pairs").getJsonObject(0);
      assertTrue(Sentences.all().contains(closest.getString("one")), closest::encode);
      assertTrue(Sentences.all().contains(closest.getString("other")), closest::encode);
      assertTrue(figures.getJsonObject("simulated").getInteger("succeeded") > 0);
      assertTrue(demo.err().contains("Sentences that mean nearly the same"), demo.err());
      assertTrue(demo.err().contains("W0-GPU0 Infer min="), demo.err());
    }
  }

  @Test
  void ctrlCInTheMiddleTellsWhatCameOfItSoFar() throws Exception {
    try (Launched demo = demo("--watch")) {
      demo.lineBeginning("throughput=");
      demo.interrupt();
      assertEquals(0, demo.ended(), demo.err());
      assertTrue(
          demo.out().stream().anyMatch(line -> line.startsWith("Answers succeeded=")),
          demo.out()::toString);
    }
  }

  @Test
  void optionsThatContradictEachOtherAreExplained() throws Exception {
    try (Launched demo = demo("--watch", "--duration", "3")) {
      assertEquals(2, demo.ended());
      assertTrue(demo.err().contains("give one of them"), demo.err());
    }
  }

  @Test
  void withoutACompiledModelItSaysHowToCompileOne() throws Exception {
    try (Launched demo = demo("--device", "plan-cpu")) {
      assertEquals(2, demo.ended());
      assertTrue(
          demo.err().contains("./clockwork compile ")
              && demo.err()
                  .contains("./clockwork demo --device plan-cpu --model-repository models"),
          demo.err());
    }
    try (Launched demo = demo("--device", "abacus")) {
      assertEquals(2, demo.ended());
      assertTrue(demo.err().contains("expected onnx or plan-cpu"), demo.err());
    }
  }

  @Test
  void noSentenceIsThereTwice() {
    List<String> sentences = Sentences.all();
    assertTrue(sentences.size() >= 250, () -> sentences.size() + " sentences");
    assertEquals(sentences.size(), new HashSet<>(sentences).size());
  }

  private Launched demo(String... options) throws Exception {
    Files.createDirectories(CACHE);
    String[] arguments = new String[options.length + 1];
    arguments[0] = "demo";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Launched.clockwork(folder, Map.of("XDG_CACHE_HOME", CACHE.toString()), arguments);
  }
}
