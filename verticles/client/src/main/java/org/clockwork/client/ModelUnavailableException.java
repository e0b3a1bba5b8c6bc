package org.clockwork.client;

/** A model that a workload needs can't be served; the message says which and what would help. */
public final class ModelUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ModelUnavailableException(String name, String reason) {
    super("the workload needs model '" + name + "', which can't be served: " + reason);
  }
}
