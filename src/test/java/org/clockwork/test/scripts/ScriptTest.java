package org.clockwork.test.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clockwork.scripts.Arguments;
import org.clockwork.scripts.Grant;
import org.clockwork.scripts.Language;
import org.clockwork.scripts.Script;
import org.clockwork.scripts.ScriptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding a script, and what a command line hands to it. */
class ScriptTest {
  @TempDir Path folder;

  @Test
  void aFileIsTakenAsGivenAndOtherwiseOutOfTheFolderOfReadyOnes() throws IOException {
    Path own = Files.writeString(folder.resolve("own.py"), "# Mine.\n#   --x 1\n\nprint()\n");
    Files.writeString(folder.resolve("ready.js"), "// Ready.\n'use strict';\n");
    Files.writeString(folder.resolve("notes.txt"), "");
    Script mine = Script.read(own.toString(), folder);
    assertEquals(Language.PYTHON, mine.language());
    assertEquals("Mine.\n  --x 1", mine.comment());
    assertEquals(
        new Script("ready.js", Language.JAVASCRIPT, "// Ready.\n'use strict';\n"),
        Script.read("ready.js", folder));
    assertEquals(List.of("own.py", "ready.js"), Script.in(folder));
  }

  @Test
  void whatIsNoScriptIsNamedWithWhatIsExpectedAndWithThoseThatThereAre() throws IOException {
    Files.writeString(folder.resolve("ready.js"), "");
    assertEquals(
        "steady.rb is no script; expected a file that ends in .js or .py", mistake("steady.rb"));
    assertTrue(
        mistake("steadi.js").endsWith(" nor in %s; there are ready.js".formatted(folder)),
        mistake("steadi.js"));
    Files.write(folder.resolve("bytes.js"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertTrue(mistake("bytes.js").endsWith("bytes.js is no text in UTF-8"));
    Files.writeString(folder.resolve("long.js"), " ".repeat(1_000_001));
    assertTrue(mistake("long.js").endsWith("has 1000001 bytes; a script has at most 1000000"));
  }

  @Test
  void argumentsAreNamesWithValues() {
    assertEquals(
        Map.of("rate", 200L, "slo", -2.5, "model", "resnet50_v2", "quick", true, "deep", false),
        Arguments.of(
                List.of(
                    "--rate",
                    "200",
                    "--slo=-2.5",
                    "--quick",
                    "--model",
                    "resnet50_v2",
                    "--deep",
                    "false"))
            .values());
    assertEquals(
        "'200' is no argument of a script; expected --name value",
        assertThrows(ScriptException.class, () -> Arguments.of(List.of("200"))).getMessage());
  }

  @Test
  void anUnknownGrantIsNamedWithThoseThatThereAre() {
    assertEquals(Set.of(Grant.EVENTBUS), Grant.named(List.of("eventbus")));
    assertEquals(
        "--grant files: there is no such grant; there is eventbus",
        assertThrows(ScriptException.class, () -> Grant.named(List.of("files"))).getMessage());
  }

  private String mistake(String file) {
    return assertThrows(ScriptException.class, () -> Script.read(file, folder)).getMessage();
  }
}
