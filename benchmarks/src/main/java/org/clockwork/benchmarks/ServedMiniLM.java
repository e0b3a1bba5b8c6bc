package org.clockwork.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.clockwork.client.Payloads;
import org.clockwork.client.Report;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.launcher.demo.Tokenizer;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.ProfileFiles;

/** A server in this process with MiniLM on one core, and sentences to send to it. */
final class ServedMiniLM implements AutoCloseable {
  private static final int SENTENCES = 64;

  private final Path file;
  private final List<Tensors> sentences;
  private final Server server;

  private ServedMiniLM(Path file, List<Tensors> sentences, Server server) {
    this.file = file;
    this.sentences = sentences;
    this.server = server;
  }

  static ServedMiniLM start(String policy) throws Exception {
    Path cache = ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"));
    ModelSource source = new ModelRepository(MiniLM.install(cache)).find(MiniLM.MODEL);
    try (Tokenizer tokenizer = new Tokenizer(cache)) {
      return new ServedMiniLM(
          ((ModelSource.Onnx) source).file(),
          OnnxOverhead.sentences(tokenizer, SENTENCES),
          Server.with(1, 0, policy, List.of(source)));
    }
  }

  Path file() {
    return file;
  }

  List<Tensors> sentences() {
    return sentences;
  }

  ModelSpec model() {
    return server.models().stream()
        .filter(ModelStatus.Ready.class::isInstance)
        .map(ready -> ((ModelStatus.Ready) ready).spec())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("MiniLM is not served: " + server.models()));
  }

  Report play(Offered offered) throws Exception {
    return server.play(offered.plan(), inTurn());
  }

  private Payloads inTurn() {
    int[] turn = {0};
    return _ -> new Submission.Payload.Ordered(sentences.get(turn[0]++ % sentences.size()));
  }

  @Override
  public void close() {
    server.close();
  }
}
