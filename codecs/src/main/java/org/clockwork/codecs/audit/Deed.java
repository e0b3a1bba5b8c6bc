package org.clockwork.codecs.audit;

import java.util.Locale;

/** What is told of. */
public enum Deed {
  LOAD,
  UNLOAD,
  UPLOAD,
  CONFIGURE;

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
