package org.clockwork.codecs;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;

/**
 * What the controller makes of a worker's clock, for that worker to show. It rides in the headers
 * of each question for the clock, so it is as old as the question before it, a second; a worker
 * that was never asked knows nothing and shows zeroes.
 *
 * @param skewNanos how far the worker's clock is ahead of the controller's, by the answer with the
 *     shortest round trip among the last 64 questions; off by at most half of that round trip
 * @param roundTripNanos that shortest round trip
 */
public record ClockNews(long skewNanos, long roundTripNanos) {
  public static final ClockNews NONE = new ClockNews(0, 0);

  private static final String SKEW = "skewNanos";
  private static final String ROUND_TRIP = "roundTripNanos";

  public ClockNews {
    if (roundTripNanos < 0) {
      throw new IllegalArgumentException(
          "a round trip takes no negative time: roundTripNanos=" + roundTripNanos);
    }
  }

  /** The options of the question that it is to ride with. */
  public DeliveryOptions ridingWith(DeliveryOptions question) {
    return new DeliveryOptions(question)
        .addHeader(SKEW, Long.toString(skewNanos))
        .addHeader(ROUND_TRIP, Long.toString(roundTripNanos));
  }

  /** What rode with a question; {@link #NONE} where nothing that can be read did. */
  public static ClockNews riding(MultiMap headers) {
    try {
      return headers.contains(SKEW) && headers.contains(ROUND_TRIP)
          ? new ClockNews(
              Long.parseLong(headers.get(SKEW)), Long.parseLong(headers.get(ROUND_TRIP)))
          : NONE;
    } catch (IllegalArgumentException _) {
      return NONE; // It is for show; a controller of another version must not disturb the worker.
    }
  }
}
