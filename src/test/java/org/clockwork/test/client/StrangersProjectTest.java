package org.clockwork.test.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.clockwork.client.api.Clockwork;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.cluster.NodeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A project of somebody's own, whose only dependency is {@code clockwork-client}. */
@Timeout(120)
class StrangersProjectTest {
  private static final String SOURCE =
      """
      import io.vertx.core.Vertx;
      import java.time.Duration;
      import java.util.Map;
      import org.clockwork.client.api.Clockwork;
      import org.clockwork.client.api.NotInferredException;
      import org.clockwork.client.api.Tensor;

      class Stranger {
        public static void main(String... arguments) {
          Vertx vertx = Vertx.vertx();
          Clockwork clockwork = Clockwork.connect(vertx);
          Tensor image = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2);
          clockwork
              .infer("resnet50", Map.of("x", image), Duration.ofMillis(100))
              .map(answer -> "inferred " + answer.output("y").floats().length)
              .otherwise(why -> why instanceof NotInferredException told ? told.code() : why.toString())
              .onSuccess(System.out::println)
              .eventually(() -> vertx.close());
        }
      }
      """;

  /** Of what the client brings along, that our modules declare. */
  private static final List<Class<?>> DECLARED =
      List.of(Clockwork.class, Addresses.class, NodeId.class, Vertx.class, Histogram.class);

  /** And what Vert.x brings along. */
  private static final List<String> BEHIND_VERTX = List.of("netty-", "jackson-core", "vertx-core");

  @TempDir Path folder;

  @Test
  void compilesAndRunsWithThatOneDependencyAlone() throws Exception {
    Path source = Files.writeString(folder.resolve("Stranger.java"), SOURCE);
    String dependency = String.join(File.pathSeparator, closure());
    run("javac", "-proc:none", "-d", folder.toString(), "-cp", dependency, source.toString());
    String output = run("java", "-cp", folder + File.pathSeparator + dependency, "Stranger");
    // Nobody is there: said in the client's own words, which takes all of its classes.
    assertTrue(output.lines().anyMatch("unreachable"::equals), output);
  }

  /** Nothing else of the class path: a stranger has no more. */
  private static Set<String> closure() throws URISyntaxException {
    Set<String> entries = new LinkedHashSet<>();
    for (Class<?> declared : DECLARED) {
      entries.add(
          Path.of(declared.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    classPath()
        .filter(entry -> BEHIND_VERTX.stream().anyMatch(new File(entry).getName()::startsWith))
        .forEach(entries::add);
    return entries;
  }

  /** Of this test, whoever runs it. */
  private static Stream<String> classPath() {
    return Vertx.class.getClassLoader() instanceof URLClassLoader loader
        ? Stream.of(loader.getURLs()).map(URL::getPath)
        : Stream.of(System.getProperty("java.class.path").split(File.pathSeparator));
  }

  private String run(String tool, String... arguments) throws Exception {
    Path output = folder.resolve(tool + ".txt");
    List<String> command =
        Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()),
                Stream.of(arguments))
            .toList();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertTrue(ended, text);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
