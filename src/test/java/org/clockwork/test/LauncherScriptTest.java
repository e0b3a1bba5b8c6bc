package org.clockwork.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code clockwork}, run as a user runs it. It takes the jar that this very build has
 * packed.
 */
class LauncherScriptTest {
  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  @Test
  void runsFromAnyFolderAndThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), script());
    Ended ended = run(List.of(link.toString(), "--version"), Map.of());
    Files.delete(link); // JUnit warns of links that lead out of its folder
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().startsWith("clockwork "), ended.out());
    assertEquals("", ended.err());
  }

  @Test
  void anUnknownVerbFails() throws Exception {
    Ended ended = run(List.of(script().toString(), "dmeo"), Map.of());
    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("dmeo"), ended.err());
  }

  @Test
  void findsAJdkInAFolderEvenWhenTheJavaAtHandIsTooOld() throws Exception {
    Path old = jdk("old", "17.0.15");
    Path fits = jdk("jdks/fits", "25.0.1");
    Ended ended =
        run(
            List.of(script().toString(), "--version"),
            Map.of(
                "JAVA_HOME", old.toString(),
                "PATH", old.resolve("bin") + ":" + System.getenv("PATH"),
                "CLOCKWORK_JDK_DIRS", folder.resolve("jdks").toString()));
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().startsWith(fits.resolve("bin/java") + "\n"), ended.out());
  }

  @Test
  void givesTheJvmItsFlagsFromOneFileAndThenTheUsersOwn() throws Exception {
    Path fits = jdk("fits", "26");
    Ended ended =
        run(
            List.of(script().toString(), "demo", "two words"),
            Map.of("JAVA_HOME", fits.toString(), "CLOCKWORK_JAVA_OPTS", "-Xmx1g -Da=b"));
    Path root = ProjectFiles.root();
    assertEquals(
        List.of(
            fits.resolve("bin/java").toString(),
            "@" + root.resolve("conf/jvm.options"),
            "-Dclockwork.root=" + root,
            "-Xmx1g",
            "-Da=b",
            "-jar",
            root.resolve("verticles/launcher/target/clockwork.jar").toString(),
            "demo",
            "two words"),
        ended.out().lines().toList());
  }

  @Test
  void aSimulationGetsFlagsOfItsOwnAfterThoseOfServers() throws Exception {
    Path fits = jdk("fits", "26");
    Ended ended =
        run(
            List.of(script().toString(), "simulate", "E1"),
            Map.of("JAVA_HOME", fits.toString(), "CLOCKWORK_JAVA_OPTS", "-Xmx1g"));
    Path root = ProjectFiles.root();
    assertEquals(
        List.of(
            "@" + root.resolve("conf/jvm.options"),
            "@" + root.resolve("conf/simulate.options"),
            "-Dclockwork.root=" + root,
            "-Xmx1g"),
        ended.out().lines().toList().subList(1, 5));
  }

  @Test
  void whatRunsScriptsGetsFlagsOfItsOwnAndNothingElseDoes() throws Exception {
    Path fits = jdk("fits", "26");
    String options = "@" + ProjectFiles.root().resolve("conf/script.options");
    for (List<String> words :
        List.of(
            List.of("client", "script", "a.js"),
            List.of("client", "--seed", "3", "host:12346", "script", "a.py", "--rate", "5"),
            List.of("run", "workload-scripts/a.js", "-cluster"))) {
      assertEquals(options, flags(fits, words).get(1), words::toString);
    }
    for (List<String> words :
        List.of(
            List.of("client", "simple"),
            List.of("client", "script", "-h"),
            List.of("run", "client", "-conf", "a.json"),
            List.of("worker", "--model-repository", "a.js"))) {
      assertFalse(flags(fits, words).contains(options), words::toString);
    }
  }

  /** What stands between the JVM and the jar. */
  private List<String> flags(Path jdk, List<String> words) throws Exception {
    List<String> command = new ArrayList<>(List.of(script().toString()));
    command.addAll(words);
    List<String> called = run(command, Map.of("JAVA_HOME", jdk.toString())).out().lines().toList();
    return called.subList(1, called.indexOf("-jar"));
  }

  @Test
  void withoutAJdkItSaysWhereItLookedAndWhatToInstall() throws Exception {
    Path old = jdk("old", "17.0.15");
    Path ancient = jdk("jdks/ancient", "1.8.0_402");
    Ended ended =
        run(
            List.of(script().toString(), "--version"),
            Map.of(
                "JAVA_HOME", old.toString(),
                "PATH", old.resolve("bin") + ":" + System.getenv("PATH"),
                "CLOCKWORK_JDK_DIRS", folder.resolve("jdks").toString()));
    assertEquals(2, ended.code());
    assertEquals("", ended.out());
    assertTrue(ended.err().contains("needs a JDK 25 or newer"), ended.err());
    assertTrue(ended.err().contains("JAVA_HOME: " + old + " is Java 17"), ended.err());
    assertTrue(ended.err().contains(ancient + " is Java 8"), ended.err());
    assertTrue(ended.err().contains("Install one"), ended.err());
  }

  private static Path script() {
    return ProjectFiles.root().resolve("clockwork");
  }

  /**
   * A folder that looks like a JDK of that version; its java says how it was called, a word a line.
   */
  private Path jdk(String name, String version) throws IOException {
    Path jdk = folder.resolve(name);
    Files.createDirectories(jdk.resolve("bin"));
    for (String program : List.of("bin/java", "bin/javac")) {
      Path file =
          Files.writeString(
              jdk.resolve(program),
              """
              #!/bin/sh
              printf '%s\\n' "$0" "$@"
              """);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private Ended run(List<String> command, Map<String, String> environment) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> command + " is still running");
    } finally {
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
