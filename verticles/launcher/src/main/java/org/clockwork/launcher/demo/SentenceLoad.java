package org.clockwork.launcher.demo;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.clockwork.client.Inferences;
import org.clockwork.client.Payloads;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;

/**
 * Stands between a client and its door: gives it one sentence after the other to send, and keeps
 * what the answers say they mean.
 */
public final class SentenceLoad implements Payloads, Inferences {
  private final Inferences door;
  private final Runnable onAnswer;
  private final List<Payload.Ordered> payloads = new ArrayList<>();
  private final IdentityHashMap<Payload, String> sentenceOf = new IdentityHashMap<>();
  private final Map<String, Embedding> embeddings = new ConcurrentHashMap<>();
  private int turn;

  /**
   * @param onAnswer called after each answer, from the event loop that it came on
   */
  public SentenceLoad(
      List<String> sentences, Tokenizer tokenizer, Inferences door, Runnable onAnswer) {
    this.door = door;
    this.onAnswer = onAnswer;
    for (String sentence : sentences) {
      Payload.Ordered payload = new Payload.Ordered(tokenizer.tokenize(sentence));
      payloads.add(payload);
      sentenceOf.put(payload, sentence);
    }
  }

  /** What each sentence that was answered means. */
  public Map<String, Embedding> embeddings() {
    return Map.copyOf(embeddings);
  }

  /** Any of them, to begin with. */
  public Payload first() {
    return payloads.getFirst();
  }

  @Override
  public Payload next(ModelSpec model) {
    Payload payload = payloads.get(turn);
    turn = (turn + 1) % payloads.size();
    return payload;
  }

  @Override
  public Future<Answer> infer(Submission submission) {
    return door.infer(submission).onSuccess(answer -> keep(submission.payload(), answer));
  }

  @Override
  public Future<List<ModelStatus>> load(String source, int copies) {
    return door.load(source, copies);
  }

  private void keep(Payload payload, Answer answer) {
    if (answer instanceof Answer.Succeeded succeeded
        && payload instanceof Payload.Ordered(Tensors inputs)) {
      embeddings.put(sentenceOf.get(payload), Embedding.of(inputs, succeeded.tensors()));
    }
    onAnswer.run();
  }
}
