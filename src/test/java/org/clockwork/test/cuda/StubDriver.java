package org.clockwork.test.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.test.CCompiler;

/**
 * Libraries of our own in the place of NVIDIA's driver. A process that is started with them in its
 * library path finds a driver and GPUs, and runs the cuda device unmodified; it has to be another
 * process than the tests', which must find none.
 */
final class StubDriver {
  private final Path libraries;

  private StubDriver(Path libraries) {
    this.libraries = libraries;
  }

  /** Compiled into that folder. */
  static StubDriver in(Path folder) throws IOException, InterruptedException {
    for (String name : List.of("libcuda", "libnvidia-ml")) {
      Path source = folder.resolve(name + ".c");
      try (InputStream in = StubDriver.class.getResourceAsStream(name + ".c")) {
        Files.copy(in, source);
      }
      String library = name + ".so.1";
      CCompiler.compile(
          source, folder.resolve(library), "-O1", "-Wl,-soname," + library, "-lpthread", "-ldl");
    }
    return new StubDriver(folder);
  }

  /**
   * Plays a scene of {@link CudaScenes} in a process of its own; it passes, or this fails with what
   * it said.
   *
   * @param settings of the stub, by name
   * @return what it said
   */
  String play(String scene, Path folder, Map<String, String> settings)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                CudaScenes.class.getName(),
                scene,
                folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile());
    builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
    builder.environment().putAll(settings);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), () -> scene + " with " + settings + " said:\n" + said);
    return said;
  }
}
