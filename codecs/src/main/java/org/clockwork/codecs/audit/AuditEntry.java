package org.clockwork.codecs.audit;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One change that somebody asked for.
 *
 * @param what it is about: a model's name, the settings' names
 * @param failure why nothing came of it; empty where it was done
 */
public record AuditEntry(Caller caller, Deed deed, String what, Optional<String> failure) {
  /** Of what comes from outside, that is enough to know it again. */
  private static final int CHARS_MAX = 1_024;

  public AuditEntry {
    what = shortened(what);
    failure = failure.map(AuditEntry::shortened);
  }

  public static AuditEntry done(Caller caller, Deed deed, String what) {
    return new AuditEntry(caller, deed, what, Optional.empty());
  }

  public static AuditEntry failed(Caller caller, Deed deed, String what, String why) {
    return new AuditEntry(
        caller, deed, what, Optional.of(Objects.requireNonNullElse(why, "for no known reason")));
  }

  private static String shortened(String text) {
    return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX) + "…";
  }

  /** One line of the audit, as docs/operating.md describes it. */
  public String line(Instant time) {
    JsonObject json = new JsonObject().put("time", time.toString()).put("door", caller.door());
    caller.address().ifPresent(address -> json.put("address", address));
    caller.token().ifPresent(token -> json.put("token", token));
    json.put("action", deed.word())
        .put("what", what)
        .put("result", failure.isEmpty() ? "done" : "failed");
    failure.ifPresent(why -> json.put("reason", why));
    return json.encode();
  }
}
