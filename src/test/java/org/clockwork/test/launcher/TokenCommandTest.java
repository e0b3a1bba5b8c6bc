package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Doorkeeper;
import org.clockwork.launcher.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code ./clockwork token new}: what it prints is all that is needed. */
class TokenCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void thePrintedTokenIsKnownByThePrintedLineWhichDoesNotHoldIt() throws Exception {
    assertEquals(0, run("token", "new", "the shop", "--role", "infer", "--tenant", "shop"));
    List<String> lines = out.toString().lines().map(String::strip).toList();
    String secret = lines.get(1);
    String line = lines.get(3);
    assertFalse(line.contains(secret));
    Path file = Files.writeString(folder.resolve("tokens.json"), "{\"tokens\": [" + line + "]}");
    Doorkeeper doorkeeper = Doorkeeper.of(file);
    assertEquals(
        Optional.of("shop"),
        doorkeeper.admit(Optional.of("Bearer " + secret), Access.INFER).tenant());
    assertThrows(
        ComplaintException.class,
        () -> doorkeeper.admit(Optional.of("Bearer " + secret + "x"), Access.INFER));
    assertThrows(
        ComplaintException.class,
        () -> doorkeeper.admit(Optional.of("Bearer " + secret), Access.LOAD));
  }

  @Test
  void noTwoAreTheSame() {
    run("token", "new", "a", "--role", "admin");
    String first = out.toString().lines().toList().get(1);
    run("token", "new", "a", "--role", "admin");
    assertFalse(out.toString().lines().toList().get(5).equals(first));
  }

  @Test
  void anUnknownRoleAndANameThatNoFileTakesAreToldWithExitCode2() {
    assertEquals(2, run("token", "new", "shop", "--role", "king"));
    assertTrue(err.toString().contains("--role king: there are infer, load, observe, admin"));
    assertEquals(2, run("token", "new", "a\"b", "--role", "infer"));
    assertTrue(err.toString().contains("NAME 'a\"b': expected"), err.toString());
  }

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
