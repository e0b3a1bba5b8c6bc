package org.clockwork.launcher.machine;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;

/** Everything that is looked at, in the order in which it is told. */
public final class Checks {
  private Checks() {}

  /**
   * @param survey of that machine's GPUs
   */
  public static List<Item> of(Machine machine, Survey survey) {
    List<Item> items = new ArrayList<>();
    items.addAll(SystemChecks.environment(machine));
    items.addAll(LimitChecks.of(machine));
    items.addAll(SystemChecks.kernel(machine));
    items.addAll(GpuChecks.of(survey));
    items.addAll(ProjectChecks.files(machine));
    items.addAll(ProjectChecks.java(machine));
    return List.copyOf(items);
  }
}
