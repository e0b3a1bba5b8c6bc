package org.clockwork.core.cluster;

/** Names a worker; chosen by the operator or unique by default, and part of its bus address. */
public record WorkerId(String value) implements Comparable<WorkerId> {
  public WorkerId {
    if (!Names.isName(value)) {
      throw new IllegalArgumentException(
          "worker id '" + value + "' must be 1 to 64 letters, digits, '-' or '_'");
    }
  }

  @Override
  public int compareTo(WorkerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
