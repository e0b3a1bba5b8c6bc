package org.clockwork.client;

import io.vertx.core.Future;
import java.util.List;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;

/**
 * The door by which a client's requests enter: whatever serves it, in this process or behind a
 * network. Both calls may come from any thread.
 */
public interface Inferences {

  /** Completes with the one answer; fails only where the door itself is broken. */
  Future<Answer> infer(Submission submission);

  /**
   * Has a model served, as {@code source}, {@code source#2} and so on. Completes when each copy is
   * ready or can't be; fails with a {@link ModelUnavailableException} where nobody says.
   */
  Future<List<ModelStatus>> load(String source, int copies);
}
