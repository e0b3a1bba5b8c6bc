package org.clockwork.test.compiled;

import java.io.IOException;
import java.nio.file.Path;

/** Compiled models for tests of other things. */
public final class CompiledModels {
  private CompiledModels() {}

  /** A small one, made by hand; needs a C compiler. */
  public static Path perceptron(Path folder) throws IOException, InterruptedException {
    return Perceptron.in(folder).folder();
  }
}
