package org.clockwork.gateway.tokens;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;

/**
 * Lets in who may, at every door, by the tokens of a file; everybody where there is none. The file
 * may change: {@link #reload}. From any thread.
 */
public final class Doorkeeper {
  private static final String SCHEME = "bearer ";

  /** Longer than any token: nothing of that length is worth hashing. */
  private static final int TOKEN_CHARS_MAX = 256;

  private final Optional<Path> file;
  private volatile List<Token> tokens;

  private Doorkeeper(Optional<Path> file, List<Token> tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  /** Lets everybody do everything. */
  public static Doorkeeper open() {
    return new Doorkeeper(Optional.empty(), List.of());
  }

  public static Doorkeeper of(Path file) throws TokensException {
    return new Doorkeeper(Optional.of(file), TokensFile.read(file));
  }

  /** Whether tokens are asked for at all. */
  public boolean asks() {
    return file.isPresent();
  }

  /**
   * @param authorization as the header or the metadata of that name has it
   * @throws ComplaintException with what is to be told, where it doesn't suffice
   */
  public Bearer admit(Optional<String> authorization, Access access) {
    if (file.isEmpty() || access == Access.OPEN) {
      return Bearer.ANYBODY;
    }
    Token token =
        authorization
            .flatMap(Doorkeeper::secret)
            .flatMap(this::token)
            .orElseThrow(Doorkeeper::unknown);
    if (!token.may(access)) {
      throw new ComplaintException(
          Complaint.of(
              Category.FORBIDDEN,
              "forbidden",
              "token '%s' has not the role '%s'".formatted(token.name(), access.word())));
    }
    return new Bearer(Optional.of(token.name()), token.tenant());
  }

  private static Optional<String> secret(String authorization) {
    return authorization.length() <= SCHEME.length() + TOKEN_CHARS_MAX
            && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        ? Optional.of(authorization.substring(SCHEME.length()).strip())
        : Optional.empty();
  }

  /** Compares with all of them, so that the time says nothing of which it was. */
  private Optional<Token> token(String secret) {
    String hash = Token.hash(secret);
    Optional<Token> found = Optional.empty();
    for (Token token : tokens) {
      if (token.hashedTo(hash)) {
        found = Optional.of(token);
      }
    }
    return found;
  }

  private static ComplaintException unknown() {
    return new ComplaintException(
        Complaint.of(
            Category.UNAUTHENTICATED,
            "unauthenticated",
            "a token is expected that this server knows, as 'Authorization: Bearer cw_…'"));
  }

  /** Reads the file again, on a thread that may block, and tells in a line what came of it. */
  public void reload(Consumer<String> lines) {
    if (file.isEmpty()) {
      return;
    }
    try {
      List<Token> read = TokensFile.read(file.get());
      if (!read.equals(tokens)) {
        tokens = read;
        lines.accept("New tokens in use: " + described());
      }
    } catch (TokensException e) {
      lines.accept("New tokens not used, those of before stay: " + e.getMessage());
    }
  }

  /** For an operator: {@code 3 tokens of conf/tokens.json}. */
  public String described() {
    return file.map(
            path ->
                "%d token%s of %s".formatted(tokens.size(), tokens.size() == 1 ? "" : "s", path))
        .orElse("no tokens");
  }
}
