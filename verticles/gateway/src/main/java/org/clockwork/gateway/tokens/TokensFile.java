package org.clockwork.gateway.tokens;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.Problem;

/**
 * Reads and writes the form of a file of tokens: {@code {"tokens": [{"name": "shop", "roles":
 * ["infer"], "tenant": "shop", "sha256": "…"}]}}.
 */
public final class TokensFile {
  /** Each is compared at every request, and a token more costs some 50 ns. */
  static final int TOKENS_MAX = 256;

  private static final String HASH = "[0-9a-f]{64}";
  private static final int TENANT_CHARS_MAX = 64;

  private TokensFile() {}

  /** As one element of the file's list. */
  public static String line(Token token) {
    String roles =
        token.roles().stream()
            .sorted()
            .map(role -> '"' + role.word() + '"')
            .collect(Collectors.joining(", "));
    String tenant = token.tenant().map("\"tenant\": \"%s\", "::formatted).orElse("");
    return "{\"name\": \"%s\", \"roles\": [%s], %s\"sha256\": \"%s\"}"
        .formatted(token.name(), roles, tenant, token.sha256());
  }

  /**
   * @throws TokensException with all that is wrong
   */
  static List<Token> read(Path file) throws TokensException {
    List<Problem> problems = new ArrayList<>();
    List<Token> tokens = new ArrayList<>();
    try {
      JsonFields fields = JsonFields.of(file.toString(), Json.read(file), problems);
      fields.require("tokens");
      List<JsonFields> all = fields.objects("tokens").orElse(List.of());
      fields.refuseOthers();
      if (all.size() > TOKENS_MAX) {
        fields.refuse(
            "tokens", "has %d; at most %d are expected".formatted(all.size(), TOKENS_MAX));
      } else {
        Set<String> names = new HashSet<>();
        all.forEach(each -> token(each, names).ifPresent(tokens::add));
      }
    } catch (JsonException e) {
      problems.add(e.problem());
    } catch (IOException e) {
      throw new TokensException("%s can't be read: %s".formatted(file, e));
    }
    if (!problems.isEmpty()) {
      throw new TokensException(
          problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
    return tokens;
  }

  private static Optional<Token> token(JsonFields fields, Set<String> names) {
    Stream.of("name", "roles", "sha256").forEach(fields::require);
    Optional<String> name = fields.text("name");
    Optional<String> hash = fields.text("sha256");
    Optional<String> tenant = fields.text("tenant");
    Set<Access> roles = roles(fields);
    fields.refuseOthers();
    if (name.isPresent() && (name.get().isBlank() || !names.add(name.get()))) {
      fields.refuse("name", "is '%s'; one of its own is expected".formatted(name.get()));
    }
    if (hash.isPresent() && !hash.get().matches(HASH)) {
      fields.refuse("sha256", "is no SHA-256 in 64 lower-case digits; \"token new\" prints one");
    }
    if (tenant.isPresent()
        && (tenant.get().isBlank() || tenant.get().length() > TENANT_CHARS_MAX)) {
      fields.refuse("tenant", "must have 1 to %d characters".formatted(TENANT_CHARS_MAX));
    }
    return name.isPresent() && hash.isPresent() && !roles.isEmpty()
        ? Optional.of(new Token(name.get(), roles, tenant, hash.get()))
        : Optional.empty();
  }

  private static Set<Access> roles(JsonFields fields) {
    Set<Access> roles = EnumSet.noneOf(Access.class);
    for (String word : fields.texts("roles").orElse(List.of())) {
      role(word)
          .ifPresentOrElse(
              roles::add,
              () ->
                  fields.refuse(
                      "roles",
                      "has '%s', which is no role; there are %s".formatted(word, words())));
    }
    return roles;
  }

  /** The role of that name. */
  public static Optional<Access> role(String word) {
    return Stream.of(Access.values())
        .filter(access -> access.isRole() && access.word().equals(word))
        .findFirst();
  }

  /** The names of all roles, for messages. */
  public static String words() {
    return Stream.of(Access.values())
        .filter(Access::isRole)
        .map(Access::word)
        .collect(Collectors.joining(", "));
  }
}
