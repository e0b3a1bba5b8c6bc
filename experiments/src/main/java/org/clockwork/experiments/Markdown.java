package org.clockwork.experiments;

import java.util.Collections;
import java.util.List;

/** A page of Markdown, from top to bottom. */
final class Markdown {
  private final StringBuilder page = new StringBuilder();

  Markdown heading(String text) {
    return paragraph("## " + text);
  }

  Markdown paragraph(String text) {
    page.append(text).append("\n\n");
    return this;
  }

  /** What one types. */
  Markdown command(String text) {
    return paragraph("    " + text);
  }

  /** Nothing at all where there are no lines. */
  Markdown table(List<String> columns, List<List<String>> lines) {
    if (lines.isEmpty()) {
      return this;
    }
    line(columns);
    line(Collections.nCopies(columns.size(), "---"));
    lines.forEach(this::line);
    page.append('\n');
    return this;
  }

  /** One that opens when it is asked to. */
  Markdown foldedTable(String summary, List<String> columns, List<List<String>> lines) {
    paragraph("<details><summary>%s</summary>".formatted(summary));
    table(columns, lines);
    return paragraph("</details>");
  }

  private void line(List<String> entries) {
    page.append("| ").append(String.join(" | ", entries)).append(" |\n");
  }

  String text() {
    return page.toString();
  }
}
