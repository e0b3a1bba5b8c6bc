package org.clockwork.controller.telemetry;

/** What passes between the controller and its workers, by whoever counts it. */
public interface WorkerTraffic {

  /** What has passed since the last time that this was asked; nothing is counted twice. */
  Passed take();

  /** Messages and bytes that left for workers, and that came from them. */
  record Passed(long sentMessages, long sentBytes, long receivedMessages, long receivedBytes) {
    public Passed {
      if (sentMessages < 0 || sentBytes < 0 || receivedMessages < 0 || receivedBytes < 0) {
        throw new IllegalArgumentException(
            "traffic can't be negative: sentMessages=%d sentBytes=%d receivedMessages=%d receivedBytes=%d"
                .formatted(sentMessages, sentBytes, receivedMessages, receivedBytes));
      }
    }
  }
}
