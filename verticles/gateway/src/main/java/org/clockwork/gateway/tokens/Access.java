package org.clockwork.gateway.tokens;

import java.util.Locale;

/** What something at a door takes: nothing, any token, or one with a role. */
public enum Access {
  /** For probes: whether the server lives and is ready. */
  OPEN,
  /** Any token: what models there are and how they are described. */
  KNOWN,
  /** Inferences. */
  INFER,
  /** Loading and unloading models that are in the repository. */
  LOAD,
  /** Looking at what others do: metrics, explain, the dashboard, usage. */
  OBSERVE,
  /** All of these, and what changes the server: models are uploaded. */
  ADMIN;

  /** Whether a token can have it as a role. */
  public boolean isRole() {
    return this != OPEN && this != KNOWN;
  }

  /** As it stands in files and on command lines. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
