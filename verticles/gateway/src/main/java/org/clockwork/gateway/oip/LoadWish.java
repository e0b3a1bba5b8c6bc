package org.clockwork.gateway.oip;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.json.MalformedException;

/** What a request to load a model may say besides its name. */
public final class LoadWish {
  /** Whose bytes it runs: another name in the model repository. */
  public static final String SOURCE = "source";

  private LoadWish() {}

  /**
   * The name in the model repository. {@code a#2} is a copy of {@code a} where nothing else is
   * said.
   */
  public static String source(String model, Set<String> parameters, Optional<String> source)
      throws MalformedException {
    Set<String> unknown = new TreeSet<>(parameters);
    unknown.remove(SOURCE);
    if (!unknown.isEmpty()) {
      throw new MalformedException(
          "parameter %s: models are loaded as they are in the repository; '%s' alone may be given"
              .formatted(Shown.text(unknown.iterator().next()), SOURCE));
    }
    ModelName name = ModelName.of(model);
    return source.orElse(new ModelName(name.base(), name.version(), "").toString());
  }
}
