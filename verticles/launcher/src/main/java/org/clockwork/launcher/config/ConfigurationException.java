package org.clockwork.launcher.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration can't be used; every mistake in it is told, one on each line. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  ConfigurationException(List<String> mistakes) {
    super(mistakes.stream().distinct().collect(Collectors.joining(System.lineSeparator())));
  }
}
