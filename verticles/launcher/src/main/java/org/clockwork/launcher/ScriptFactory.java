package org.clockwork.launcher;

import io.vertx.core.Deployable;
import io.vertx.core.Promise;
import io.vertx.core.Verticle;
import io.vertx.core.spi.VerticleFactory;
import java.util.List;
import java.util.concurrent.Callable;
import org.clockwork.scripts.Language;

/**
 * Lets Vert.x deploy scripts by name, {@code steady.js} or {@code js:steady.js}, as its own
 * languages once did.
 */
public abstract sealed class ScriptFactory implements VerticleFactory {
  private final Language language;

  private ScriptFactory(Language language) {
    this.language = language;
  }

  @Override
  public final String prefix() {
    return language.ending();
  }

  @Override
  public final void createVerticle2(
      String name, ClassLoader loader, Promise<Callable<? extends Deployable>> made) {
    made.complete(() -> new ScriptNode(List.of(VerticleFactory.removePrefix(name))));
  }

  /** Of Vert.x 4: the interface still asks for it, and nobody calls it. */
  @Override
  @SuppressWarnings("deprecation")
  public final void createVerticle(
      String name, ClassLoader loader, Promise<Callable<Verticle>> made) {
    made.fail("a script is deployed with createVerticle2");
  }

  /** Of {@code .js}. */
  public static final class JavaScript extends ScriptFactory {
    public JavaScript() {
      super(Language.JAVASCRIPT);
    }
  }

  /** Of {@code .py}. */
  public static final class Python extends ScriptFactory {
    public Python() {
      super(Language.PYTHON);
    }
  }
}
