package org.clockwork.codecs;

import io.vertx.core.eventbus.EventBus;
import java.util.List;
import org.clockwork.codecs.wire.WireForms;
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
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.DataPort;

/** Teaches an event bus to carry core's types. */
public final class Codecs {
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

  private static final List<Family<?>> FAMILIES =
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
          ANSWER);

  private Codecs() {}

  /** To be called once for each Vert.x instance, before the first verticle is deployed. */
  public static void register(EventBus bus) {
    FAMILIES.forEach(bus::registerCodec);
    // Not registerDefaultCodec: it goes by concrete class, so a sealed interface never matches.
    bus.codecSelector(Codecs::codecFor);
  }

  /** Null leaves the choice to Vert.x, as its codecSelector asks for. */
  private static String codecFor(Object message) {
    return switch (message) {
      case Action _ -> ACTION.name();
      case Outcome _ -> OUTCOME.name();
      case Request _ -> REQUEST.name();
      case Verdict _ -> VERDICT.name();
      case Outputs _ -> OUTPUTS.name();
      case Inputs _ -> INPUTS.name();
      case Event _ -> EVENT.name();
      case RequestId _ -> REQUEST_ID.name();
      case ModelStatus _ -> MODEL_STATUS.name();
      case Announcement _ -> ANNOUNCEMENT.name();
      case GatewayAnnouncement _ -> GATEWAY_ANNOUNCEMENT.name();
      case DataPort _ -> DATA_PORT.name();
      case Submission _ -> SUBMISSION.name();
      case Answer _ -> ANSWER.name();
      case WorkerId _ -> WORKER_ID.name();
      case GatewayId _ -> GATEWAY_ID.name();
      default -> null;
    };
  }
}
