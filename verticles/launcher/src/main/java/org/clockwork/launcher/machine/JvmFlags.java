package org.clockwork.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The flags of {@code conf/jvm.options}, to be compared with those that a JVM was started with. */
record JvmFlags(List<String> wanted) {
  /** {@code -Xmx2g} and {@code -Xmx8g} set the same thing; the last one counts. */
  private static final Pattern HEAP = Pattern.compile("-X(?:mx|ms|ss|mn)");

  JvmFlags {
    wanted = List.copyOf(wanted);
  }

  /** An argument file of java: a flag a line, comments behind #. */
  static JvmFlags read(Path file) throws IOException {
    return new JvmFlags(
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList());
  }

  /**
   * @param missing neither there nor replaced
   * @param replaced {@code -Xmx8g for -Xmx2g}
   */
  record Compared(int active, int wanted, List<String> missing, List<String> replaced) {
    @Override
    public String toString() {
      StringBuilder said = new StringBuilder("%d of %d active".formatted(active, wanted));
      if (!replaced.isEmpty()) {
        said.append(", replaced: ").append(String.join(", ", replaced));
      }
      if (!missing.isEmpty()) {
        said.append(", missing: ").append(String.join(" ", missing));
      }
      return said.toString();
    }
  }

  Compared compare(List<String> given) {
    List<String> missing = new ArrayList<>();
    List<String> replaced = new ArrayList<>();
    for (String flag : wanted) {
      Optional<String> last =
          given.reversed().stream()
              .filter(other -> setting(other).equals(setting(flag)))
              .findFirst();
      if (last.isEmpty()) {
        missing.add(flag);
      } else if (!last.get().equals(flag)) {
        replaced.add(last.get() + " for " + flag);
      }
    }
    return new Compared(
        wanted.size() - missing.size() - replaced.size(), wanted.size(), missing, replaced);
  }

  /** What a flag sets; of two that set the same the later one counts. */
  private static String setting(String flag) {
    if (flag.startsWith("-XX:")) {
      String name = flag.substring(4).replaceFirst("^[+-]", "");
      return name.contains("=") ? name.substring(0, name.indexOf('=')) : name;
    }
    var heap = HEAP.matcher(flag);
    return heap.lookingAt() ? heap.group() : flag;
  }
}
