package org.clockwork.launcher.machine;

import java.util.Locale;

/** How well one item is. */
public enum Level {
  OK("✔"),
  /** It works, and would work better otherwise. */
  WARNING("⚠"),
  /** To be mended. */
  FAIL("✘");

  private final String sign;

  Level(String sign) {
    this.sign = sign;
  }

  public String sign() {
    return sign;
  }

  /** As JSON has it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
