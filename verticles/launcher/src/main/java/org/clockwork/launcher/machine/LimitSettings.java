package org.clockwork.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files in which an operator sets limits: those of pam_limits, of which later ones override
 * earlier ones, and those of systemd, for what it starts.
 */
final class LimitSettings {
  private static final String DEFAULT_NOFILE = "DefaultLimitNOFILE";

  /** Domain, type, item, value: {@code * hard nofile 1024}. */
  private static final Pattern PAM =
      Pattern.compile("\\s*([^#\\s]\\S*)\\s+\\S+\\s+(\\S+)\\s+(\\S+).*");

  private static final Pattern SYSTEMD =
      Pattern.compile("\\s*" + DEFAULT_NOFILE + "\\s*=\\s*(?:\\d+:)?(\\S+)\\s*");

  private final Path root;

  LimitSettings(Path root) {
    this.root = root;
  }

  /** {@code /etc/security/limits.d/mpi.conf:3}, for each line that keeps an item below that. */
  List<String> lower(String item, long wanted) {
    List<String> found = new ArrayList<>();
    for (Path file : pamFiles()) {
      each(
          file,
          line -> {
            Matcher set = PAM.matcher(line);
            return set.matches() && set.group(2).equals(item) && isLower(set.group(3), wanted);
          },
          found);
    }
    return found;
  }

  /** The same for systemd's default number of open files. */
  List<String> lowerOfSystemd(long wanted) {
    List<String> found = new ArrayList<>();
    for (String file : List.of("etc/systemd/system.conf", "etc/systemd/user.conf")) {
      each(
          root.resolve(file),
          line -> {
            Matcher set = SYSTEMD.matcher(line);
            return set.matches() && isLower(set.group(1), wanted);
          },
          found);
    }
    return found;
  }

  /** Whether systemd starts what runs here. */
  boolean systemd() {
    return Files.exists(root.resolve("etc/systemd/system.conf"));
  }

  private List<Path> pamFiles() {
    List<Path> files = new ArrayList<>(List.of(root.resolve("etc/security/limits.conf")));
    Path folder = root.resolve("etc/security/limits.d");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> inside = Files.list(folder)) {
        inside.filter(file -> file.toString().endsWith(".conf")).sorted().forEach(files::add);
      } catch (IOException e) {
        // What can't be listed can't be told.
        return files;
      }
    }
    return files;
  }

  private void each(Path file, Predicate<String> matches, List<String> found) {
    List<String> lines;
    try {
      lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      lines = List.of();
    }
    for (int i = 0; i < lines.size(); i++) {
      if (matches.test(lines.get(i))) {
        found.add("/%s:%d".formatted(root.relativize(file), i + 1));
      }
    }
  }

  private static boolean isLower(String value, long wanted) {
    return value.matches("\\d{1,18}") && Long.parseLong(value) < wanted;
  }
}
