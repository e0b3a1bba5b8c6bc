package org.clockwork.scripts;

import org.graalvm.polyglot.Engine;

/** The one engine of this process: what it has read of a language serves every script. */
final class ScriptEngines {
  private ScriptEngines() {}

  /** Made when the first script needs it. */
  static Engine shared() {
    return Shared.ENGINE;
  }

  private static final class Shared {
    private static final Engine ENGINE =
        Engine.newBuilder()
            // On a stock JDK scripts are interpreted; that is known, and fast enough.
            .option("engine.WarnInterpreterOnly", "false")
            .build();
  }
}
