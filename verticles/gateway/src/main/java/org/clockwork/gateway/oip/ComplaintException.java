package org.clockwork.gateway.oip;

import org.clockwork.gateway.json.MalformedException;

/** Carries a complaint through a future that would else have had a result. */
public final class ComplaintException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Complaint complaint;

  public ComplaintException(Complaint complaint) {
    // No stack trace: it is a value on its way, and refusals have to be cheap.
    super(complaint.reason(), null, false, false);
    this.complaint = complaint;
  }

  /** What the client is told; whatever is no complaint is our own mistake. */
  public static Complaint of(Throwable cause) {
    return switch (cause) {
      case ComplaintException carrier -> carrier.complaint;
      case MalformedException wrong -> Complaint.of(wrong);
      default -> Complaint.of(Category.BROKEN, "runtime_error", cause.toString());
    };
  }
}
