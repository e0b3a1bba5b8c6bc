package org.clockwork.core.model;

import java.util.OptionalLong;

/**
 * The parts of a model's name. {@code zoo/resnet/3#2} is the second copy of version 3 of {@code
 * zoo/resnet}; who names no version knows it as {@code zoo/resnet#2}. To the scheduler each is a
 * model by itself.
 *
 * @param base the folder in the repository, that of all versions where there are several
 * @param copy {@code #2} and so on; empty for the first
 */
public record ModelName(String base, OptionalLong version, String copy) {
  /** Of a model that has no folders of versions. */
  private static final String ONLY_VERSION = "1";

  /** As many as fit into a long, whatever they are. */
  private static final int DIGITS_MAX = 18;

  /** Every text is a name; what is no version or copy is part of the base. */
  public static ModelName of(String name) {
    int hash = name.lastIndexOf('#');
    boolean copied = hash > 0 && number(name.substring(hash + 1)).isPresent();
    String first = copied ? name.substring(0, hash) : name;
    String copy = copied ? name.substring(hash) : "";
    int slash = first.lastIndexOf('/');
    OptionalLong version = slash > 0 ? number(first.substring(slash + 1)) : OptionalLong.empty();
    return new ModelName(version.isPresent() ? first.substring(0, slash) : first, version, copy);
  }

  /** A version as it is written in folders and paths: above 0, without zeroes in front. */
  public static OptionalLong number(String text) {
    boolean fits = !text.isEmpty() && text.length() <= DIGITS_MAX && text.charAt(0) != '0';
    return fits && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /** What it is called by who names no version. */
  public String unversioned() {
    return base + copy;
  }

  /** That version of it. */
  public ModelName at(long otherVersion) {
    return new ModelName(base, OptionalLong.of(otherVersion), copy);
  }

  /** The version in words; 1 where there are none. */
  public String versionText() {
    return version.isPresent() ? Long.toString(version.getAsLong()) : ONLY_VERSION;
  }

  /** The whole name, as the scheduler knows it. */
  @Override
  public String toString() {
    return version.isPresent() ? base + "/" + version.getAsLong() + copy : base + copy;
  }
}
