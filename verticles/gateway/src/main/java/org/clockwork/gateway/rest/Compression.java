package org.clockwork.gateway.rest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses results for clients that ask for exactly that. Those that would merely understand it,
 * as browsers and aiohttp say of themselves, get results as they are: compressing costs more time
 * than a local network takes to carry them, and some send the header and can't read what comes.
 */
final class Compression {
  private Compression() {}

  /**
   * @param wanted the header Accept-Encoding; null where there is none
   */
  static void end(HttpServerResponse response, String wanted, Buffer body) {
    if ("gzip".equals(wanted) || "deflate".equals(wanted)) {
      response.putHeader("Content-Encoding", wanted);
      response.end(compressed(wanted, body));
    } else {
      response.end(body);
    }
  }

  private static Buffer compressed(String encoding, Buffer body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream to = encoding.equals("gzip") ? gzip(bytes) : zlib(bytes)) {
      to.write(body.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("compressing in memory", e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private static OutputStream gzip(OutputStream to) throws IOException {
    return new GZIPOutputStream(to);
  }

  /** What HTTP calls deflate is deflate in zlib's envelope. */
  private static OutputStream zlib(OutputStream to) {
    return new DeflaterOutputStream(to, new Deflater(Deflater.BEST_SPEED));
  }
}
