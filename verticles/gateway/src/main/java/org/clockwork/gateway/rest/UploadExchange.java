package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.upload.UploadException;
import org.clockwork.gateway.upload.Uploads;
import org.clockwork.gateway.upload.Uploads.Taken;
import org.clockwork.gateway.upload.Uploads.Upload;

/**
 * A model that comes as an archive: the body goes to disk as it arrives, no faster than the disk
 * takes it, and is unpacked there. Whichever way it ends, its place is cleared.
 */
final class UploadExchange {
  /** A client that sends nothing for so long holds a place that others want. */
  private static final long IDLE_MILLIS = TimeUnit.SECONDS.toMillis(30);

  private final String model;
  private final String version;
  private final HttpServerRequest request;
  private final Vertx vertx;
  private final WorkerExecutor workers;
  private final Uploads uploads;
  private final UnaryOperator<Future<Taken>> audited;
  private final Replies replies;
  private final Promise<Void> received = Promise.promise();
  private long bytes;
  private long idleTimer;

  /**
   * @param version of the model; empty where it is to have none
   * @param workers where blocking is allowed
   * @param audited hears what comes of it
   */
  UploadExchange(
      String model,
      String version,
      HttpServerRequest request,
      Vertx vertx,
      WorkerExecutor workers,
      Uploads uploads,
      UnaryOperator<Future<Taken>> audited,
      Replies replies) {
    this.model = model;
    this.version = version;
    this.request = request;
    this.vertx = vertx;
    this.workers = workers;
    this.uploads = uploads;
    this.audited = audited;
    this.replies = replies;
  }

  void begin() {
    request.pause();
    long maxBytes = uploads.config().maxArchiveBytes();
    if (!uploads.open()) {
      refuse(
          Complaint.unsupported(
              "nothing can be uploaded here: uploads.repository in conf/gateway.json names no"
                  + " folder, and serve has no --allow-uploads"));
    } else if (Body.announced(request) > maxBytes) {
      refuse(tooLarge(maxBytes));
    } else if (!uploads.enter()) {
      refuse(
          Complaint.unavailable(
              "%d uploads are under way already, as many as may be (uploads.maxAtOnce)"
                  .formatted(uploads.config().maxAtOnce())));
    } else {
      audited
          .apply(
              workers
                  .executeBlocking(() -> uploads.begin(model, version), false)
                  .compose(this::take)
                  .onComplete(_ -> uploads.leave()))
          .onSuccess(this::tell)
          .onFailure(this::refuse);
    }
  }

  private Future<Taken> take(Upload upload) {
    return receive(upload)
        .compose(_ -> workers.executeBlocking(upload::finish, false))
        .eventually(() -> workers.executeBlocking(() -> clear(upload), false));
  }

  private static Void clear(Upload upload) throws IOException {
    upload.clear();
    return null;
  }

  private Future<Void> receive(Upload upload) {
    OpenOptions fresh = new OpenOptions().setCreateNew(true).setWrite(true).setRead(false);
    return vertx
        .fileSystem()
        .open(upload.archive().toString(), fresh)
        .compose(file -> receive(file).eventually(file::close));
  }

  private Future<Void> receive(AsyncFile file) {
    if (Replies.expectsContinue(request)) {
      request.response().writeContinue();
    }
    file.exceptionHandler(received::tryFail);
    request.handler(chunk -> append(chunk, file));
    request.exceptionHandler(received::tryFail);
    request.endHandler(_ -> received.tryComplete());
    watch();
    request.resume();
    return received.future().onComplete(_ -> vertx.cancelTimer(idleTimer));
  }

  private void append(Buffer chunk, AsyncFile file) {
    vertx.cancelTimer(idleTimer);
    bytes += chunk.length();
    if (bytes > uploads.config().maxArchiveBytes()) {
      received.tryFail(new ComplaintException(tooLarge(uploads.config().maxArchiveBytes())));
    }
    if (received.future().isComplete()) {
      return; // The rest is thrown away.
    }
    file.write(chunk).onFailure(received::tryFail);
    if (file.writeQueueFull()) {
      request.pause();
      file.drainHandler(
          _ -> {
            watch();
            request.resume();
          });
    } else {
      watch();
    }
  }

  private void watch() {
    vertx.cancelTimer(idleTimer);
    idleTimer =
        vertx.setTimer(
            IDLE_MILLIS,
            _ ->
                received.tryFail(
                    new ComplaintException(
                        Complaint.of(
                            Category.TIMED_OUT,
                            "timed_out",
                            "nothing of the archive came for %d s"
                                .formatted(TimeUnit.MILLISECONDS.toSeconds(IDLE_MILLIS))))));
  }

  private static Complaint tooLarge(long maxBytes) {
    return Complaint.of(
        Category.TOO_LARGE,
        "too_large",
        "the archive is larger than uploads.maxArchiveBytes=%d".formatted(maxBytes));
  }

  private void tell(Taken taken) {
    replies.write(
        request,
        new JsonObject()
            .put("name", taken.name())
            .put("version", taken.version())
            .put("files", taken.files())
            .put("bytes", taken.bytes()));
  }

  private void refuse(Throwable cause) {
    refuse(
        switch (cause) {
          case UploadException wrong ->
              Complaint.of(Category.INVALID, "invalid_upload", wrong.getMessage());
          case IOException broken ->
              Complaint.of(
                  Category.BROKEN,
                  "runtime_error",
                  "the repository can't be written to: " + broken.getMessage());
          default -> ComplaintException.of(cause);
        });
  }

  private void refuse(Complaint complaint) {
    replies.complain(request, complaint);
  }
}
