package org.clockwork.scripts;

import io.vertx.core.Future;
import java.util.List;
import org.clockwork.client.Inferences;
import org.clockwork.core.gateway.ModelStatus;

/** The door by which a script's requests enter, and what it can learn of the models behind it. */
public interface ScriptInferences extends Inferences {

  /** The names of the models that can be loaded: what the workers have. From any thread. */
  Future<List<String>> loadable();

  /** Where the models stand that somebody has had loaded. From any thread. */
  Future<List<ModelStatus>> loaded();
}
