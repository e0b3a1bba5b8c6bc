package org.clockwork.gateway.upload;

import java.util.List;
import org.clockwork.core.gateway.Shown;

/**
 * A name inside an archive, or of a model, as folders and a file below one that is ours.
 *
 * @param words at least one; none is empty, hidden or leads anywhere but down
 */
record EntryPath(List<String> words) {
  private static final int CHARS_MAX = 1_024;
  private static final int DEPTH_MAX = 16;

  /** What file systems take, in bytes of UTF-8; checked in chars, of which each is at least one. */
  private static final int WORD_CHARS_MAX = 255;

  EntryPath {
    words = List.copyOf(words);
  }

  /**
   * @param what is so called, for the complaint
   */
  static EntryPath of(String what, String name) throws UploadException {
    String relative = name.startsWith("./") ? name.substring(2) : name;
    String bare = relative.endsWith("/") ? relative.substring(0, relative.length() - 1) : relative;
    if (bare.length() > CHARS_MAX) {
      throw wrong(what, name, "has more than %d characters".formatted(CHARS_MAX));
    }
    List<String> words = List.of(bare.split("/", -1));
    if (words.size() > DEPTH_MAX) {
      throw wrong(what, name, "is nested deeper than %d folders".formatted(DEPTH_MAX));
    }
    for (String word : words) {
      check(what, name, word);
    }
    return new EntryPath(words);
  }

  private static void check(String what, String name, String word) throws UploadException {
    if (word.isEmpty()) {
      throw wrong(what, name, name.startsWith("/") ? "is an absolute path" : "has an empty part");
    }
    if (word.equals("..")) {
      throw wrong(what, name, "leads out of its folder");
    }
    if (word.startsWith(".")) {
      throw wrong(what, name, "has a part that begins with a dot, which is no part of a model");
    }
    if (word.length() > WORD_CHARS_MAX) {
      throw wrong(what, name, "has a part of more than %d characters".formatted(WORD_CHARS_MAX));
    }
    if (word.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':' || c == '\u007f')) {
      throw wrong(what, name, "has a character that isn't allowed in names");
    }
  }

  private static UploadException wrong(String what, String name, String why) {
    return new UploadException("%s %s %s".formatted(what, Shown.text(name), why));
  }

  @Override
  public String toString() {
    return String.join("/", words);
  }
}
