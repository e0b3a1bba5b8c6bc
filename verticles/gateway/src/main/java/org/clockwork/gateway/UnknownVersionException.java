package org.clockwork.gateway;

import java.util.List;
import org.clockwork.core.gateway.ModelStatus;

/** There are other versions of the model that was asked for. */
public final class UnknownVersionException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<ModelStatus> versions;

  UnknownVersionException(List<ModelStatus> versions) {
    super("no such version; there are " + versions);
    this.versions = List.copyOf(versions);
  }

  public List<ModelStatus> versions() {
    return versions;
  }
}
