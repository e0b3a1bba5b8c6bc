package org.clockwork.core.gateway;

import org.clockwork.core.request.RequestId;

/**
 * Follows each request of a gateway from when it is taken to its answer, as whoever shows traces
 * does. Has the gateway's owner for its own, and does not block.
 */
public interface RequestWatch {
  /** Nobody does. */
  RequestWatch NONE =
      new RequestWatch() {
        @Override
        public Submission begun(RequestId request, Submission submission) {
          return submission;
        }

        @Override
        public void answered(Answer answer) {}
      };

  /** The submission as it is to go on: where it is followed, with its own place in the trace. */
  Submission begun(RequestId request, Submission submission);

  void answered(Answer answer);

  /** Both, this one first. */
  default RequestWatch andThen(RequestWatch next) {
    RequestWatch first = this;
    return new RequestWatch() {
      @Override
      public Submission begun(RequestId request, Submission submission) {
        return next.begun(request, first.begun(request, submission));
      }

      @Override
      public void answered(Answer answer) {
        first.answered(answer);
        next.answered(answer);
      }
    };
  }
}
