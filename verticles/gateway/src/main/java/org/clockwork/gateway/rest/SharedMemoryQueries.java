package org.clockwork.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Catalogue;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.sharedmemory.RegionSpec;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.protocol.inference.ServerMetadataResponse;

/** Registering shared memory over HTTP, and what is registered. */
record SharedMemoryQueries(Vertx vertx, SharedMemory memory, Replies replies) {

  /** The server, with what it can do. */
  ServerMetadataResponse server() {
    return Catalogue.server(memory.enabled());
  }

  Future<Void> answer(HttpServerRequest request, Endpoint.SharedMemory wish, Fields fields) {
    Future<?> done =
        wish.kind().equals("cudasharedmemory") ? cuda(wish) : system(request, wish, fields);
    return done.map(
        answer -> {
          if (answer instanceof JsonArray regions) {
            replies.write(request, regions);
          } else {
            replies.write(request, new JsonObject());
          }
          return null;
        });
  }

  /** There are no regions; to unregister all of none is no mistake, and clients begin with it. */
  private static Future<?> cuda(Endpoint.SharedMemory wish) {
    return switch (wish.wish()) {
      case "status" -> Future.succeededFuture(new JsonArray());
      case "unregister" -> Future.succeededFuture();
      default -> Future.failedFuture(new ComplaintException(SharedMemory.noCuda()));
    };
  }

  private Future<?> system(HttpServerRequest request, Endpoint.SharedMemory wish, Fields fields) {
    return vertx.executeBlocking(
        () ->
            switch (wish.wish()) {
              case "status" -> status(wish.region());
              case "unregister" -> unregister(wish.region());
              default -> register(request, wish.region(), fields);
            });
  }

  private JsonArray status(String region) {
    JsonArray regions = new JsonArray();
    List<RegionSpec> specs = region.isEmpty() ? memory.status() : List.of(memory.status(region));
    specs.forEach(
        spec ->
            regions.add(
                new JsonObject()
                    .put("name", spec.name())
                    .put("key", spec.key())
                    .put("offset", spec.offset())
                    .put("byte_size", spec.bytes())));
    return regions;
  }

  private JsonObject unregister(String region) {
    if (region.isEmpty()) {
      memory.unregisterAll();
    } else {
      memory.unregister(region);
    }
    return new JsonObject();
  }

  private JsonObject register(HttpServerRequest request, String region, Fields fields)
      throws MalformedException {
    if (!fields.has("byte_size")) {
      throw fields.missing("byte_size", "a number of bytes");
    }
    memory.register(
        request.connection(),
        RegionSpec.of(
            region,
            fields.text("key"),
            fields.whole("offset", 0, 0, Long.MAX_VALUE),
            fields.whole("byte_size", 0, 1, Long.MAX_VALUE)));
    return new JsonObject();
  }
}
