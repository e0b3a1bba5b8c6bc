package org.clockwork.codecs.wire;

import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.DataPort;

/** Every family of messages that passes between processes. */
public final class Families {
  private static final Family<Request> REQUEST =
      new Family<>(Request.class, "clockwork.request.v1", WireForms.REQUEST);
  private static final Family<RequestId> REQUEST_ID =
      new Family<>(RequestId.class, "clockwork.request-id.v1", WireForms.REQUEST_ID);
  private static final Family<Verdict> VERDICT =
      new Family<>(Verdict.class, "clockwork.verdict.v1", WireForms.VERDICT);
  private static final Family<Action> ACTION =
      new Family<>(Action.class, "clockwork.action.v1", WireForms.ACTION);
  private static final Family<Outcome> OUTCOME =
      new Family<>(Outcome.class, "clockwork.outcome.v1", WireForms.OUTCOME);
  private static final Family<Inputs> INPUTS =
      new Family<>(Inputs.class, "clockwork.inputs.v1", WireForms.INPUTS);
  private static final Family<Outputs> OUTPUTS =
      new Family<>(Outputs.class, "clockwork.outputs.v1", WireForms.OUTPUTS);
  private static final Family<Event> EVENT =
      new Family<>(Event.class, "clockwork.event.v1", WireForms.EVENT);
  private static final Family<Announcement> ANNOUNCEMENT =
      new Family<>(Announcement.class, "clockwork.announcement.v1", WireForms.ANNOUNCEMENT);
  private static final Family<ModelStatus> MODEL_STATUS =
      new Family<>(ModelStatus.class, "clockwork.model-status.v1", WireForms.MODEL_STATUS);
  private static final Family<WorkerId> WORKER_ID =
      new Family<>(WorkerId.class, "clockwork.worker-id.v1", WireForms.WORKER_ID);
  private static final Family<GatewayId> GATEWAY_ID =
      new Family<>(GatewayId.class, "clockwork.gateway-id.v1", WireForms.GATEWAY_ID);
  private static final Family<GatewayAnnouncement> GATEWAY_ANNOUNCEMENT =
      new Family<>(
          GatewayAnnouncement.class,
          "clockwork.gateway-announcement.v1",
          WireForms.GATEWAY_ANNOUNCEMENT);
  private static final Family<DataPort> DATA_PORT =
      new Family<>(DataPort.class, "clockwork.data-port.v1", WireForms.DATA_PORT);
  private static final Family<Submission> SUBMISSION =
      new Family<>(Submission.class, "clockwork.submission.v1", WireForms.SUBMISSION);
  private static final Family<Answer> ANSWER =
      new Family<>(Answer.class, "clockwork.answer.v1", WireForms.ANSWER);
  private static final Family<NamedRequest> NAMED_REQUEST =
      new Family<>(NamedRequest.class, "clockwork.named-request.v1", WireForms.NAMED_REQUEST);

  /** Several messages of the others; never in another parcel. */
  public static final Family<Parcel> PARCEL =
      new Family<>(Parcel.class, "clockwork.parcel.v1", WireForms.PARCEL);

  /**
   * All but the parcel. The position is a family's number inside a parcel: new ones come last, and
   * an outdated one keeps its place.
   */
  public static final List<Family<?>> NUMBERED =
      List.of(
          REQUEST,
          REQUEST_ID,
          VERDICT,
          ACTION,
          OUTCOME,
          INPUTS,
          OUTPUTS,
          EVENT,
          ANNOUNCEMENT,
          MODEL_STATUS,
          WORKER_ID,
          GATEWAY_ID,
          GATEWAY_ANNOUNCEMENT,
          DATA_PORT,
          SUBMISSION,
          ANSWER,
          NAMED_REQUEST);

  private static final ClassValue<Integer> NUMBERS =
      new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
          for (int number = 0; number < NUMBERED.size(); number++) {
            if (NUMBERED.get(number).type().isAssignableFrom(type)) {
              return number;
            }
          }
          return NONE;
        }
      };

  private static final int NONE = -1;

  private Families() {}

  /** Whether messages of that class have a form on the wire. */
  public static boolean has(Object message) {
    return message instanceof Parcel || number(message) != NONE;
  }

  /**
   * The family that a message belongs to.
   *
   * @throws WireException it belongs to none
   */
  public static Family<?> of(Object message) {
    return message instanceof Parcel ? PARCEL : NUMBERED.get(numberOf(message));
  }

  static int numberOf(Object message) {
    int number = number(message);
    if (number == NONE) {
      throw new WireException(
          "%s has no form on the wire; Families lists what has"
              .formatted(message.getClass().getName()));
    }
    return number;
  }

  private static int number(Object message) {
    return NUMBERS.get(message.getClass());
  }
}
