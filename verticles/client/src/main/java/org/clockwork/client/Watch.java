package org.clockwork.client;

import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Offer;

/**
 * Hears of every request that counts, beside the report: what goes out and how it ends. Called on
 * the client's event loop; times are the client's clock.
 */
public interface Watch {
  /** Nobody watches. */
  Watch NONE =
      new Watch() {
        @Override
        public void started(long nowNanos) {}

        @Override
        public void sent(Offer offer) {}

        @Override
        public void succeeded(Offer offer, Ending.Succeeded ending, long nowNanos) {}

        @Override
        public void refused(Offer offer) {}
      };

  /** The load begins. */
  void started(long nowNanos);

  void sent(Offer offer);

  void succeeded(Offer offer, Ending.Succeeded ending, long nowNanos);

  void refused(Offer offer);
}
