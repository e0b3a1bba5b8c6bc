package org.clockwork.codecs.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where one side of encrypted connections has its key.
 *
 * @param key private key, as {@code PRIVATE KEY}, {@code RSA PRIVATE KEY} or {@code EC PRIVATE KEY}
 * @param certificate its certificate first, then those between it and its authority
 * @param authority whose certificates the other side must show; empty: it needs to show none
 */
public record PemFiles(Path key, Path certificate, Optional<Path> authority) {

  /** All of them. */
  public List<Path> all() {
    return Stream.concat(Stream.of(key, certificate), authority.stream()).toList();
  }

  /** Whether both sides are checked. */
  public boolean mutual() {
    return authority.isPresent();
  }
}
