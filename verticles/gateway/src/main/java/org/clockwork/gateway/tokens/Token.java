package org.clockwork.gateway.tokens;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of a token: never itself. A token is so long, and drawn by lot, that its hash says
 * nothing about it, and needs no salt.
 *
 * @param name for people: who has it
 * @param tenant whose requests it makes; empty: it may name any
 * @param sha256 of the token, in lower-case hexadecimal
 */
public record Token(String name, Set<Access> roles, Optional<String> tenant, String sha256) {
  private static final String PREFIX = "cw_";
  private static final int SECRET_BYTES = 32;

  public Token {
    roles = Set.copyOf(roles);
  }

  /** A new secret; whoever has it has the token. */
  public static String draw(SecureRandom dice) {
    byte[] secret = new byte[SECRET_BYTES];
    dice.nextBytes(secret);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  public static String hash(String secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  boolean may(Access access) {
    return access == Access.KNOWN || roles.contains(access) || roles.contains(Access.ADMIN);
  }

  /** Takes as long whether they differ early or late. */
  boolean hashedTo(String hash) {
    return MessageDigest.isEqual(
        sha256.getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }
}
