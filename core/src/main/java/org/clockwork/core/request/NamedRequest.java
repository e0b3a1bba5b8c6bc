package org.clockwork.core.request;

/**
 * A request that its client gave a name of its own, by which people ask for it afterwards.
 *
 * @param name need not be the only one of its kind; never empty
 */
public record NamedRequest(RequestId request, String name) {
  public NamedRequest {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("request " + request + " has an empty name");
    }
  }
}
