package org.clockwork.codecs;

import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;

/**
 * Every address on the event bus, and what is sent there. Nothing else in the system spells out an
 * address. Internal addresses carry core's types (see {@link Codecs}); the public ones, {@link
 * #INFER} and {@link #MODELS}, carry JSON and are described in docs/wire.md.
 */
public final class Addresses {
  /** From gateways: one {@code Request} each. */
  public static final String CONTROLLER_REQUESTS = "clockwork.controller.requests";

  /** From gateways: the {@code RequestId} of a request that nobody waits for any more. */
  public static final String CONTROLLER_CANCELLATIONS = "clockwork.controller.cancellations";

  /**
   * From workers: an {@code Event.ActionEnded} for every action. Its times are still the worker's;
   * the controller translates them as they enter.
   */
  public static final String CONTROLLER_OUTCOMES = "clockwork.controller.outcomes";

  /**
   * From workers that have come, or have something new to say of themselves: {@code Announcement}.
   */
  public static final String CONTROLLER_ANNOUNCE = "clockwork.controller.announce";

  /** From workers that are leaving: their {@code WorkerId}. */
  public static final String CONTROLLER_DEPARTURES = "clockwork.controller.departures";

  /** From gateways, on a user's word: {@code Event.ModelWanted} and {@code Event.ModelUnwanted}. */
  public static final String CONTROLLER_WISHES = "clockwork.controller.wishes";

  /**
   * From gateways that have just come: their {@code GatewayId}. The controller then publishes the
   * status of every model anew on {@link #CONTROLLER_MODELS}.
   */
  public static final String CONTROLLER_GATEWAYS = "clockwork.controller.gateways";

  /** Published by the controller: a {@code ModelStatus} whenever one changes. */
  public static final String CONTROLLER_MODELS = "clockwork.controller.models";

  /**
   * Published by a controller that has just come, an empty string: every worker announces itself
   * again.
   */
  public static final String WORKERS_ANNOUNCE = "clockwork.workers.announce";

  /** Public: an inference in JSON, answered in JSON. */
  public static final String INFER = "clockwork.infer";

  /** Public: list, load and unload models, in JSON. */
  public static final String MODELS = "clockwork.models";

  private Addresses() {}

  /** To one worker: the {@code Action}s that it is to run. */
  public static String workerActions(WorkerId worker) {
    return "clockwork.worker." + worker + ".actions";
  }

  /** To one worker: the {@code Inputs} that gateways have held back. */
  public static String workerInputs(WorkerId worker) {
    return "clockwork.worker." + worker + ".inputs";
  }

  /** To one gateway, from the controller: {@code Verdict}s on its requests. */
  public static String gatewayVerdicts(GatewayId gateway) {
    return "clockwork.gateway." + gateway + ".verdicts";
  }

  /** To one gateway, from workers: the {@code Outputs} of its requests. */
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
