package org.clockwork.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.clockwork.launcher.demo.MiniLM;

/** This project's server, as packaged: {@code ./clockwork serve} with one {@code onnx} device. */
record Ours() implements Peer {
  @Override
  public String name() {
    return "clockwork";
  }

  @Override
  public String setting(Site site) {
    return "one `onnx` device; each request says `slo_us`=%d"
        .formatted(site.deadline().atServerMicros());
  }

  @Override
  public Launch launch(Site site) throws IOException {
    Path home = Path.of(System.getProperty("clockwork.root", ".")).toAbsolutePath();
    Path repository = MiniLM.install(site.folder().resolve(name()));
    Files.writeString(
        repository.resolve(MiniLM.MODEL).resolve("settings.json"),
        "{\"batchSizes\": [1, 2, 4, 8]}");
    return new Launch(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + home.resolve("conf/jvm.options"),
            "-Dclockwork.root=" + home,
            "-jar",
            home.resolve("verticles/launcher/target/clockwork.jar").toString(),
            "serve",
            "--model-repository=" + repository,
            "--onnx-devices=1",
            "--simulated-gpus=0",
            "--http-port=" + site.ports().http(),
            "--grpc-port=" + site.ports().grpc(),
            "--metrics-port=-1",
            "--bus-port=-1",
            "--log-dir=" + site.folder().resolve(name()).resolve("logs")),
        Map.of("CLOCKWORK_CLUSTER", "bench-" + UUID.randomUUID(), "ORT_DISABLE_TELEMETRY", "1"));
  }

  @Override
  public Map<String, Long> parameters(Site site) {
    return Map.of("slo_us", site.deadline().atServerMicros());
  }

  @Override
  public boolean hasBinaryRest() {
    return true;
  }
}
