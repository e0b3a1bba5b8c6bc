package org.clockwork.launcher.config;

import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.tls.PemFiles;

/** Keys that name files, of which an empty text names none. */
public final class PemFields {
  private PemFields() {}

  public static Optional<Path> path(JsonFields fields, String key) {
    return fields.text(key).filter(text -> !text.isBlank()).map(Path::of);
  }

  /**
   * @param key of the object that names the files; where all are empty there is no encryption
   * @param authority what the key of the other side's authority is
   * @param mutual whether there must be one
   */
  public static Optional<PemFiles> read(
      JsonFields fields, String key, String authority, boolean mutual) {
    Optional<JsonFields> inside = fields.object(key);
    if (inside.isEmpty()) {
      return Optional.empty();
    }
    Optional<Path> privateKey = path(inside.get(), "key");
    Optional<Path> certificate = path(inside.get(), "certificate");
    Optional<Path> others = path(inside.get(), authority);
    inside.get().refuseOthers();
    if (privateKey.isEmpty() && certificate.isEmpty() && others.isEmpty()) {
      return Optional.empty();
    }
    if (privateKey.isEmpty() || certificate.isEmpty() || (mutual && others.isEmpty())) {
      fields.refuse(
          key,
          "needs key and certificate%s; leave all of them empty for no encryption"
              .formatted(mutual ? " and " + authority : ""));
      return Optional.empty();
    }
    return Optional.of(new PemFiles(privateKey.get(), certificate.get(), others));
  }
}
