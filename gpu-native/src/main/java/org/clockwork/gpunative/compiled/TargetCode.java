package org.clockwork.gpunative.compiled;

import java.util.List;

/** The machine code for one target; the plan's ops name modules by their place in the list. */
public record TargetCode(Target target, List<Module> modules) {
  public TargetCode {
    modules = List.copyOf(modules);
  }

  /**
   * Machine code as a slice of a file: a cubin, or a shared library that has its file for itself.
   */
  public record Module(String file, Extent slice, String sha256) {}
}
