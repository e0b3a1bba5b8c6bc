package org.clockwork.codecs.audit;

import io.vertx.core.Future;

/**
 * Hears of each change that somebody asks for, once it is known what came of it. From any thread;
 * never blocks.
 */
@FunctionalInterface
public interface Audit {
  /** Nobody keeps a record. */
  Audit NONE = _ -> {};

  void tell(AuditEntry entry);

  /**
   * Tells of a change when it has ended, whichever way.
   *
   * @return the same future
   */
  default <T> Future<T> of(Caller caller, Deed deed, String what, Future<T> outcome) {
    return outcome
        .onSuccess(_ -> tell(AuditEntry.done(caller, deed, what)))
        .onFailure(cause -> tell(AuditEntry.failed(caller, deed, what, cause.getMessage())));
  }
}
