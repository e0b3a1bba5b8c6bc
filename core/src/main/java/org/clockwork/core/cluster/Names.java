package org.clockwork.core.cluster;

/** What may be part of an address. Not a regular expression: every message has one to check. */
final class Names {
  private static final int LENGTH_MAX = 64;

  private static final String ALLOWED =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

  private Names() {}

  /** Whether it is 1 to 64 letters, digits, '-' or '_'. */
  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (ALLOWED.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= LENGTH_MAX;
  }
}
