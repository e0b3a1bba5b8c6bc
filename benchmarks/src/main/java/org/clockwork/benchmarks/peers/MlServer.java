package org.clockwork.benchmarks.peers;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.clockwork.launcher.demo.MiniLM;

/** Seldon's MLServer with a runtime of a few lines around ONNX Runtime; it knows no deadlines. */
record MlServer() implements Peer {
  /** How long a batch waits for more; MLServer has no default. A tenth of what a batch takes. */
  private static final double BATCH_WAITS_SECONDS = 0.01;

  private static final String RUNTIME = "mlserver_runtime.py";

  @Override
  public String name() {
    return "mlserver";
  }

  @Override
  public String setting(Site site) {
    return "adaptive batching that waits up to 10 ms for more; REST in JSON alone, which is all"
        + " that it speaks there";
  }

  @Override
  public Launch launch(Site site) throws IOException, InterruptedException {
    Path python = PythonPackages.of(site, name());
    Path models = Files.createDirectories(site.folder().resolve(name()).resolve("models"));
    Path model = Files.createDirectories(models.resolve(MiniLM.MODEL));
    Files.copy(
        site.scripts().resolve(RUNTIME),
        model.resolve(RUNTIME),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(models.resolve("settings.json"), settings(site.ports()).encode());
    Files.writeString(model.resolve("model-settings.json"), model(site.model()).encode());
    return new Launch(
        List.of(python.resolveSibling("mlserver").toString(), "start", models.toString()),
        Map.of());
  }

  private static JsonObject settings(Site.Ports ports) {
    return new JsonObject()
        .put("host", "127.0.0.1")
        .put("http_port", ports.http())
        .put("grpc_port", ports.grpc())
        .put("metrics_port", ports.metrics())
        .put("debug", false);
  }

  private static JsonObject model(Path file) {
    return new JsonObject()
        .put("name", MiniLM.MODEL)
        .put("implementation", "mlserver_runtime.OnnxRuntime")
        .put("max_batch_size", LARGEST_BATCH)
        .put("max_batch_time", BATCH_WAITS_SECONDS)
        .put("parameters", new JsonObject().put("uri", file.toString()));
  }

  @Override
  public Map<String, Long> parameters(Site site) {
    return Map.of();
  }

  @Override
  public boolean hasBinaryRest() {
    return false;
  }
}
