package org.clockwork.client;

import org.clockwork.core.trace.Traces;

/**
 * What an operator can set of a client.
 *
 * @param load what it offers, unless the command line says something else
 * @param disableInputs requests carry no input, the worker makes it up ({@code
 *     CLOCKWORK_DISABLE_INPUTS=1})
 * @param seed of everything that is random in the load; the same seed offers the same load
 * @param patienceSeconds how long it waits for a controller and for workers before it gives up
 */
public record ClientConfig(LoadConfig load, boolean disableInputs, long seed, int patienceSeconds) {
  public static final ClientConfig DEFAULT = new ClientConfig(LoadConfig.DEFAULT, false, 1, 60);

  public ClientConfig {
    if (patienceSeconds < 1) {
      throw new IllegalArgumentException(
          "patienceSeconds=%d must be 1 or more".formatted(patienceSeconds));
    }
  }

  public ClientConfig withoutInputs() {
    return new ClientConfig(load, true, seed, patienceSeconds);
  }

  public ClientConfig offering(LoadConfig other) {
    return new ClientConfig(other, disableInputs, seed, patienceSeconds);
  }

  public ClientConfig seeded(long other) {
    return new ClientConfig(load, disableInputs, other, patienceSeconds);
  }

  public ClientConfig waiting(int seconds) {
    return new ClientConfig(load, disableInputs, seed, seconds);
  }

  public ClientConfig replaying(Traces traces) {
    return offering(load.replaying(traces));
  }

  /** The load with this seed; see {@link LoadConfig#plan}. */
  public LoadPlan plan() {
    return load.plan(seed);
  }

  /** Where its inputs come from. */
  public Payloads payloads() {
    return disableInputs ? Payloads.GENERATED : new RandomPayloads(seed);
  }
}
