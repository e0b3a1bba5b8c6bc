package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.ReadingBudget;

/**
 * Reads the body of one request into one array. It grows with what has arrived, not with what was
 * announced, so a client that announces much and sends nothing costs nothing.
 */
final class Body {
  private static final int FIRST_BYTES = 16 << 10;

  private final HttpServerRequest request;
  private final int bytesMax;
  private final ReadingBudget budget;
  private final Promise<ByteBuffer> read = Promise.promise();
  private byte[] bytes = {};
  private int length;
  private boolean over;

  private Body(HttpServerRequest request, int bytesMax, ReadingBudget budget) {
    this.request = request;
    this.bytesMax = bytesMax;
    this.budget = budget;
  }

  /**
   * Fails with what the client is told where it sends too much, and in any way where it goes; what
   * it sends afterwards is thrown away.
   */
  static Future<ByteBuffer> read(HttpServerRequest request, int bytesMax, ReadingBudget budget) {
    return new Body(request, bytesMax, budget).begin();
  }

  static Complaint tooLarge(int bytesMax) {
    return Complaint.of(
        Category.TOO_LARGE,
        "too_large",
        "the body is larger than maxBodyBytes=%d; send fewer rows in one request"
            .formatted(bytesMax));
  }

  private Future<ByteBuffer> begin() {
    request.handler(this::append);
    request.exceptionHandler(this::fail);
    request.endHandler(
        _ -> read.tryComplete(ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN)));
    request.resume();
    // From here on it is the gateway that counts it.
    return read.future().onComplete(_ -> budget.giveBack(bytes.length));
  }

  private void append(Buffer chunk) {
    if (over) {
      return;
    }
    if (chunk.length() > bytesMax - length) {
      fail(new ComplaintException(tooLarge(bytesMax)));
    } else if (chunk.length() > bytes.length - length && !grow(length + chunk.length())) {
      fail(new ComplaintException(budget.full()));
    } else {
      chunk.getBytes(bytes, length);
      length += chunk.length();
    }
  }

  private boolean grow(int needed) {
    long announced = announced(request);
    long doubled = Math.max(FIRST_BYTES, 2L * needed);
    // An announced length is met exactly, so that the last step wastes nothing.
    long wanted = announced >= needed ? Math.min(doubled, announced) : doubled;
    int size = (int) Math.min(bytesMax, wanted);
    if (!budget.take(size - bytes.length)) {
      return false;
    }
    bytes = Arrays.copyOf(bytes, size);
    return true;
  }

  private void fail(Throwable cause) {
    over = true;
    read.tryFail(cause);
  }

  /** Whether the request has a body at all. */
  static boolean comes(HttpServerRequest request) {
    return announced(request) > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  /** As the header says; -1 where it says nothing that could be right. */
  static long announced(HttpServerRequest request) {
    String header = request.getHeader("Content-Length");
    try {
      return header == null ? -1 : Long.parseLong(header);
    } catch (NumberFormatException _) {
      return -1;
    }
  }
}
