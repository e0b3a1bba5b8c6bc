package org.clockwork.codecs.wire;

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

/** The form of every message that passes between processes. */
public final class WireForms {
  public static final WireForm<Request> REQUEST = new RequestForm();
  public static final WireForm<RequestId> REQUEST_ID = new ClusterForms.OfRequestId();
  public static final WireForm<Verdict> VERDICT = new VerdictForm();
  public static final WireForm<Action> ACTION = new ActionForm();
  public static final WireForm<Outcome> OUTCOME = new OutcomeForm();
  public static final WireForm<Inputs> INPUTS = new TensorForms.OfInputs();
  public static final WireForm<Outputs> OUTPUTS = new TensorForms.OfOutputs();

  /** Of events that happen in other processes; the others can't be written. */
  public static final WireForm<Event> EVENT = new EventForm();

  public static final WireForm<Announcement> ANNOUNCEMENT = new ClusterForms.OfAnnouncement();
  public static final WireForm<ModelStatus> MODEL_STATUS = new ModelForms.OfStatus();
  public static final WireForm<WorkerId> WORKER_ID = new ClusterForms.OfWorkerId();
  public static final WireForm<GatewayId> GATEWAY_ID = new ClusterForms.OfGatewayId();
  public static final WireForm<GatewayAnnouncement> GATEWAY_ANNOUNCEMENT =
      new ClusterForms.OfGatewayAnnouncement();
  public static final WireForm<DataPort> DATA_PORT = new ClusterForms.OfDataPort();
  public static final WireForm<Submission> SUBMISSION = new SubmissionForm();
  public static final WireForm<Answer> ANSWER = new AnswerForm();
  public static final WireForm<NamedRequest> NAMED_REQUEST = new ClusterForms.OfNamedRequest();
  public static final WireForm<Parcel> PARCEL = new ParcelForm();

  private WireForms() {}
}
