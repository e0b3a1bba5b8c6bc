package org.clockwork.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;

/** The shape of what is printed: a regular expression for each line. */
public record Shape(List<String> patterns) {
  public static Shape of(String... patterns) {
    return new Shape(List.of(patterns));
  }

  /** These lines and no others. */
  public void assertExactly(List<String> lines) {
    for (int i = 0; i < Math.min(patterns.size(), lines.size()); i++) {
      String line = lines.get(i);
      String pattern = patterns.get(i);
      assertTrue(line.matches(pattern), () -> "'" + line + "' is not '" + pattern + "'");
    }
    assertEquals(patterns.size(), lines.size(), () -> String.join("\n", lines));
  }

  /** These lines in this order, and others between them. */
  public void assertInOrder(List<String> lines) {
    int next = 0;
    for (String pattern : patterns) {
      while (next < lines.size() && !lines.get(next).matches(pattern)) {
        next++;
      }
      if (next++ >= lines.size()) {
        fail("no '" + pattern + "' where it is expected in\n" + String.join("\n", lines));
      }
    }
  }
}
