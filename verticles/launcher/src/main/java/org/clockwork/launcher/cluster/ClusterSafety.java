package org.clockwork.launcher.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.Problem;
import org.clockwork.codecs.tls.PemFiles;
import org.clockwork.codecs.tls.Tls;
import org.clockwork.codecs.tls.TlsException;
import org.clockwork.launcher.config.PemFields;
import org.clockwork.launcher.config.UnusableException;

/**
 * How a node is kept apart from those that are none: {@code security.json} of the folder of
 * configuration.
 *
 * @param tls of the event bus and the tensor sockets; empty: in the clear
 * @param joinSecret the file that holds it; empty: none
 */
public record ClusterSafety(Optional<PemFiles> tls, Optional<Path> joinSecret) {
  public static final ClusterSafety NONE = new ClusterSafety(Optional.empty(), Optional.empty());

  private static final String FILE = "security.json";
  private static final int SECRET_CHARS_MIN = 16;

  /** Enough to be guessed by nobody, short enough for a name. */
  private static final int NAME_CHARS = 32;

  /**
   * @param conf a folder; without the file there is no protection
   * @throws UnusableException with all that is wrong in the file
   */
  static ClusterSafety read(Path conf) {
    Path file = conf.resolve(FILE);
    if (!Files.exists(file)) {
      return NONE;
    }
    List<Problem> problems = new ArrayList<>();
    try {
      JsonFields fields = JsonFields.of(file.toString(), Json.read(file), problems);
      Optional<PemFiles> tls = PemFields.read(fields, "clusterTls", "authority", true);
      Optional<Path> secret = PemFields.path(fields, "joinSecretFile");
      fields.refuseOthers();
      if (problems.isEmpty()) {
        return new ClusterSafety(tls, secret);
      }
    } catch (JsonException e) {
      problems.add(e.problem());
    } catch (IOException e) {
      throw new UnusableException("%s can't be read: %s".formatted(file, e));
    }
    throw new UnusableException(
        String.join("\n", problems.stream().map(Problem::toString).toList()));
  }

  /**
   * What encrypts; empty where nothing does.
   *
   * @throws UnusableException a file can't be used
   */
  Optional<Tls> open() {
    if (tls.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Tls.of(tls.get()));
    } catch (TlsException e) {
      throw new UnusableException("clusterTls of security.json: " + e.getMessage());
    }
  }

  /**
   * What the cluster is called among its nodes. Hazelcast's free edition knows no password, but
   * keeps clusters of other names apart; so the name tells who knows the secret, and not the
   * secret.
   *
   * @throws UnusableException the secret can't be read, or is too short
   */
  String nameOf(String cluster) {
    return joinSecret.map(file -> cluster + "-" + signed(cluster, secret(file))).orElse(cluster);
  }

  private static String signed(String cluster, byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] signature = mac.doFinal(cluster.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(signature).substring(0, NAME_CHARS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs with HmacSHA256", e);
    }
  }

  private static byte[] secret(Path file) {
    try {
      String secret = Files.readString(file).strip();
      if (secret.length() < SECRET_CHARS_MIN) {
        throw new UnusableException(
            "joinSecretFile %s holds %d characters; at least %d are expected"
                .formatted(file, secret.length(), SECRET_CHARS_MIN));
      }
      return secret.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UnusableException("joinSecretFile %s can't be read: %s".formatted(file, e));
    }
  }

  /** For an operator whose node can be reached by other machines. */
  String described() {
    return "Event bus and tensor sockets are %s. Hazelcast's port is never encrypted (its TLS is in its paid edition): keep it on a private network or in a tunnel; %s"
        .formatted(
            tls.isPresent()
                ? "encrypted, and both ends are checked"
                : "in the clear (clusterTls in conf/security.json encrypts them)",
            joinSecret.isPresent()
                ? "a join secret and a deserialisation filter guard it"
                : "a deserialisation filter guards it, a join secret would as well (joinSecretFile"
                    + " in conf/security.json)");
  }
}
