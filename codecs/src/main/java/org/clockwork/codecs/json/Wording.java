package org.clockwork.codecs.json;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** How keys and values appear in messages. */
public final class Wording {
  /** Enough to recognise a value by; a message must not repeat megabytes. */
  private static final int SHOWN_CHARS = 60;

  private Wording() {}

  /** Between quotes, and not longer than helps. */
  public static String quoted(String text) {
    return text.length() <= SHOWN_CHARS
        ? "'" + text + "'"
        : "'" + text.substring(0, SHOWN_CHARS) + "…' (" + text.length() + " characters)";
  }

  /** The candidate that a misspelt word most likely means: at most a third of it is different. */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    if (word.length() > SHOWN_CHARS) {
      return Optional.empty();
    }
    return candidates.stream()
        .filter(candidate -> distance(word, candidate) * 3 <= Math.max(word.length(), 3))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** Single characters to insert, drop or replace; letters of either case are the same. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        boolean same =
            Character.toLowerCase(from.charAt(i - 1)) == Character.toLowerCase(to.charAt(j - 1));
        int replaced = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
