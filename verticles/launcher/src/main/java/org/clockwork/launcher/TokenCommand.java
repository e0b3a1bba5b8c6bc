package org.clockwork.launcher;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Token;
import org.clockwork.gateway.tokens.TokensFile;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork token}: tokens for those who come in by the doors. */
@Command(
    name = "token",
    description = "Makes tokens, with which a gateway knows who comes in (docs/security.md).",
    mixinStandardHelpOptions = true,
    subcommands = TokenCommand.New.class)
final class TokenCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Draws one. Nobody keeps it: who loses theirs gets a new one. */
  @Command(
      name = "new",
      description = {
        "Draws a token, prints it this once, and the line for the file of tokens, which holds its",
        "hash alone."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class New implements Callable<Integer> {
    private static final String NAME = "[A-Za-z0-9 ._@-]{1,64}";

    @Parameters(paramLabel = "NAME", description = "Who gets it: for logs and for you.")
    private String name;

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        description = "infer, load, observe or admin, which is all of them; may be repeated.")
    private List<String> roles = new ArrayList<>();

    @Option(
        names = "--tenant",
        paramLabel = "TENANT",
        description = "Whose requests it makes, whatever they say themselves.")
    private Optional<String> tenant = Optional.empty();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      expect("NAME", name);
      tenant.ifPresent(text -> expect("--tenant", text));
      String secret = Token.draw(new SecureRandom());
      PrintWriter out = spec.commandLine().getOut();
      out.println("The token, shown this once:");
      out.println("  " + secret);
      out.println("The line for the list \"tokens\" in the file of tokens:");
      out.println("  " + TokensFile.line(new Token(name, access(), tenant, Token.hash(secret))));
      return 0;
    }

    private static void expect(String what, String text) {
      if (!text.matches(NAME) || text.isBlank()) {
        throw new UnusableException(
            "%s '%s': expected 1 to 64 letters, digits, spaces, '.', '_', '@' or '-'"
                .formatted(what, text));
      }
    }

    private Set<Access> access() {
      Set<Access> access = EnumSet.noneOf(Access.class);
      for (String role : roles) {
        access.add(
            TokensFile.role(role)
                .orElseThrow(
                    () ->
                        new UnusableException(
                            "--role %s: there are %s".formatted(role, TokensFile.words()))));
      }
      return access;
    }
  }
}
