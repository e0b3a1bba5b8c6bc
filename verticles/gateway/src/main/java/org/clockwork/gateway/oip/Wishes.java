package org.clockwork.gateway.oip;

import io.vertx.core.MultiMap;
import java.util.Optional;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.request.Traceparent;
import org.clockwork.gateway.Traces;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;

/**
 * How a client wants its request to be treated, from headers, parameters and the transport's own
 * deadline. Of several objectives the tightest holds.
 */
public record Wishes(
    Objective objective,
    Optional<String> tenant,
    int priority,
    Optional<RequestId> retryOf,
    Optional<Traceparent> trace) {
  /** In microseconds, above 0; as a header of HTTP and as metadata of gRPC. */
  static final String SLO_HEADER = "clockwork-slo-us";

  /** Set by a proxy that knows its clients; goes before what the request itself says. */
  public static final String TENANT_HEADER = "clockwork-tenant";

  /** What the headers say, before anything else was read. */
  public static Wishes of(MultiMap headers) throws MalformedException {
    Objective objective = Objective.NONE;
    String micros = headers.get(SLO_HEADER);
    if (micros != null) {
      objective = objective.within(nanos(micros));
    }
    return new Wishes(
        objective,
        Optional.ofNullable(headers.get(TENANT_HEADER)),
        0,
        Optional.empty(),
        Traces.of(headers));
  }

  /** As a tenant of that name, whatever the request says. */
  public Wishes as(Optional<String> bound) {
    return bound.isEmpty() ? this : new Wishes(objective, bound, priority, retryOf, trace);
  }

  /** No longer than that, however else. */
  public Wishes within(long nanos) {
    return new Wishes(objective.within(nanos), tenant, priority, retryOf, trace);
  }

  /** These and what the parameters of the request say; those of other servers are left alone. */
  public Wishes and(Fields parameters) throws MalformedException {
    Objective both = new Objective(objective.sloNanos(), parameters.optionalNumber("slo_factor"));
    Optional<Double> micros = parameters.optionalNumber("slo_us");
    if (micros.isPresent()) {
      both = both.within(Micros.toNanos(micros.get()));
    }
    // Triton's; its clients send 0 for none.
    Optional<Double> timeout = parameters.optionalNumber("timeout").filter(time -> time != 0);
    if (timeout.isPresent()) {
      both = both.within(Micros.toNanos(timeout.get()));
    }
    refuseSequences(parameters);
    return new Wishes(
        both,
        tenant.isPresent() ? tenant : parameters.optionalText("tenant"),
        parameters.integer("priority", priority, 0, Integer.MAX_VALUE),
        retryOf(parameters),
        trace);
  }

  public Submission submission(String model, Payload payload) {
    return new Submission(
        model, payload, objective, tenant.orElse(Request.DEFAULT_TENANT), priority, retryOf, trace);
  }

  private static long nanos(String micros) throws MalformedException {
    try {
      return Micros.toNanos(Double.parseDouble(micros));
    } catch (NumberFormatException e) {
      throw new MalformedException(
          "header '%s' is %s; microseconds are expected, as 25000"
              .formatted(SLO_HEADER, Shown.text(micros)));
    }
  }

  /** Whoever sends one relies on state that no model here keeps. */
  private static void refuseSequences(Fields parameters) throws MalformedException {
    Object sequence = parameters.json().getValue("sequence_id");
    if (sequence != null && !sequence.equals(0) && !sequence.equals(0L) && !sequence.equals("")) {
      throw parameters.wrong("sequence_id", sequence, "0 or nothing: models here keep no state");
    }
  }

  private static Optional<RequestId> retryOf(Fields parameters) throws MalformedException {
    Optional<String> text = parameters.optionalText("retry_of");
    Optional<RequestId> id = text.flatMap(RequestId::parse);
    if (text.isPresent() && id.isEmpty()) {
      throw parameters.wrong("retry_of", text.get(), "the request_id of a refusal, as 'G0-17'");
    }
    return id;
  }
}
