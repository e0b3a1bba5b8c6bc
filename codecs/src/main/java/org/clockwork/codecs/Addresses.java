package org.clockwork.codecs;

import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;

/**
 * Every address on the event bus, and what is sent there. Nothing else in the system spells out an
 * address. Internal addresses carry core's types (see {@link Codecs}); the public ones, {@link
 * #INFER}, {@link #MODELS}, {@link #EXPLAIN}, {@link #USAGE} and those of telemetry, carry JSON or
 * text and are described in docs/wire.md.
 */
public final class Addresses {
  /**
   * From gateways: {@code Request}s, and the {@code RequestId}s of those that nobody waits for any
   * more. One address, because messages keep their order on one only.
   */
  public static final String CONTROLLER_REQUESTS = "clockwork.controller.requests";

  /**
   * From workers: an {@code Event.ActionEnded} for every action, and an {@code Event.InputsArrived}
   * before it where gateways pushed inputs. Their times are still the worker's; the controller
   * translates them as they enter.
   */
  public static final String CONTROLLER_OUTCOMES = "clockwork.controller.outcomes";

  /**
   * From workers that have come, or have something new to say of themselves: {@code Announcement}.
   */
  public static final String CONTROLLER_ANNOUNCE = "clockwork.controller.announce";

  /** From workers that shut down and accept nothing new: their {@code WorkerId}. */
  public static final String CONTROLLER_RETIREMENTS = "clockwork.controller.retirements";

  /**
   * From workers that are leaving: their {@code WorkerId}. Replied to once nothing more will be
   * sent there.
   */
  public static final String CONTROLLER_DEPARTURES = "clockwork.controller.departures";

  /** From gateways, on a user's word: {@code Event.ModelWanted} and {@code Event.ModelUnwanted}. */
  public static final String CONTROLLER_WISHES = "clockwork.controller.wishes";

  /**
   * From whoever is about to offer a load, an empty string: which models the workers could serve,
   * replied to as {@code {"workers": count, "models": [name]}}.
   */
  public static final String CONTROLLER_CATALOGUE = "clockwork.controller.catalogue";

  /** Published by the controller when it has come and when its catalogue changes: empty strings. */
  public static final String CATALOGUE_CHANGED = "clockwork.catalogue.changed";

  /** From gateways that have come, or are asked to: {@code GatewayAnnouncement}. */
  public static final String CONTROLLER_GATEWAYS = "clockwork.controller.gateways";

  /**
   * From gateways that are leaving: their {@code GatewayId}. Replied to once nothing more will be
   * sent there.
   */
  public static final String CONTROLLER_GATEWAY_DEPARTURES =
      "clockwork.controller.gateway-departures";

  /**
   * Published by the controller: a {@code ModelStatus} whenever one changes, for whoever wants to
   * know. Gateways have it by {@link #gatewayModels} before.
   */
  public static final String CONTROLLER_MODELS = "clockwork.controller.models";

  /**
   * Published by a controller that has just come, or that heard from a worker it doesn't know, an
   * empty string: every worker announces itself again.
   */
  public static final String WORKERS_ANNOUNCE = "clockwork.workers.announce";

  /**
   * Published by a controller that has just come, or that heard from a gateway it doesn't know, an
   * empty string: every gateway announces itself again.
   */
  public static final String GATEWAYS_ANNOUNCE = "clockwork.gateways.announce";

  /** Published by workers that have come, or are asked to: {@code DataPort}. */
  public static final String DATA_PORTS = "clockwork.data-ports";

  /**
   * Published by gateways that have come, an empty string: every worker says its data port again.
   */
  public static final String DATA_PORTS_WANTED = "clockwork.data-ports.wanted";

  /** Public: an inference in JSON, answered in JSON. */
  public static final String INFER = "clockwork.infer";

  /** Public: list, load and unload models, in JSON. */
  public static final String MODELS = "clockwork.models";

  /** Public: what became of a request and why, in JSON. */
  public static final String EXPLAIN = "clockwork.explain";

  /**
   * From {@code clockwork reload}, {@code {"from": its address}}: the process reads its
   * configuration again and replies, in JSON, with what has changed, what waits for a restart, or
   * what is wrong.
   */
  public static String reload(NodeId node) {
    return "clockwork.node." + node + ".reload";
  }

  /** Public: what each tenant has had, in JSON. */
  public static final String USAGE = "clockwork.usage";

  /**
   * From whoever shows figures, anything: replied to with a {@code String}, everything that the
   * controller has counted, in Prometheus's text format.
   */
  public static final String METRICS = "clockwork.telemetry.metrics";

  /** Public, published by the controller each second: how the cluster does, as a JSON object. */
  public static final String SUMMARY = "clockwork.telemetry.summary";

  /** What every address begins with at which anybody may listen. */
  public static final String TELEMETRY_PREFIX = "clockwork.telemetry.";

  /** Public: the frames of the live board, published in JSON while somebody watches. */
  public static final String BOARD = "clockwork.telemetry.board";

  /** Public: from whoever watches the board, every two seconds, in JSON. */
  public static final String BOARD_WATCH = "clockwork.telemetry.board.watch";

  /** From gateways: requests that clients gave a name of their own, as {@code NamedRequest}s. */
  public static final String CONTROLLER_REQUEST_NAMES = "clockwork.controller.request-names";

  private Addresses() {}

  /**
   * To one worker: the {@code Action}s that it is to run. One that was started anew is another one:
   * it must not get what was meant for the process before.
   */
  public static String workerActions(WorkerId worker, NodeId node) {
    return "clockwork.worker." + worker + "." + node + ".actions";
  }

  /**
   * To one worker, from gateways of its own process: the {@code Inputs} that they have held back,
   * and the {@code RequestId}s of those that will not come. Others bring them to its data port.
   */
  public static String workerInputs(WorkerId worker) {
    return "clockwork.worker." + worker + ".inputs";
  }

  /**
   * To one worker, the controller's term as a {@code Long}: it replies with the {@code Long}
   * nanoseconds of its clock.
   */
  public static String workerClock(WorkerId worker) {
    return "clockwork.worker." + worker + ".clock";
  }

  /**
   * To one gateway, the controller's term as a {@code Long}: it replies with the {@code Long}
   * nanoseconds of its clock, and knows now which controller is there.
   */
  public static String gatewayClock(GatewayId gateway) {
    return "clockwork.gateway." + gateway + ".clock";
  }

  /**
   * To one gateway, from the controller: the {@code ModelStatus} of each model when the gateway has
   * come, and from then on each that changes. One address, because messages keep their order on one
   * only.
   */
  public static String gatewayModels(GatewayId gateway) {
    return "clockwork.gateway." + gateway + ".models";
  }

  /** To one gateway, from the controller: {@code Verdict}s on its requests. */
  public static String gatewayVerdicts(GatewayId gateway) {
    return "clockwork.gateway." + gateway + ".verdicts";
  }

  /**
   * To one gateway, from workers: the {@code Outputs} of its requests; large ones to another
   * process go by the gateway's connection to the worker's data port.
   */
  public static String gatewayOutputs(GatewayId gateway) {
    return "clockwork.gateway." + gateway + ".outputs";
  }

  /**
   * To one gateway, from a client in its process: a {@code Submission}, replied to with its {@code
   * Answer}.
   */
  public static String gatewaySubmissions(GatewayId gateway) {
    return "clockwork.gateway." + gateway + ".submissions";
  }
}
