package org.clockwork.scripts;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** What a script prints, line by line. */
final class Printed extends OutputStream {
  /** A longer line is broken: one without an end would fill the memory. */
  private static final int BYTES_MAX = 10_000;

  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  Printed(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void write(int b) {
    if (b == '\n') {
      end();
    } else {
      line.write(b);
      if (line.size() >= BYTES_MAX) {
        end();
      }
    }
  }

  private void end() {
    lines.accept(line.toString(StandardCharsets.UTF_8));
    line.reset();
  }
}
