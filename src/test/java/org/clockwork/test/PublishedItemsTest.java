package org.clockwork.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Nothing that the published pages name is passed over in silence. */
class PublishedItemsTest {
  private static final List<String> PAGES =
      List.of("docs/compatibility.md", "docs/operating.md", "docs/troubleshooting.md");

  @Test
  void everyPublishedItemHasItsRow() throws Exception {
    StringBuilder docs = new StringBuilder();
    for (String page : PAGES) {
      docs.append(Files.readString(ProjectFiles.root().resolve(page)));
    }
    List<String> missing = new ArrayList<>(items());
    assertTrue(missing.size() > 80, missing.size() + " items");
    missing.removeIf(item -> docs.indexOf(item) >= 0);
    assertEquals(List.of(), missing, "in none of " + PAGES);
  }

  private static List<String> items() throws Exception {
    try (var in =
        Objects.requireNonNull(
            PublishedItemsTest.class.getResourceAsStream(
                "/org/clockwork/test/published-items.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }
}
