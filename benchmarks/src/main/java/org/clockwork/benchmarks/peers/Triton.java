package org.clockwork.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.launcher.demo.MiniLM;

/**
 * NVIDIA's Triton from its Python wheel, with its dynamic batching.
 *
 * @param rejects with its queue policy: what has waited too long for its deadline is rejected;
 *     otherwise as it comes, where everything waits and is executed
 */
record Triton(String name, boolean rejects) implements Peer {
  static Triton byDefault() {
    return new Triton("triton", false);
  }

  static Triton refusing() {
    return new Triton("triton-queue-policy", true);
  }

  @Override
  public String setting(Site site) {
    return rejects
        ? "dynamic batching with `timeout_action: REJECT`; each request says `timeout`=%d: the deadline, less a full batch"
            .formatted(site.deadline().inQueueMicros())
        : "dynamic batching as it comes, without a queue policy";
  }

  @Override
  public Launch launch(Site site) throws IOException, InterruptedException {
    Path home = site.folder().resolve("triton");
    Path python = PythonPackages.of(site, "triton");
    List<String> command =
        new ArrayList<>(
            List.of(
                python.toString(),
                site.scripts().resolve("triton_server.py").toString(),
                "--file=" + site.model(),
                "--name=" + MiniLM.MODEL,
                "--http-port=" + site.ports().http(),
                "--grpc-port=" + site.ports().grpc(),
                "--metrics-port=" + site.ports().metrics(),
                "--batch=" + LARGEST_BATCH,
                "--tokens=" + MiniLM.SEQUENCE_LENGTH,
                "--width=" + MiniLM.WIDTH));
    if (rejects) {
      command.add("--reject-after-us=" + site.deadline().inQueueMicros());
    }
    return new Launch(command, Map.of("PYTRITON_HOME", home.resolve("workspace").toString()));
  }

  @Override
  public Map<String, Long> parameters(Site site) {
    return rejects ? Map.of("timeout", site.deadline().inQueueMicros()) : Map.of();
  }

  @Override
  public boolean hasBinaryRest() {
    return true;
  }
}
