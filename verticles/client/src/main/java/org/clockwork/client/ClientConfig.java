package org.clockwork.client;

/**
 * What an operator can set of a client; the workload and its parameters come from the command line.
 *
 * @param disableInputs requests carry no input, the worker makes it up ({@code
 *     CLOCKWORK_DISABLE_INPUTS=1})
 * @param seed of everything that is random in the load; the same seed offers the same load
 */
public record ClientConfig(boolean disableInputs, long seed) {
  public static final ClientConfig DEFAULT = new ClientConfig(false, 1);

  public ClientConfig withoutInputs() {
    return new ClientConfig(true, seed);
  }
}
