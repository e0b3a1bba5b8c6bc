package org.clockwork.gpunative.compiled;

import java.nio.file.Path;
import java.util.List;
import org.clockwork.codecs.json.JsonValue;

/** What a plan is compiled for, at a glance: enough to know which devices need not be asked. */
public final class PlanTargets {
  private PlanTargets() {}

  /**
   * The targets of the plan in that folder; none where the plan can't be read or is none, which
   * whoever registers it finds out in detail.
   */
  public static List<String> of(Path folder) {
    try {
      return PlanText.read(folder.resolve(CompiledModel.PLAN_FILE)).json()
              instanceof JsonValue.Obj plan
          ? plan.members().stream()
              .filter(member -> member.key().equals("targets"))
              .map(JsonValue.Member::value)
              .filter(JsonValue.Obj.class::isInstance)
              .map(JsonValue.Obj.class::cast)
              .flatMap(targets -> targets.members().stream())
              .map(JsonValue.Member::key)
              .toList()
          : List.of();
    } catch (PlanException _) {
      return List.of();
    }
  }
}
