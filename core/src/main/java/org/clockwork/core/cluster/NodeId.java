package org.clockwork.core.cluster;

/**
 * Names one process in the cluster for as long as it lives. A worker or gateway that comes back in
 * another process is another one, whatever it calls itself.
 *
 * @param value as the cluster names it; in a process without a cluster, anything
 */
public record NodeId(String value) {
  public NodeId {
    if (value.isBlank() || value.length() > 128) {
      throw new IllegalArgumentException(
          "node id '%s' must be 1 to 128 characters".formatted(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
